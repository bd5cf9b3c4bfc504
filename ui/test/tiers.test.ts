// Who may import whom: views → features → components, state in between, one door to the shell.
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { sources } from "./sources";

type Import = { from: string; to: string };

function importsOf(path: string, text: string): Import[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
  return found.map((to) => ({ from: path, to: to.startsWith("@/") ? to.slice(2) : to.startsWith(".") ? posix.normalize(posix.join(posix.dirname(path), to)) : to }));
}
const tier = (path: string) => path.split("/")[0] ?? "";
const room = (path: string) => path.split("/").slice(0, 2).join("/");
const TIERS = ["views", "features", "state", "components", "text", "ipc"];
const MAY: Record<string, string[]> = {
  views: ["views", "features", "state", "components", "text", "ipc"],
  features: ["features", "state", "components", "text", "ipc"],
  state: ["state", "text", "ipc"],
  components: ["components", "text"],
  text: ["text"],
  ipc: ["ipc"],
};

export function complaint({ from, to }: Import): string | null {
  const own = tier(from);
  const other = tier(to);
  if (to.startsWith("@tauri-apps/") && own !== "ipc") return `${from} touches Tauri`;
  if (!TIERS.includes(own) || !TIERS.includes(other)) return null;
  if (!MAY[own]?.includes(other)) return `${from} (${own}) imports ${to} (${other})`;
  if (own === "features" && other === "features" && room(from) !== room(to)) return `${from} imports another feature: ${to}`;
  if (own !== "ipc" && other === "ipc" && to !== "ipc") return `${from} goes past the door: ${to}`;
  return null;
}

describe("import rules", () => {
  it("hold in every source file", () => {
    const complaints = sources().flatMap(({ path, text }) => importsOf(path, text)).map(complaint).filter((one) => one !== null);
    expect(complaints).toEqual([]);
  });

  it("are noticed when broken", () => {
    expect(complaint({ from: "components/Tile.vue", to: "features/case/useCase" })).not.toBeNull();
    expect(complaint({ from: "features/case/a.vue", to: "features/inbox/b.vue" })).not.toBeNull();
    expect(complaint({ from: "features/case/a.vue", to: "ipc/tauri" })).not.toBeNull();
    expect(complaint({ from: "features/case/a.vue", to: "@tauri-apps/api/core" })).not.toBeNull();
    expect(complaint({ from: "state/a.ts", to: "views/b.vue" })).not.toBeNull();
    expect(complaint({ from: "views/a.vue", to: "features/case/b.vue" })).toBeNull();
  });

  it("reach every file", () => {
    expect(sources().length).toBeGreaterThan(50);
    expect(importsOf("views/A.vue", 'import X from "@/features/x/X.vue";\nconst Y = () => import("./Y.vue");').map((one) => one.to)).toEqual(["features/x/X.vue", "views/Y.vue"]);
  });
});

describe("the content policy", () => {
  it("is respected by every template: no inline handlers, no style text, no raw markup", () => {
    const bad = sources().filter(({ path, text }) => path.endsWith(".vue") && (/\sstyle="/.test(text) || /\sv-html=/.test(text) || /\son[a-z]+="/.test(text))).map(({ path }) => path);
    expect(bad).toEqual([]);
  });
});
