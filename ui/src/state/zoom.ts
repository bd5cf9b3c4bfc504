// How large everything on the screen is: by the keys that browsers have for it, and in the settings. The shell keeps it.
import { onScopeDispose, ref } from "vue";
import { api, problemOf, type ZoomStep } from "@/ipc";
import { t } from "@/text";
import { announce } from "./announce";
import { sentence } from "./problem";

/** In percent; none before it is known. */
const zoom = ref<number | null>(null);

async function step(by: ZoomStep): Promise<void> {
  try {
    zoom.value = await api.zoom(by);
    if (by !== "stay") announce(t("settings.zoomIs", { n: zoom.value }));
  } catch (cause) {
    if (by !== "stay") announce(sentence(problemOf(cause)));
  }
}

export const useZoom = () => ({ zoom, step });

/** With Shift or without, on the number pad too. */
const KEYS: Record<string, ZoomStep> = { "+": "in", "=": "in", "-": "out", "_": "out", "0": "whole" };

/** In dialogs and while typing too. */
export function useZoomKeys(): void {
  const press = (event: KeyboardEvent): void => {
    const by = (event.ctrlKey || event.metaKey) && !event.altKey ? KEYS[event.key] : undefined;
    if (!by) return;
    event.preventDefault();
    void step(by);
  };
  window.addEventListener("keydown", press);
  onScopeDispose(() => window.removeEventListener("keydown", press));
}
