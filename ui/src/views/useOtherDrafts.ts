// What colleagues are writing in the case, and the person themselves on another computer: asked for beside the case, never in its way.
import { computed, onScopeDispose, ref } from "vue";
import { api, onCompany, onConnection, problemOf, type CaseDraft, type Problem, type RefusedFile } from "@/ipc";
import { announce } from "@/state/announce";
import { sentence } from "@/state/problem";
import { useReading } from "@/state/read";
import { t } from "@/text";
import { formatMoment } from "@/text/format";

/** `before` puts what stands in an open composer on the disk; `after` shows what has come. */
export function useOtherDrafts(caseId: () => string, before: () => Promise<void>, after: () => Promise<void>) {
  const { data, reload } = useReading(() => api.caseDrafts(caseId()), (cases) => cases.includes(caseId()));
  // Whoever comes to the case or leaves it has most likely written something; without contact nothing is known.
  const stops = [onCompany(() => void reload()), onConnection(() => void reload())];
  onScopeDispose(() => stops.forEach((stop) => stop()));

  const drafts = computed(() => data.value ?? []);
  const first = computed(() => drafts.value.find((draft) => draft.why === null) ?? null);
  /** One's own message that was taken back: it is what one would go on with. */
  const cameBack = computed(() => drafts.value.find((draft) => draft.mine && draft.cameBack && draft.why === null) ?? null);
  const asked = ref<CaseDraft | null>(null);
  const busy = ref(false);
  const failed = ref<Problem | null>(null);
  /** Files that did not come along the last time. */
  const left = ref<RefusedFile[]>([]);

  function ask(draft: CaseDraft | null): void {
    failed.value = null;
    left.value = [];
    asked.value = draft;
  }
  /** Without a question where there is nothing that it could be mixed with; what fails is said where the question would stand. */
  async function take(draft = asked.value): Promise<void> {
    if (!draft || busy.value) return;
    busy.value = true;
    failed.value = null;
    try {
      await before();
      const { refused } = await api.takeDraft(caseId(), draft.author, draft.machine);
      asked.value = null;
      left.value = refused;
      announce(draft.mine ? t(draft.cameBack ? "drafts.fetchedBack" : "drafts.fetched") : t("drafts.tookOver", { name: draft.authorName }));
      await Promise.all([after(), reload()]);
    } catch (cause) {
      asked.value = draft;
      failed.value = problemOf(cause);
      announce(sentence(failed.value), false);
      // It may have been sent or thrown away meanwhile.
      await reload();
    } finally {
      busy.value = false;
    }
  }
  const entries = computed(() => drafts.value.filter((draft) => draft.why === null).map((draft, n) => ({
    id: `take-draft-${n}`, text: draft.mine ? t(draft.cameBack ? "drafts.fetchBack" : "drafts.fetch") : t("drafts.takeFrom", { name: draft.authorName }), hint: formatMoment(draft.updatedAt), icon: "pen" as const, ...(n ? {} : { key: "o" }), run: () => ask(draft),
  })));
  /** What is asked before it is put into the own draft. */
  const words = computed(() => {
    const draft = asked.value;
    const which = draft?.mine ? (draft.cameBack ? "fetchBack" : "fetch") : "take";
    const name = draft?.authorName ?? "";
    return { title: t(`drafts.${which}Title`, { name }), lead: t(`drafts.${which}Lead`, { name }), verb: t(`drafts.${which}`) };
  });
  return { words, drafts, first, cameBack, asked, busy, failed, left, entries, ask, take, reload };
}
