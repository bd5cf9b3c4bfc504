// The languages: what the first picture says in Swedish is in the first load; the rest is fetched when that picture stands,
// and English when somebody chooses it.
import { markRaw } from "vue";
import { createI18n } from "vue-i18n";
import svFirst from "./sv/first";
import type sv from "./sv";

export type Language = "sv" | "en";
/** The sentences of a language, as far as they are here. */
type Sentences = typeof sv;
/** Raw: the sentences are read thousands of times and never change by themselves, so nobody need watch each of their parts. */
const raw = (part: object): Sentences => markRaw(part) as Sentences;

export const i18n = createI18n({
  legacy: false,
  locale: "sv" as Language,
  fallbackLocale: "sv",
  messages: { sv: raw({ ...svFirst }) } as Record<string, Sentences>,
  missingWarn: false,
  fallbackWarn: false,
});

export type Facts = Record<string, string | number>;

/** Sentences without facts, as they came out: a list says the same few in every row. */
const plain = new Map<string, string>();
/** A sentence was asked for that was not here (yet). */
let missed = false;

/** A sentence by its key. `n` chooses between one and many. */
export function t(key: string, facts?: Facts, n?: number): string {
  const { t: translate, locale } = i18n.global;
  if (!facts && n === undefined) {
    const name = `${locale.value}:${key}`;
    let text = plain.get(name);
    if (text === undefined) {
      text = translate(key);
      if (text === key) missed = true;
      else plain.set(name, text);
    }
    return text;
  }
  facts ??= {};
  const text = n === undefined ? translate(key, facts) : translate(key, { n, ...facts }, n);
  if (text === key) missed = true;
  return text;
}

export function hasText(key: string): boolean {
  const here = i18n.global.te(key, "sv");
  if (!here) missed = true;
  return here;
}

/** The parts of the languages that are fetched. */
const PARTS = {
  sv: [() => import("./sv/rest")],
  en: [() => import("./en/first"), () => import("./en/rest")],
} satisfies Record<Language, (() => Promise<{ default: object }>)[]>;
const whole = new Map<Language, Promise<void>>();

async function fetchWhole(language: Language): Promise<void> {
  const parts = await Promise.all(PARTS[language].map((part) => part()));
  const before = i18n.global.getLocaleMessage(language);
  // What stands on the screen is drawn again only if something was missing there.
  if (language === i18n.global.locale.value && !missed) Object.assign(before, ...parts.map((part) => part.default));
  else i18n.global.setLocaleMessage(language, raw(Object.assign({}, before, ...parts.map((part) => part.default))));
  missed = false;
}

/** All sentences of the language that is spoken, and of Swedish, which stands in for what another one lacks. */
export async function allSentences(language: Language = i18n.global.locale.value as Language): Promise<void> {
  await Promise.all([...new Set<Language>(["sv", language])].map((one) => {
    const known = whole.get(one);
    if (known) return known;
    // One that failed is tried again by whoever asks next.
    const fetching = fetchWhole(one).catch((cause: unknown) => { whole.delete(one); throw cause; });
    whole.set(one, fetching);
    return fetching;
  }));
}

export async function useLanguage(language: Language): Promise<void> {
  if (language === "en") await allSentences(language);
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}
