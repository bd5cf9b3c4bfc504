// The residents' practice page, as the server serves it: what it lets one do is what the case document says.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

const asset = (name: string) => readFileSync(resolve(process.cwd(), "../crates/server/assets/invanare", name), "utf8");
const question = { id: "m", kind: "counterQuestion", from: "Sara Lindqvist, Distriktssköterska", signature: null, text: "Vilken dag?", answers: [], attachments: [], at: "2026-11-20T10:00:00Z" };
const found = (mayAttach: boolean) => ({ id: "c", clinic: "x", clinicName: "Björken", caseType: "Boka tid", state: "questionToYou", mayAnswer: true, mayAttach, messages: [question], createdAt: "2026-11-19T10:00:00Z" });

/** Runs the page's own script on the page's own markup, at one case. */
async function openCase(mayAttach: boolean): Promise<string[]> {
  const sent: string[] = [];
  vi.useFakeTimers({ toFake: ["setInterval"] });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "POST") sent.push(`${path} ${String(init.body)}`);
    return new Response(JSON.stringify(found(mayAttach)), { headers: { "content-type": "application/json" } });
  });
  vi.stubGlobal("scrollTo", () => undefined);
  document.body.innerHTML = /<body>([\s\S]*)<\/body>/.exec(asset("sida.html"))?.[1] ?? "";
  sessionStorage.setItem("token", "t");
  location.hash = "#/arende/c";
  // The page's script is a classic one; run as a function its names stay its own.
  new Function(asset("sida.js"))();
  await vi.waitFor(() => { if (!document.querySelector("#svar")) throw new Error("no answer form"); });
  return sent;
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

describe("answering a question", () => {
  it("offers files where they may be sent", async () => {
    await openCase(true);
    expect(document.querySelector("#svarsfiler")).not.toBeNull();
  });

  it("offers none where they may not, says so, and sends the answer without", async () => {
    const sent = await openCase(false);
    expect(document.querySelector("input[type=file]")).toBeNull();
    expect(document.querySelector(".svara")?.textContent).toContain("går det inte att skicka filer");
    (document.querySelector("#svar") as HTMLTextAreaElement).value = "På tisdag.";
    (document.querySelector("#svara") as HTMLButtonElement).click();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toContain("På tisdag.");
    expect(sent[0]).toContain('"attachments":[]');
  });
});
