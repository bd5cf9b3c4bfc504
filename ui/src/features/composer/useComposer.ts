// The letter being written: every keystroke reaches the draft within half a second, and at once when the field is left.
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { api, problemOf, type CaseView, type ComposeKind, type DraftView, type GuardView, type Problem, type SignAs } from "@/ipc";
import { announce } from "@/state/announce";
import { holdLetter, RETRY_AFTER_MS } from "@/state/unsaved";
import { whyUnshown } from "@/state/unshown";
import { t } from "@/text";
import { firstKind, hindrances } from "./rules";

export const SAVE_AFTER_MS = 400;

export function useComposer(view: Ref<CaseView>, fixedKind: ComposeKind | null = null) {
  const caseId = view.value.row.id;
  const hold = holdLetter(caseId);
  const draft = shallowRef<DraftView | null>(hold.newest(view.value.draft));
  /** What could not be saved when the composer was left goes before what is on the disk: it is newer. */
  const left = hold.kept();
  const text = ref(left?.text ?? draft.value?.text ?? "");
  const kind = ref<ComposeKind | null>(fixedKind ?? firstKind(view.value.acts, left?.kind ?? draft.value?.kind ?? null));
  const problem = ref<Problem | null>(null);
  const refused = ref<{ fileName: string; problem: Problem }[]>([]);
  const busy = ref<"attach" | "check" | "send" | "news" | null>(null);
  const saving = ref(false);
  /** What the wrong-resident guard has stopped the letter for. */
  const guard = shallowRef<GuardView | null>(null);
  const typedWrong = ref(false);
  /** The fingerprint of what the writer has confirmed: it holds for exactly that letter. */
  let confirmed = "";
  /** What the draft on disk holds, so that leaving without a change writes nothing. */
  let stored: { text: string; kind: ComposeKind | null } = { text: draft.value?.text ?? "", kind: draft.value?.kind ?? null };
  /** The kind that a place prescribes is nobody's choice, so it alone changes no draft. */
  let chosen = left !== null && fixedKind === null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let queue: Promise<void> = Promise.resolve();
  let ended = false;
  let gone = false;
  /** Something of it is or was on the disk, whatever a late look says. */
  let written = draft.value !== null;

  /** The draft as it is on the disk now. */
  function take(now: DraftView): DraftView {
    written = true;
    hold.saved(now);
    return (draft.value = now);
  }
  /** Words go to the disk as something, also where nothing may be sent any more. */
  const keptAs = (): ComposeKind => kind.value ?? draft.value?.kind ?? "finalReply";

  const attachments = computed(() => draft.value?.attachments ?? []);
  /** Chosen before anything is written. */
  const begun = shallowRef<{ signature: string; signAs: SignAs } | null>(null);
  /** Exactly what will stand under the text, and in whose name. */
  const signed = computed(() => draft.value ?? begun.value ?? view.value);
  const dirty = () => text.value !== stored.text || (chosen && stored.kind !== kind.value && (stored.kind !== null || text.value !== ""));

  async function write(): Promise<void> {
    // Who has opened the composer again goes on with this text, and saves it.
    if (ended || !dirty() || (gone && hold.takenOver())) return;
    const now = { text: text.value, kind: keptAs() };
    saving.value = true;
    try {
      const kept = take(await api.saveDraft(caseId, now.kind, now.text, stored.text));
      stored = { text: kept.text, kind: now.kind };
      hold.forget(now);
      // A message that was taken back has come home before these words: whoever writes on has it before them.
      if (kept.text !== now.text) text.value = text.value === now.text ? kept.text : kept.text.slice(0, kept.text.length - now.text.length) + text.value;
      problem.value = null;
    } catch (cause) {
      problem.value = problemOf(cause);
      if (!ended && !(gone && hold.takenOver())) hold.keep({ text: text.value, kind: keptAs() }, true);
      if (!ended) later(RETRY_AFTER_MS);
      throw cause;
    } finally {
      saving.value = false;
    }
  }

  /** One write at a time, in order; the last one holds what stands on screen. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const turn = queue.then(write);
    queue = turn.catch(() => undefined);
    return turn;
  }
  /** Counted from the first key that is not saved: who writes on without a pause would put it off for ever. */
  function later(ms: number): void {
    if (!gone) timer ??= setTimeout(() => void flush().catch(() => undefined), ms);
  }
  hold.savedBy(flush);
  watch(kind, () => { chosen = true; }, { flush: "sync" });
  watch([text, kind], () => {
    if (dirty()) later(SAVE_AFTER_MS);
    // Written back to what is on the disk: nothing is left to save.
    else if (!saving.value) { hold.forget(); problem.value = null; }
  });
  if (dirty()) later(0);
  else if (left) hold.forget();
  watch(view, (now) => {
    if (now.row.id !== caseId || saving.value) return;
    const newest = hold.newest(now.draft);
    draft.value = newest;
    // Another window or the outbox gave the draft back: take its text, unless something newer stands here.
    if (newest && !dirty() && newest.text !== text.value) {
      text.value = newest.text;
      stored = { text: newest.text, kind: newest.kind };
    }
  });

  /** Files need a draft to belong to. */
  async function attach(): Promise<void> {
    if (!kind.value || busy.value) return;
    busy.value = "attach";
    refused.value = [];
    try {
      if (draft.value) await flush();
      else {
        const { text: kept, kind: as } = take(await api.saveDraft(caseId, kind.value, text.value, null));
        stored = { text: kept, kind: as };
      }
      const result = await api.attachFiles(caseId);
      if (result.draft) take(result.draft);
      refused.value = result.refused;
      problem.value = null;
    } catch (cause) {
      problem.value = problemOf(cause);
    } finally {
      busy.value = null;
    }
  }
  async function remove(attachmentId: string): Promise<void> {
    try {
      take(await api.removeAttachment(caseId, attachmentId));
    } catch (cause) {
      problem.value = problemOf(cause);
    }
  }
  async function discard(): Promise<boolean> {
    clearTimeout(timer);
    timer = undefined;
    ended = true;
    try {
      await queue;
      if (written) await api.discardDraft(caseId);
      hold.forget();
      return true;
    } catch (cause) {
      ended = false;
      problem.value = problemOf(cause);
      return false;
    }
  }
  const hinders = computed(() => hindrances({ kind: kind.value, text: text.value, attachments: attachments.value, acts: view.value.acts, news: view.value.news !== null, unshown: whyUnshown }));

  /** The writer has read what is new, up to what stands on the screen: only then does the letter count as written after it. */
  async function acknowledge(): Promise<void> {
    const news = view.value.news;
    if (!news || busy.value) return;
    busy.value = "news";
    try {
      await flush();
      await api.acknowledgeNews(caseId, news.version);
      problem.value = null;
    } catch (cause) {
      problem.value = problemOf(cause);
    } finally {
      busy.value = null;
    }
  }

  // What was found was found in another letter than this one.
  watch([text, kind, () => attachments.value.map((file) => file.id).join()], () => leaveGuard());
  function leaveGuard(): void {
    guard.value = null;
    typedWrong.value = false;
  }
  /** Asks the guard about what is on the disk; true when the letter may go. */
  async function searched(): Promise<boolean> {
    const told = await api.guardDraft(caseId);
    typedWrong.value = false;
    guard.value = told.stops && told.fingerprint !== confirmed ? told : null;
    return guard.value === null;
  }
  /** The same before the letter goes along with something else. */
  async function pass(): Promise<boolean> {
    if (busy.value) return false;
    busy.value = "check";
    try {
      await flush();
      problem.value = null;
      return await searched();
    } catch (cause) {
      problem.value = problemOf(cause);
      return false;
    } finally {
      busy.value = null;
    }
  }
  /** The writer has looked and sends all the same. What has changed meanwhile is asked about anew. */
  async function confirmGuard(typed: string | null): Promise<boolean> {
    const told = guard.value;
    if (!told || busy.value) return false;
    busy.value = "check";
    typedWrong.value = false;
    try {
      await flush();
      await api.confirmFindings(caseId, told.fingerprint, typed);
      confirmed = told.fingerprint;
      leaveGuard();
      problem.value = null;
      return true;
    } catch (cause) {
      const why = problemOf(cause);
      if (why.code === "guard-typed") typedWrong.value = true;
      else {
        problem.value = why;
        if (why.code === "guard-changed") await searched().catch(() => leaveGuard());
      }
      return false;
    } finally {
      busy.value = null;
    }
  }

  /** Signs this letter in that name, whatever is chosen for all. */
  async function sign(as: SignAs): Promise<void> {
    if (!kind.value || busy.value) return;
    try {
      await flush();
      const now = await api.signDraft(caseId, kind.value, as);
      if (draft.value) draft.value = { ...draft.value, signature: now.signature, signAs: now.signAs };
      else begun.value = now;
    } catch (cause) {
      problem.value = problemOf(cause);
    }
  }

  /** True when the letter has been handed over to the outbox. */
  async function send(): Promise<boolean> {
    if (busy.value || hinders.value.length) return false;
    busy.value = "check";
    // What goes out is what the screen says, also where nobody has changed a word.
    if (stored.kind !== kind.value) chosen = true;
    try {
      await flush();
      problem.value = null;
      if (!(await searched())) return false;
      busy.value = "send";
      await api.sendDraft(caseId);
      ended = true;
      hold.forget();
      return true;
    } catch (cause) {
      problem.value = problemOf(cause);
      return false;
    } finally {
      busy.value = null;
    }
  }
  /** Left with something unsaved: it is kept before saving is tried, so that no way out loses it. */
  onScopeDispose(() => {
    gone = true;
    if (!ended && dirty()) hold.keep({ text: text.value, kind: keptAs() }, false);
    void flush().catch(() => announce(t("composer.leftUnsaved"))).finally(() => hold.letGo());
  });
  return { draft, text, kind, attachments, problem, refused, busy, saving, hinders, guard, typedWrong, signed, sign, flush, attach, remove, discard, send, pass, confirmGuard, leaveGuard, acknowledge };
}
