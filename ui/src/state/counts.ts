// What waits for me: the numbers in the left column.
import { effectScope, shallowRef, watch, type EffectScope, type ShallowRef } from "vue";
import { api, type Counts } from "@/ipc";
import { useReading, type Reading } from "./read";
import { useSession } from "./session";

let scope: EffectScope | null = null;
let reading: Reading<Counts> | null = null;
/** The cases in which something of one's own has stopped. Looked after only while there is anything in the outbox. */
const stopped = shallowRef<ReadonlySet<string>>(new Set());
let look = 0;

async function lookAtOutbox(counts: Counts | null): Promise<void> {
  const mine = ++look;
  // Not knowing is no alarm.
  const waiting = counts?.outbox ? await api.outbox().then((page) => page.waiting, () => []) : [];
  const now = waiting.filter((row) => row.delivery.state === "stopped").map((row) => row.caseId);
  if (mine === look && (now.length || stopped.value.size)) stopped.value = new Set(now);
}

export function useCounts(): Reading<Counts> {
  if (!reading) {
    scope = effectScope(true);
    reading = scope.run(() => {
      const { clinic, session } = useSession();
      const made = useReading(() => api.counts(clinic.value), () => session.value !== null, true);
      watch([clinic, session], () => (session.value ? void made.reload() : (made.data.value = null)), { immediate: true });
      watch(made.data, (now) => void lookAtOutbox(now), { immediate: true });
      return made;
    })!;
  }
  return reading;
}

export function useStopped(): ShallowRef<ReadonlySet<string>> {
  useCounts();
  return stopped;
}

/** For tests: forget everything. */
export function resetCounts(): void {
  scope?.stop();
  scope = null;
  reading = null;
  stopped.value = new Set();
}
