// One case on screen: opened once (which is logged), read again when it moves, changed only by commands.
import { computed, ref, type Ref } from "vue";
import { api, problemOf, type ActName, type CaseView, type Problem } from "@/ipc";
import { announce } from "@/state/announce";
import { doneWords } from "@/state/pending";
import { sentence } from "@/state/problem";
import { useReading } from "@/state/read";

export function useCase(caseId: Ref<string>) {
  let opened = false;
  const reading = useReading<CaseView>(
    async () => {
      const got = opened ? await api.readCaseAgain(caseId.value) : await api.openCase(caseId.value);
      opened = true;
      return got;
    },
    (ids) => ids.includes(caseId.value),
  );
  const busy = ref(false);
  const failed = ref<Problem | null>(null);
  const acts = computed(() => new Map(reading.data.value?.acts.map((one) => [one.act, one])));

  /** It was read before, and is not this person's to see any more: nothing can be done with it. */
  const left = computed(() => reading.data.value !== null && ["not-found", "forbidden"].includes(reading.problem.value?.code ?? ""));
  const may = (act: ActName) => !left.value && (acts.value.get(act)?.allowed ?? false);
  const why = (act: ActName) => acts.value.get(act)?.why ?? null;

  /** Sends an intent; the screen changes when the case is read again. True when it was accepted. */
  async function run(command: () => Promise<unknown>, done?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    failed.value = null;
    try {
      await command();
      if (done) announce(doneWords(done));
      await reading.reload();
      return true;
    } catch (cause) {
      failed.value = problemOf(cause);
      announce(sentence(failed.value), false);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { ...reading, left, busy, failed, may, why, run };
}
