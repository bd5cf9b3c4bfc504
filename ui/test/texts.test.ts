// Every sentence exists in both languages, is used, and every problem has one that says what to do.
import { describe, expect, it } from "vitest";
import { attachmentLimits, problemCodes } from "@/ipc/bindings";
import en from "@/text/en";
import sv from "@/text/sv";
import { t, useLanguage } from "@/text";
import type { EventKind } from "@/ipc";
import { limitFacts } from "@/state/limits";
import { nothingLost, sentence } from "@/state/problem";
import { roleWords } from "@/state/words";
import { sources } from "./sources";

type Tree = { [key: string]: string | Tree };
function flat(tree: Tree, before = ""): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[`${before}${key}`, value] as const] : [...flat(value, `${before}${key}.`)])));
}
const swedish = flat(sv);
const english = flat(en);
const slots = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

/** What is part of a sentence, what is said of an unknown code, and the kinds of a damaged file: no codes of their own. */
const NO_CODES = ["file-type-disguised", "file", "unknown", "cache-corrupt-unsent", "cache-corrupt-incomplete", "cache-corrupt-files"];

describe("the two languages", () => {
  it("have the same keys", () => expect([...english.keys()].sort()).toEqual([...swedish.keys()].sort()));

  it("take the same facts and have the same number of forms", () => {
    for (const [key, text] of swedish) {
      expect(slots(english.get(key) ?? ""), key).toEqual(slots(text));
      expect((english.get(key) ?? "").split(" | ").length, key).toBe(text.split(" | ").length);
    }
  });

  it("switch on the running screen", async () => {
    await useLanguage("en");
    expect(t("nav.inbox")).toBe("Inbox");
    await useLanguage("sv");
    expect(t("nav.inbox")).toBe("Inkorg");
  });

  it("count in words", () => {
    expect(t("list.count", {}, 1)).toBe("1 ärende");
    expect(t("list.count", {}, 12)).toBe("12 ärenden");
    expect(t("list.count", {}, 0)).toBe("0 ärenden");
    expect([0, 1, 2].map((n) => t("start.count.late", {}, n))).toEqual(["försenade", "försenat", "försenade"]);
    expect([1, 2].map((n) => t("start.count.unread", {}, n))).toEqual(["oläst", "olästa"]);
  });
});

