// Cuts the letters of Swedish, English and their neighbours out of the two fonts when the screen is built. The first picture
// then waits for a few tens of kilobytes; the whole font follows only when a text has a letter from further away.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import subsetFont from "subset-font";

const FACES = ["Inter-Regular", "Inter-SemiBold"];

/** First and last code point of each run of letters and signs; `styles/main.scss` names the same in `unicode-range`. */
const LATIN: readonly (readonly [number, number])[] = [
  [0x0020, 0x007e],
  [0x00a0, 0x017f],
  [0x2010, 0x2027],
  [0x2030, 0x203a],
  [0x20ac, 0x20ac],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
];

/** What the layout of a text in these letters uses: distances within pairs, and figures of equal width in tables. */
const FEATURES = ["kern", "tnum"];

/** Writes one WOFF2 file for each face into `folder`. Throws if a face is missing or can't be read as a font. */
export async function cutLatinFonts(folder: string): Promise<void> {
  const wholeFonts = join(dirname(createRequire(import.meta.url).resolve("@fkui/font-default/package.json")), "fonts");
  const text = LATIN.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at))).join("");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const face of FACES) {
    const whole = await readFile(join(wholeFonts, `${face}.woff2`));
    const latin = await subsetFont(whole, text, { targetFormat: "woff2", keepFeatures: FEATURES });
    await writeFile(join(folder, `${face}-Latin.woff2`), latin);
  }
}
