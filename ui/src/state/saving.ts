// Saving a form that somebody filled in: once at a time, told aloud when it is kept, told in words when it is not.
import { ref, shallowRef } from "vue";
import { problemOf, type Problem } from "@/ipc";
import { t } from "@/text";
import { announce } from "./announce";

export function useSaving() {
  const busy = ref(false);
  const failed = ref<Problem | null>(null);
  /** Whether it is done now. */
  async function save(command: () => Promise<unknown>, done = t("common.saved")): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    failed.value = null;
    try {
      await command();
      announce(done);
      return true;
    } catch (cause) {
      failed.value = problemOf(cause);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, failed, save };
}

/** The same for what others decide too; `read` tells what holds now. `theirs` is that, where somebody else was quicker. */
export function useDeciding<T>(read: () => Promise<T>) {
  const { busy, failed, save } = useSaving();
  const theirs = shallowRef<{ now: T } | null>(null);
  function settle(): void {
    theirs.value = null;
    failed.value = null;
  }
  function decide(command: () => Promise<unknown>, done?: string): Promise<boolean> {
    theirs.value = null;
    return save(async () => {
      try {
        await command();
      } catch (cause) {
        // Where it can't be read, the next try will tell.
        if (problemOf(cause).code === "decided-meanwhile") theirs.value = await read().then((now) => ({ now }), () => null);
        throw cause;
      }
    }, done);
  }
  return { busy, failed, theirs, settle, decide };
}
