// @vitest-environment node
// The built screen: nothing that the content policy forbids, and no trace of the in-memory backend.
import { build } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { join } from "node:path";

type Piece = { fileName: string; code?: string; source?: string | Uint8Array };
let pieces: Piece[] = [];
const text = (piece: Piece) => piece.code ?? (typeof piece.source === "string" ? piece.source : "");

beforeAll(async () => {
  const root = join(import.meta.dirname, "..");
  const result = await build({ root, configFile: join(root, "vite.config.ts"), mode: "production", logLevel: "error", build: { write: false } });
  pieces = (Array.isArray(result) ? result : [result]).flatMap((one) => ("output" in one ? (one.output as Piece[]) : []));
}, 60_000);

describe("the production build", () => {
  it("has no in-memory backend", () => {
    const scripts = pieces.filter((piece) => piece.fileName.endsWith(".js")).map(text).join("\n");
    expect(scripts.length).toBeGreaterThan(100_000);
    for (const word of ["Testberg", "Björkens", "in-memory backend", "980101"]) expect(scripts).not.toContain(word);
  });

  it("evaluates no text as code", () => {
    const guilty = pieces.filter((piece) => piece.fileName.endsWith(".js") && /\bnew Function\(|[^.\w]eval\(/.test(text(piece))).map((piece) => piece.fileName);
    expect(guilty).toEqual([]);
  });

  it("has no inline script or style, and loads nothing from elsewhere", () => {
    const page = text(pieces.find((piece) => piece.fileName === "index.html")!);
    expect(page).toContain("<script type=\"module\"");
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=/);
    expect(page).not.toMatch(/https?:\/\//);
    const styles = pieces.filter((piece) => piece.fileName.endsWith(".css")).map(text).join("\n");
    expect(styles).not.toMatch(/url\(\s*["']?(data|https?):/);
  });
});
