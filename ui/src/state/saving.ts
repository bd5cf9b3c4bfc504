// Saving a form that somebody filled in: once at a time, told aloud when it is kept, told in words when it is not.
import { ref } from "vue";
import { problemOf, type Problem } from "@/ipc";
import { t } from "@/text";
import { announce } from "./announce";

export function useSaving() {
  const busy = ref(false);
  const failed = ref<Problem | null>(null);
  async function save(command: () => Promise<unknown>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failed.value = null;
    try {
      await command();
      announce(t("common.saved"));
    } catch (cause) {
      failed.value = problemOf(cause);
    } finally {
      busy.value = false;
    }
  }
  return { busy, failed, save };
}
