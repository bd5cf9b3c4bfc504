// What the screen itself writes is set in the small fonts; else every start would wait for the whole ones as well.
import { expect, test } from "vitest";
import en from "@/text/en";
import sv from "@/text/sv";
import { formatMoment, formatSize, personalIdParts, spokenPersonalId } from "@/text/format";
import { LATIN } from "../build/latin";

const words = (node: unknown): string => (typeof node === "string" ? node : Object.values(node as object).map(words).join(""));

test("every letter of the sentences, numbers and dates is in the fonts of the first picture", () => {
  const written = [words(sv), words(en), ...personalIdParts("199801019804"), spokenPersonalId("199801019804"), formatMoment("2026-11-24T10:00:00Z"), formatSize(1_500_000)].join("");
  const missing = [...new Set(written)].filter((letter) => !LATIN.some(([first, last]) => letter.codePointAt(0)! >= first && letter.codePointAt(0)! <= last));
  expect(missing.map((letter) => `U+${letter.codePointAt(0)!.toString(16)} ${letter}`)).toEqual([]);
});
