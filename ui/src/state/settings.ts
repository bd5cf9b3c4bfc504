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

/** Shown at once, because it is this person's own choice on this screen, and read back after it is saved. */
async function save(change: Partial<AppSettings>): Promise<void> {
  settings.value = { ...settings.value, ...change };
  await api.saveAppSettings(settings.value);
  await load();
}

export function watchSettings(): void {
  applyTheme();
  dark?.addEventListener("change", applyTheme);
  watch(settings, (now, before) => {
    applyTheme();
    if (now.language !== before?.language) void useLanguage(now.language);
  });
}

export function useSettings() {
  return { settings, singleKeys, load, save };
}
