// The dialogs that are open, one over the other. Whatever lies outside the topmost is neither seen nor heard, so that what is
// told meanwhile goes into it.
import { computed, shallowRef } from "vue";

const open = shallowRef<HTMLElement[]>([]);
export const topmost = computed<HTMLElement | null>(() => open.value.at(-1) ?? null);

/** That dialog lies over all others until what is given back is called. */
export function onTop(dialog: HTMLElement): () => void {
  open.value = [...open.value, dialog];
  return () => { open.value = open.value.filter((one) => one !== dialog); };
}
