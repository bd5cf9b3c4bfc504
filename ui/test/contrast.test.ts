// The palette keeps WCAG 2.2 AA: 4.5:1 for text, 3:1 for what marks a control.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SRC } from "./sources";

const scss = readFileSync(join(SRC, "styles/_palette.scss"), "utf8");

function palette(name: "light" | "dark"): Record<string, string> {
  const body = new RegExp(`@mixin ${name} \\{([\\s\\S]*?)\\n\\}`).exec(scss)?.[1] ?? "";
  const [strong = "", stronger = "", soft = "", on = ""] = /accent\(([^)]*)\)/.exec(body)?.[1]?.split(/,\s*/) ?? [];
  const found = Object.fromEntries([...body.matchAll(/--m-([\w-]+): (#\w+);/g)].map((match) => [match[1], match[2]]));
  return { ...found, accent: strong, "accent-strong": stronger, "accent-soft": soft, "on-accent": on };
}
function light(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
const TEXT = [
  ["ink", "paper"], ["ink", "ground"], ["ink", "staff"], ["ink", "note"], ["ink", "accent-soft"], ["ink-2", "paper"], ["ink-2", "ground"], ["ink-2", "sunken"], ["ink-2", "staff"], ["ink-2", "accent-soft"], ["ink-2", "note"],
  ["accent", "paper"], ["accent", "accent-soft"], ["accent", "staff"], ["on-accent", "accent"], ["on-accent", "accent-strong"], ["late", "paper"], ["late", "late-soft"], ["late", "accent-soft"], ["today", "paper"], ["today", "today-soft"], ["today", "sunken"],
  ["done", "paper"], ["done", "accent-soft"], ["note-ink", "note"], ["note-ink", "paper"], ["shield", "shield-soft"], ["shield", "paper"], ["bar-ink", "bar"], ["bar-ink-2", "bar"], ["stripe-ink", "stripe-a"], ["stripe-ink", "stripe-b"],
] as const;

describe.each(["light", "dark"] as const)("%s", (theme) => {
  const colours = palette(theme);
  it.each(TEXT)("%s on %s reads well", (front, back) => {
    expect(colours[front], front).toMatch(/^#/);
    expect(colours[back], back).toMatch(/^#/);
    expect(contrast(colours[front] ?? "", colours[back] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  it("borders of fields stand out", () => {
    expect(contrast(colours["line-strong"] ?? "", colours.paper ?? "")).toBeGreaterThanOrEqual(3);
    expect(contrast(colours["line-strong"] ?? "", colours.ground ?? "")).toBeGreaterThanOrEqual(3);
  });
  it.each(["paper", "sunken", "accent-soft", "late-soft", "today-soft"])("boxes and rings stand out on %s, chosen and not", (back) => {
    for (const front of ["ink-2", "accent", "late"]) expect(contrast(colours[front] ?? "", colours[back] ?? ""), front).toBeGreaterThanOrEqual(3);
  });
});
