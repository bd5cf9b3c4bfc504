// The keyboard: single letters that act, never while typing, and switched off on request (WCAG 2.1.4).
import { onScopeDispose, ref } from "vue";

/** Whether single letters act; the app sets it from the settings. */
export const singleKeysOn = ref(true);

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const layers: { keys: KeyMap; modal: boolean }[] = [];

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

/** The name a key is registered under: `ctrl+k`, `escape`, `f`, `?`. */
export function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

/** A single character without Ctrl: the kind that can be switched off and is a letter while typing. */
const isSingle = (name: string) => [...name].length === 1;

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  if (isSingle(name) && (isTyping(event.target) || !singleKeysOn.value)) return;
  for (let at = layers.length - 1; at >= 0; at -= 1) {
    const layer = layers[at]!;
    const act = layer.keys[name];
    if (act) {
      event.preventDefault();
      act(event);
      return;
    }
    if (layer.modal) return;
  }
}

if (typeof window !== "undefined") window.addEventListener("keydown", handleKey);

/** Keys that work while the component is there; the newest layer wins, a modal one hides those below. Layers are laid down
 * where components are set up, so that what lies within another wins over it also when both come at once. */
export function useKeys(keys: KeyMap, options: { modal?: boolean } = {}): void {
  const layer = { keys, modal: options.modal ?? false };
  layers.push(layer);
  onScopeDispose(() => {
    const at = layers.indexOf(layer);
    if (at >= 0) layers.splice(at, 1);
  });
}
