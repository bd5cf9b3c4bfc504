// Internal words that are being written (a note, why a case is closed or given to somebody else): every keystroke reaches the disk
// within half a second, and at once when the field is left. What could not be saved is kept as long as the app is open, and tried again.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { api, problemOf, type JottingKind, type JottingView, type Problem } from "@/ipc";
import { t } from "@/text";
import { announce } from "./announce";
import { useSession } from "./session";

export const SAVE_AFTER_MS = 400;
const RETRY_AFTER_MS = 5000;

type Words = {
  readonly who: string; readonly caseId: string; readonly kind: JottingKind;
  text: string; /** What is on the disk. */ stored: string; /** Since when. */ at: number;
  /** How many fields show it. */ fields: number;
  /** Being handed over, or gone: nothing more is written. */ over: boolean;
  timer: ReturnType<typeof setTimeout> | undefined; queue: Promise<void>; problem: ShallowRef<Problem | null>;
};
/** Words as this page knows them last: a case is not read again for every word, so what it says of them may be older. */
const known = new Map<string, Words>();

const who = () => useSession().session.value?.staff.hsaId ?? "";
/** Nobody gets to see what somebody else has written. */
const keyOf = (caseId: string, kind: JottingKind) => `${who()} ${caseId} ${kind}`;

async function write(words: Words): Promise<void> {
  if (words.over || words.text === words.stored) return;
  // Somebody else is signed in: it waits for its writer.
  if (words.who !== who()) return later(words, RETRY_AFTER_MS);
  const { text } = words;
  try {
    const at = await api.keepJotting(words.caseId, words.kind, text);
    words.stored = text;
    words.at = Date.parse(at);
    words.problem.value = null;
  } catch (cause) {
    words.problem.value = problemOf(cause);
    throw cause;
  } finally {
    if (words.text !== words.stored) later(words, RETRY_AFTER_MS);
  }
}
/** One write at a time, in order; the last one holds what stands on screen. */
function flush(words: Words): Promise<void> {
  clearTimeout(words.timer);
  words.timer = undefined;
  const turn = words.queue.then(() => write(words));
  words.queue = turn.catch(() => undefined);
  return turn;
}
/** Counted from the first key that is not saved: who writes on without a pause would put it off for ever. */
function later(words: Words, ms: number): void {
  words.timer ??= setTimeout(() => void flush(words).catch(() => undefined), ms);
}

/** The words of one kind in a case, for a field; `there` is what the case says of them. */
export function useJotting(caseId: string, kind: JottingKind, there: JottingView[]): { text: Ref<string>; /** What stood there already. */ left: string; problem: ShallowRef<Problem | null>; save: () => void } {
  for (const [other, one] of known) if (one.who !== who() && one.text === one.stored) known.delete(other);
  const key = keyOf(caseId, kind);
  const told = there.find((one) => one.kind === kind);
  const before = known.get(key);
  const newer = before && (before.text !== before.stored || !told || before.at >= Date.parse(told.updatedAt));
  const words: Words = newer ? before : { who: who(), caseId, kind, text: told?.text ?? "", stored: told?.text ?? "", at: told ? Date.parse(told.updatedAt) : 0, fields: 0, over: false, timer: undefined, queue: before?.queue ?? Promise.resolve(), problem: shallowRef(null) };
  known.set(key, words);
  words.fields += 1;
  const text = ref(words.text);
  watch(text, (now) => { words.text = now; later(words, SAVE_AFTER_MS); }, { flush: "sync" });
  const save = () => void flush(words).catch(() => undefined);
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
  onScopeDispose(() => {
    window.removeEventListener("pagehide", save);
    document.removeEventListener("visibilitychange", save);
    words.fields -= 1;
    void flush(words).catch(() => announce(t("composer.leftUnsaved")));
  });
  return { text, left: text.value, problem: words.problem, save };
}

/** Saves what is being written or was left behind, in one case or in all; fails if something can't be saved. */
export async function saveJottings(caseId?: string): Promise<void> {
  const mine = [...known.values()].filter((words) => words.who === who() && (!caseId || words.caseId === caseId));
  await Promise.all(mine.map(flush));
}

/** Does something that hands the words over. If it is done, they are gone: the last of them is on the disk before, none after. */
export async function handOver(caseId: string, kind: JottingKind, command: () => Promise<boolean>): Promise<boolean> {
  const words = known.get(keyOf(caseId, kind));
  if (!words) return command();
  await flush(words).catch(() => undefined);
  words.over = true;
  const done = await command();
  if (done) forget(words);
  else {
    words.over = false;
    if (words.text !== words.stored) later(words, SAVE_AFTER_MS);
  }
  return done;
}

/** Throws the words away. */
export async function discardJotting(caseId: string, kind: JottingKind): Promise<void> {
  const words = known.get(keyOf(caseId, kind));
  if (words) {
    words.over = true;
    await words.queue;
  }
  try {
    await api.keepJotting(caseId, kind, "");
    if (words) forget(words);
  } finally {
    if (words) words.over = false;
  }
}
function forget(words: Words): void {
  clearTimeout(words.timer);
  words.timer = undefined;
  words.text = words.stored;
  for (const [key, one] of known) if (one === words) known.delete(key);
}

/** Gives an act up: its message is a draft again, its internal words are what was begun. What is being written is on the disk before. */
export async function giveUp(opId: string, caseId: string): Promise<void> {
  await saveJottings(caseId);
  await api.outboxToDraft(opId);
}

/** For tests: as after a start of the page. */
export function forgetJottings(): void {
  for (const words of known.values()) { clearTimeout(words.timer); words.over = true; }
  known.clear();
}
