// What waits for me: the numbers in the left column.
import { effectScope, ref, watch, type EffectScope, type Ref } from "vue";
import { api, type Counts } from "@/ipc";
import { useReading, type Reading } from "./read";
import { useSession } from "./session";

let scope: EffectScope | null = null;
let reading: Reading<Counts> | null = null;
/** Something in the outbox has stopped. Looked after only while there is anything in it. */
const stopped = ref(false);
let look = 0;

async function lookAtOutbox(counts: Counts | null): Promise<void> {
  const mine = ++look;
  // Not knowing is no alarm.
  const waiting = counts?.outbox ? await api.outbox().then((page) => page.waiting, () => []) : [];
  if (mine === look) stopped.value = waiting.some((row) => row.delivery.state === "stopped");
}

export function useCounts(): Reading<Counts> {
  if (!reading) {
    scope = effectScope(true);
    reading = scope.run(() => {
      const { clinic, session } = useSession();
      const made = useReading(() => api.counts(clinic.value), () => session.value !== null);
      watch([clinic, session], () => (session.value ? void made.reload() : (made.data.value = null)), { immediate: true });
      watch(made.data, (now) => void lookAtOutbox(now), { immediate: true });
      return made;
    })!;
  }
  return reading;
}

export function useStopped(): Ref<boolean> {
  useCounts();
  return stopped;
}

/** For tests: forget everything. */
export function resetCounts(): void {
  scope?.stop();
  scope = null;
  reading = null;
  stopped.value = false;
}
