// The languages: what the first picture says in Swedish is in the first load; the rest is fetched when that picture stands,
// and English when somebody chooses it.
//
// Only the core of Vue I18n is used: the rest of it brings components, directives and the whole of Vue, used or not.
import { compile, createCoreContext, isMessageAST, registerMessageCompiler, resolveValue, translate, type CoreContext, type LocaleMessage } from "@intlify/core-base";
import { ref, shallowReactive, toRaw } from "vue";
import svFirst from "./sv/first";

export type Language = "sv" | "en";

// Sentences that were compiled when the screen was built are only read by this.
registerMessageCompiler(compile);

const spoken = ref<Language>("sv");
/** Shallow: the sentences are read thousands of times and never change by themselves, so nobody need watch each of their parts. */
const messages = shallowReactive<Record<string, LocaleMessage>>({ sv: { ...svFirst }, en: {} });
const context = createCoreContext({ locale: "sv", fallbackLocale: "sv", messages, messageResolver: resolveValue, missingWarn: false, fallbackWarn: false }) as CoreContext<string>;

/** The language that is spoken. */
export const language = (): Language => spoken.value;

export type Facts = Record<string, string | number>;

/** Sentences without facts, as they came out: a list says the same few in every row. */
const plain = new Map<string, string>();
/** Languages in which a sentence was asked for that was not here (yet). */
const missed = new Set<Language>();

function say(key: string, facts: Facts = {}, n?: number): string {
  const text = n === undefined ? translate(context, key, facts) : translate(context, key, { n, ...facts }, n);
  if (typeof text === "string" && text !== key) return text;
  missed.add(spoken.value);
  return key;
}

/** A sentence by its key. `n` chooses between one and many. */
export function t(key: string, facts?: Facts, n?: number): string {
  const name = `${spoken.value}:${key}`;
  if (facts || n !== undefined) return say(key, facts, n);
  let text = plain.get(name);
  if (text === undefined) {
    text = say(key);
    if (text !== key) plain.set(name, text);
  }
  return text;
}

export function hasText(key: string): boolean {
  const found = resolveValue(messages["sv"], key);
  const here = typeof found === "string" || isMessageAST(found);
  if (!here) missed.add("sv");
  return here;
}

/** The parts of the languages that are fetched. */
const PARTS = {
  sv: [() => import("./sv/rest")],
  en: [() => import("./en/first"), () => import("./en/rest")],
} satisfies Record<Language, (() => Promise<{ default: object }>)[]>;
const whole = new Map<Language, Promise<void>>();

async function fetchWhole(of: Language): Promise<void> {
  const parts = await Promise.all(PARTS[of].map((part) => part()));
  const all = Object.assign({}, messages[of], ...parts.map((part) => part.default)) as LocaleMessage;
  // What stands on the screen is drawn again only if something was missing there.
  (of === spoken.value && !missed.has(of) ? toRaw(messages) : messages)[of] = all;
  missed.delete(of);
}

/** All sentences of the language that is spoken, and of Swedish, which stands in for what another one lacks. */
export async function allSentences(of: Language = spoken.value): Promise<void> {
  await Promise.all([...new Set<Language>(["sv", of])].map((one) => {
    const known = whole.get(one);
    if (known) return known;
    // One that failed is tried again by whoever asks next.
    const fetching = fetchWhole(one).catch((cause: unknown) => { whole.delete(one); throw cause; });
    whole.set(one, fetching);
    return fetching;
  }));
}

let wished: Language = "sv";

/** Speaks another language as soon as its sentences are here, unless somebody has chosen otherwise by then. */
export async function useLanguage(chosen: Language): Promise<void> {
  wished = chosen;
  if (chosen === "en") await allSentences(chosen);
  if (wished !== chosen) return;
  context.locale = chosen;
  spoken.value = chosen;
  document.documentElement.lang = chosen;
}
