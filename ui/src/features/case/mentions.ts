// Speaking to a colleague in an internal note: «@» and the name. Who is told is the core's to decide; this only helps to write it.
import type { NoteColleague } from "@/ipc";

const fold = (text: string) => text.toLocaleLowerCase("sv");

/** What is being written behind an «@» right before the cursor, and where the «@» stands; nothing inside a word. */
export function begunName(text: string, cursor: number): { at: number; typed: string } | null {
  const found = /(^|[^\p{L}\p{N}])@([\p{L}\p{N}' .-]{0,60})$/u.exec(text.slice(0, cursor));
  return found ? { at: cursor - found[2]!.length - 1, typed: found[2]! } : null;
}

/** The colleagues who see the case and have a name of which a word begins like that; none when a name stands there whole. */
export function offered(colleagues: NoteColleague[], typed: string): NoteColleague[] {
  const word = fold(typed);
  const whole = colleagues.some((one) => word.startsWith(fold(one.name)) && !/^\p{L}/u.test(word.slice(one.name.length)));
  if (whole) return [];
  return colleagues.filter((one) => one.reads && (fold(one.name).startsWith(word) || fold(one.name).split(/[ -]/).some((part) => part.startsWith(word)))).slice(0, 6);
}

/** Names written behind an «@» whose owners do not see the case. */
export function unseen(colleagues: NoteColleague[], text: string): string[] {
  const words = fold(text);
  const here = (name: string) => new RegExp(`(^|[^\\p{L}\\p{N}])@${fold(name).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "u").test(words);
  return colleagues.filter((one) => !one.reads && here(one.name)).map((one) => one.name);
}

/** The text in pieces, those that are a colleague's name with their «@» marked. */
export function pieces(text: string, names: string[]): { text: string; name: boolean }[] {
  if (!names.length) return [{ text, name: false }];
  const either = [...names].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.split(new RegExp(`(@(?:${either})(?![\\p{L}\\p{N}]))`, "iu")).filter(Boolean).map((piece, _, all) => ({ text: piece, name: all.length > 0 && new RegExp(`^@(?:${either})$`, "iu").test(piece) }));
}
