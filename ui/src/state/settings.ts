// The settings of this computer: theme, language, list width, single-letter keys. Nothing about patients.
import { computed, shallowRef, watch } from "vue";
import { api, type AppSettings } from "@/ipc";
import { useLanguage } from "@/text";

const DEFAULTS: AppSettings = { theme: "system", language: "sv", listWidth: null, singleKeys: true };
const settings = shallowRef<AppSettings>(DEFAULTS);
const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;
const singleKeys = computed(() => settings.value.singleKeys);

export function applyTheme(): void {
  const { theme } = settings.value;
  document.documentElement.dataset.theme = theme === "system" ? (dark?.matches ? "dark" : "light") : theme;
}

async function load(): Promise<void> {
  settings.value = await api.appSettings();
}

let latest = 0;
let before: Promise<unknown> = Promise.resolve();

/**
 * Shown at once, because it is this person's own choice on this screen, and read back after it is saved. One is saved after the
 * other, and only the last is read back: a choice that somebody has changed already does not return for a moment.
 */
async function save(change: Partial<AppSettings>): Promise<void> {
  settings.value = { ...settings.value, ...change };
  const mine = (latest += 1);
  const saving = before.catch(() => undefined).then(() => api.saveAppSettings(settings.value));
  before = saving;
  await saving;
  const saved = await api.appSettings();
  if (mine === latest) settings.value = saved;
}

export function watchSettings(): void {
  applyTheme();
  dark?.addEventListener("change", applyTheme);
  watch(settings, (now, was) => {
    applyTheme();
    // Without its sentences the screen goes on in the language that it has.
    if (now.language !== was?.language) void useLanguage(now.language).catch(() => undefined);
  });
}

export function useSettings() {
  return { settings, singleKeys, load, save };
}
