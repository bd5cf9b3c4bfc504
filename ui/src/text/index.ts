// The languages: Swedish is in the first load, English is fetched when somebody chooses it.
import { createI18n } from "vue-i18n";
import sv from "./sv";

export type Language = "sv" | "en";

export const i18n = createI18n({
  legacy: false,
  locale: "sv" as Language,
  fallbackLocale: "sv",
  globalInjection: true,
  messages: { sv } as Record<string, typeof sv>,
  missingWarn: false,
  fallbackWarn: false,
});

export type Facts = Record<string, string | number>;

/** Sentences without facts, as they came out: a list says the same few in every row. */
const plain = new Map<string, string>();

/** A sentence by its key, outside a template. `n` chooses between one and many. */
export function t(key: string, facts?: Facts, n?: number): string {
  const { t: translate, locale } = i18n.global;
  if (!facts && n === undefined) {
    const name = `${locale.value}:${key}`;
    let text = plain.get(name);
    if (text === undefined) plain.set(name, (text = translate(key)));
    return text;
  }
  facts ??= {};
  return n === undefined ? translate(key, facts) : translate(key, { n, ...facts }, n);
}

export const hasText = (key: string): boolean => i18n.global.te(key, "sv");

export async function useLanguage(language: Language): Promise<void> {
  if (language === "en" && !i18n.global.availableLocales.includes("en")) {
    i18n.global.setLocaleMessage("en", (await import("./en")).default);
  }
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}
