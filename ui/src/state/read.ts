// Reading: load by a command, read again when an event names the ids, never patch the copy.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { onConnection, onMoved, problemOf, type Problem } from "@/ipc";
import { neverMind, whenRested } from "./rest";

export type Reading<T> = {
  data: ShallowRef<T | null>;
  problem: Ref<Problem | null>;
  loading: Ref<boolean>;
  /** Loading has taken long enough (200 ms) that a skeleton is kinder than an empty space. */
  slow: Ref<boolean>;
  reload: () => Promise<void>;
};

export const SLOW_AFTER_MS = 200;

/** `affects` says whether an event about these cases concerns this reading; without it the reading is not live. One that is
 * `aside` waits with what is new while somebody writes. */
export function useReading<T>(read: () => Promise<T>, affects?: (cases: string[]) => boolean, aside = false): Reading<T> {
  const data = shallowRef<T | null>(null);
  const problem = ref<Problem | null>(null);
  const loading = ref(false);
  const slow = ref(false);
  let ticket = 0;
  let again = false;

  async function reload(): Promise<void> {
    const mine = ++ticket;
    again = false;
    loading.value = true;
    const timer = setTimeout(() => (slow.value = data.value === null), SLOW_AFTER_MS);
    try {
      const got = await read();
      if (mine === ticket) {
        data.value = got;
        problem.value = null;
      }
    } catch (cause) {
      if (mine === ticket) problem.value = problemOf(cause);
    } finally {
      clearTimeout(timer);
      if (mine === ticket) {
        loading.value = false;
        slow.value = false;
        // Whoever asked for this read, an event that came meanwhile may be about what it did not see yet.
        if (again) void reload();
      }
    }
  }

  /** Many events in a row cost one read at a time: the one under way, then one more. */
  function follow(): void {
    if (loading.value) again = true;
    else void reload();
  }

  if (affects) {
    const stops = [
      onMoved(({ cases }) => {
        if (cases.length !== 0 && !affects(cases)) return;
        if (aside) whenRested(follow);
        else follow();
      }),
      onConnection(() => {
        if (problem.value) follow();
      }),
    ];
    onScopeDispose(() => {
      ticket += 1;
      neverMind(follow);
      for (const stop of stops) stop();
    });
  }
  return { data, problem, loading, slow, reload };
}