describe("the sentences in use", () => {
  const texts = sources().filter(({ path }) => !path.startsWith("text/") && !path.startsWith("ipc/"));
  const literals = texts.flatMap(({ text }) => [...text.matchAll(/(?<!=)["'`]([a-zA-Z]+(?:\.[\w-]+)+)["'`]/g)].map((match) => match[1] ?? ""));
  const prefixes = texts.flatMap(({ text }) => [...text.matchAll(/`([a-zA-Z]+\.(?:[\w-]+\.)*[\w-]*)\$\{[^}]*\}(\w*)`/g)].map((match) => ({ start: match[1] ?? "", end: match[2] ?? "" })));
  const roots = new Set(Object.keys(sv));

  it("all exist", () => {
    const asked = texts.flatMap(({ text }) => [...text.matchAll(/\bt\(\s*["']([^"']+)["']/g)].map((match) => match[1] ?? ""));
    expect(asked.length).toBeGreaterThan(150);
    expect([...new Set(asked)].filter((key) => !swedish.has(key))).toEqual([]);
    expect(literals.filter((key) => roots.has(key.split(".")[0] ?? "") && key.split(".").length > 1 && !swedish.has(key) && !/\.(vue|ts|scss|value)$/.test(key) && ![...swedish.keys()].some((other) => other.startsWith(`${key}.`)))).toEqual([]);
  });

  it("leave no sentence unused", () => {
    const used = (key: string) => literals.includes(key) || prefixes.some(({ start, end }) => key.startsWith(start) && key.endsWith(end));
    expect([...swedish.keys()].filter((key) => !used(key))).toEqual([]);
  });
});

/** Every kind that the shell may tell: the type makes this list whole. */
const KINDS: Record<EventKind, true> = { created: true, distributed: true, redistributed: true, taken: true, takenOver: true, started: true, messageHeld: true, messageWithdrawn: true, messageReleased: true, residentReplied: true, questionWithdrawn: true, closed: true, reopened: true, noteAdded: true, recorded: true, draftTaken: true, assigneeLost: true, purged: true };

describe("the history", () => {
  it.each(Object.keys(KINDS))("tells of %s in both languages", (kind) => {
    expect(swedish.get(`event.${kind}`)?.length ?? 0).toBeGreaterThan(5);
    expect(english.get(`event.${kind}`)?.length ?? 0).toBeGreaterThan(5);
  });

  it("has no words for anything else", () => {
    const told = [...swedish.keys()].filter((key) => /^event\.\w+$/.test(key)).map((key) => key.slice("event.".length));
    expect(told.filter((kind) => kind !== "returned").sort()).toEqual(Object.keys(KINDS).sort());
  });
});

describe("roles", () => {
  it("begin small after a comma", () => {
    expect(roleWords(["receiver", "handler"])).toBe("Ärendemottagare, ärendehanterare");
    expect(roleWords(["handler", "localAdmin"], "Björkens vårdcentral")).toBe("Björkens vårdcentral: ärendehanterare, lokal administratör");
  });
});

describe("the limits of attachments", () => {
  const facts = (language: "sv" | "en") => {
    const list = new Intl.ListFormat(language === "sv" ? "sv-SE" : "en-GB", { type: "disjunction" });
    return { size: `${attachmentLimits.maxBytes / 1024 / 1024} MB`, formats: list.format(attachmentLimits.kinds.map((kind) => kind.toUpperCase())) };
  };

  it.each(["sv", "en"] as const)("are the rules' own in every sentence (%s)", async (language) => {
    await useLanguage(language);
    const { size, formats } = facts(language);
    const problem = (code: string) => sentence({ code, facts: { fileName: "a.pdf", limit: "1" }, detail: "" });
    const hint = t("composer.attachHint", limitFacts());
    for (const part of [size, formats, `${attachmentLimits.maxFiles} `]) expect(hint).toContain(part);
    expect(problem("file-too-large")).toContain(size);
    expect(problem("file-type-not-allowed")).toContain(formats);
    expect(problem("too-many-files")).toContain(` ${attachmentLimits.maxFiles} `);
    expect(t("hinder.files", limitFacts(), 2)).toContain(` ${attachmentLimits.maxFiles} `);
    await useLanguage("sv");
  });

  it("are written in no sentence", () => {
    for (const [key, text] of [...swedish, ...english]) {
      if (key.startsWith("fileKind.")) continue;
      expect(text, key).not.toMatch(/\d\s*MB|\b(10|tio|ten)\b|\b(PDF|GIF|JPEG|PNG)\b/);
    }
  });
});

describe("problems", () => {
  it("have a sentence for each code that can reach the screen, and for no other", () => {
    const told = [...swedish.keys()].filter((key) => key.startsWith("problem.")).map((key) => key.slice("problem.".length));
    expect(problemCodes.length).toBeGreaterThan(60);
    expect(told.filter((key) => !NO_CODES.includes(key)).sort()).toEqual([...problemCodes].sort());
  });

  it("are matched by codes that exist", () => {
    const matched = sources().find(({ path }) => path === "state/problem.ts")?.text.match(/new Set\(\[([^\]]*)\]\)/g)?.flatMap((list) => [...list.matchAll(/"([\w-]+)"/g)].map((match) => match[1] ?? "")) ?? [];
    expect(matched.length).toBeGreaterThan(10);
    expect(matched.filter((code) => !(problemCodes as readonly string[]).includes(code) && !NO_CODES.includes(code))).toEqual([]);
  });

  it.each([...problemCodes])("%s has a sentence in both languages", (code) => {
    expect(swedish.get(`problem.${code}`)?.length ?? 0).toBeGreaterThan(15);
    expect(english.get(`problem.${code}`)?.length ?? 0).toBeGreaterThan(15);
  });

  it("name the file", () => expect(sentence({ code: "file-too-large", facts: { fileName: "Röntgen.pdf" }, detail: "" })).toMatch(/^Röntgen\.pdf är för stor/));

  it.each([
    [{ file: "mirror.db", incomplete: "false" }, /ärendena hämtas på nytt/, true],
    [{ file: "unsent.db", incomplete: "false" }, /det mesta räddades/, false],
    [{ file: "unsent.db", incomplete: "true" }, /gick inte att rädda.*sparad åt sidan.*IT-stödet/, false],
    [{ file: "blobs.db", incomplete: "false" }, /bilagor/, false],
  ])("tell a damaged file by what was in it: %o", (facts, words, safe) => {
    const problem = { code: "cache-corrupt", facts, detail: "" };
    expect(sentence(problem)).toMatch(words);
    expect(nothingLost(problem)).toBe(safe);
  });

  it("that nobody knows still say something to do", () => {
    const text = sentence({ code: "brand-new", facts: {}, detail: "" });
    expect(text).toContain("brand-new");
    expect(text).toContain("Försök igen");
  });

  it("never show the technical detail", () => expect(sentence({ code: "internal", facts: {}, detail: "stack trace" })).not.toContain("stack"));
});
