// What waits for me: the numbers in the left column.
import { effectScope, watch, type EffectScope } from "vue";
import { api, type Counts } from "@/ipc";
import { useReading, type Reading } from "./read";
import { useSession } from "./session";

let scope: EffectScope | null = null;
let reading: Reading<Counts> | null = null;

export function useCounts(): Reading<Counts> {
  if (!reading) {
    scope = effectScope(true);
    reading = scope.run(() => {
      const { clinic, session } = useSession();
      const made = useReading(() => api.counts(clinic.value), () => session.value !== null);
      watch([clinic, session], () => (session.value ? void made.reload() : (made.data.value = null)), { immediate: true });
      return made;
    })!;
  }
  return reading;
}

/** For tests: forget everything. */
export function resetCounts(): void {
  scope?.stop();
  scope = null;
  reading = null;
}
