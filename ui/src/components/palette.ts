// What the palette offers: whoever is on the screen says what can be done there now.
import { onScopeDispose, shallowReactive } from "vue";
import type { IconName } from "./icons";

export type PaletteEntry = { id: string; /** What it does, in the words of its button or place. */ text: string; hint?: string; icon: IconName; key?: string; run: () => void };
export type PaletteGroup = { title: string; entries: PaletteEntry[]; /** Groups with a lower one stand before others. */ order: number };

const sources = shallowReactive(new Set<() => PaletteGroup>());

/** As long as the component is there, its entries are offered. */
export function useEntries(group: () => PaletteGroup): void {
  sources.add(group);
  onScopeDispose(() => sources.delete(group));
}

export const groupsNow = (): PaletteGroup[] => [...sources].map((source) => source()).filter((group) => group.entries.length > 0).sort((a, b) => a.order - b.order);

/** Every word typed has to occur, in any order; entries that begin with what was typed come first. Nothing typed: all. */
export function matching(entries: PaletteEntry[], typed: string): PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (entry: PaletteEntry) => (entry.text.toLowerCase().startsWith(words.join(" ")) ? 0 : 1);
  return entries.filter((entry) => { const text = `${entry.text} ${entry.hint ?? ""}`.toLowerCase(); return words.every((word) => text.includes(word)); }).sort((a, b) => (words.length ? begins(a) - begins(b) : 0));
}
