// The screen's own source files, for the tests that read them.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const SRC = join(import.meta.dirname, "../src");

export type Source = { path: string; text: string };

export function sources(folder = SRC): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|vue)$/.test(entry.name) ? [{ path: relative(SRC, path), text: readFileSync(path, "utf8") }] : [];
  });
}
