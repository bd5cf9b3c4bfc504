// What has been written but is not on the disk: kept per person and case as long as the app is open, and saved as soon as
// that works. No way out of a field may lose text, not even on a full disk.
import { reactive } from "vue";
import { api, type ComposeKind, type DraftView } from "@/ipc";
import { forgetJottings, saveJottings } from "./jottings";
import { useSession } from "./session";

export type Letter = { kind: ComposeKind; text: string };
type Kept = Letter & { caseId: string; who: string; /** Saving it has failed, so the person is told. */ failed: boolean };

export const RETRY_AFTER_MS = 5000;

const letters = reactive(new Map<string, Kept>());
/** Each draft as it was last saved: a case is not read again for every word, so what it says of its draft may be older. */
const saved = new Map<string, DraftView>();
/** Letters that stand in open composers, which save them themselves; one may open before the one before it has ended. */
const open = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

const who = () => useSession().session.value?.staff.hsaId ?? "";
/** Nobody gets to see what somebody else has written. */
const keyOf = (caseId: string, person = who()) => `${person} ${caseId}`;

/** The letter of a case that is not saved yet. */
export const unsavedLetter = (caseId: string): (Letter & { failed: boolean }) | null => letters.get(keyOf(caseId)) ?? null;

/** How each open composer saves what stands in it. */
const writers = new Set<() => Promise<void>>();

/** Saves all that is being written or was left behind; fails if something can't be saved. */
export async function saveAll(): Promise<void> {
  await Promise.all([...writers].map((write) => write()));
  await Promise.all([saveJottings(), ...[...letters.values()].filter((kept) => kept.who === who()).map((kept) => saveLeft(kept.caseId))]);
}

/** Saves what was left behind, if there is any; fails if it still can't be saved. */
export async function saveLeft(caseId: string): Promise<void> {
  const key = keyOf(caseId);
  const kept = letters.get(key);
  if (!kept || open.has(key)) return;
  await api.saveDraft(kept.caseId, kept.kind, kept.text, null);
  if (letters.get(key) === kept) letters.delete(key);
}

async function retry(): Promise<void> {
  const mine = [...letters.values()].filter((kept) => kept.who === who());
  // What fails again is tried again.
  await Promise.all(mine.map((kept) => saveLeft(kept.caseId).catch(() => undefined)));
  retryLater();
}
function retryLater(): void {
  clearTimeout(timer);
  if (letters.size) timer = setTimeout(() => void retry(), RETRY_AFTER_MS);
}

/** A composer's hold on the letter of its case, for the person who opened it. */
export function holdLetter(caseId: string) {
  const person = who();
  const key = keyOf(caseId, person);
  let writer: (() => Promise<void>) | null = null;
  const count = (by: number) => { open.set(key, (open.get(key) ?? 0) + by); if (!open.get(key)) open.delete(key); };
  count(1);
  return {
    /** How the composer saves: for who can't wait for it, as signing out. */
    savedBy(write: () => Promise<void>): void { writers.add((writer = write)); },
    kept: (): Letter | null => letters.get(key) ?? null,
    keep({ kind, text }: Letter, failed: boolean): void {
      letters.set(key, { kind, text, caseId, who: person, failed: failed || (letters.get(key)?.failed ?? false) });
    },
    /** It is on the disk, or gone by the person's own wish; another text than that stays. */
    forget(letter?: Letter): void {
      const there = letters.get(key);
      if (!letter || (there?.text === letter.text && there.kind === letter.kind)) letters.delete(key);
    },
    saved: (draft: DraftView): void => void saved.set(key, draft),
    /** The newer of what the case says of its draft and what was saved last: a look at the case may have begun before that. A
     * case without a draft has none. */
    newest(draft: DraftView | null): DraftView | null {
      const last = saved.get(key);
      return draft && last && Date.parse(last.updatedAt) > Date.parse(draft.updatedAt) ? last : draft;
    },
    /** Another composer has been opened on the same letter. */
    takenOver: (): boolean => (open.get(key) ?? 0) > 1,
    letGo(): void {
      if (writer) writers.delete(writer);
      count(-1);
      retryLater();
    },
  };
}

/** For tests: as after a start of the app. */
export function forgetUnsaved(): void {
  clearTimeout(timer);
  letters.clear();
  forgetJottings();
  saved.clear();
  open.clear();
  writers.clear();
}
