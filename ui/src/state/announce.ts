// What a screen reader is told without being asked: one polite line at a time.
import { ref } from "vue";

const said = ref("");
const shown = ref<string | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says it to the screen reader; with `show` it also stands on screen for a while. */
export function announce(text: string, show = true): void {
  // The same sentence twice must still be read twice.
  said.value = said.value === text ? `${text}\u00a0` : text;
  if (!show) return;
  shown.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (shown.value = null), 6000);
}

/** Nothing said to one person is left standing for the next. */
export function hush(): void {
  clearTimeout(timer);
  said.value = "";
  shown.value = null;
}

export function useAnnouncements() {
  return { said, shown, dismiss: () => (shown.value = null) };
}
