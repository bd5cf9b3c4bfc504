// Cuts the Latin letters out of the two fonts when the screen is built. The first picture then waits for a few tens of
// kilobytes; the whole font follows only when a text has a letter from further away.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import subsetFont from "subset-font";
import { LATIN } from "./latin";

const FACES = ["Inter-Regular", "Inter-SemiBold"];

/** What the layout of a text in these letters uses: distances within pairs, and figures of equal width in tables. */
const FEATURES = ["kern", "tnum"];

/**
 * Writes one WOFF2 file for each face into `folder`, and the runs of letters for the style sheet. Throws if a face is
 * missing or can't be read as a font.
 */
export async function cutLatinFonts(folder: string): Promise<void> {
  const wholeFonts = join(dirname(createRequire(import.meta.url).resolve("@fkui/font-default/package.json")), "fonts");
  const text = LATIN.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at))).join("");
  await mkdir(folder, { recursive: true });
  for (const face of FACES) {
    const whole = await readFile(join(wholeFonts, `${face}.woff2`));
    const latin = await subsetFont(whole, text, { targetFormat: "woff2", keepFeatures: FEATURES });
    await writeFile(join(folder, `${face}-Latin.woff2`), latin);
  }
  const runs = LATIN.map(([first, last]) => `U+${first.toString(16)}-${last.toString(16)}`);
  await writeFile(join(folder, "_latin.scss"), `$runs: ${runs.join(", ")};\n`);
}
