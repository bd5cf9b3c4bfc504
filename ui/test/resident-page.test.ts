// The residents' practice page, as the server serves it: what it lets one do is what the case document says.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

const asset = (name: string) => readFileSync(resolve(process.cwd(), "../crates/server/assets/invanare", name), "utf8");
const question = { id: "m", kind: "counterQuestion", from: "Sara Lindqvist, Distriktssköterska", signature: null, text: "Vilken dag?", answers: [], attachments: [], at: "2026-11-20T10:00:00Z" };
/** Other limits than the rules have, so that the page can only know them from the answer. */
const limits = { maxText: 1234, maxFiles: 2, maxBytes: 3 * 1024 * 1024, formats: [{ kind: "pdf", name: "PDF", endings: ["pdf"] }, { kind: "tiff", name: "TIFF", endings: ["tif", "tiff"] }] };
const found = (mayAttach: boolean) => ({ id: "c", clinic: "x", clinicName: "Björken", caseType: "Boka tid", state: "questionToYou", mayAnswer: true, mayAttach, messages: [question], createdAt: "2026-11-19T10:00:00Z" });

// What a page of an earlier test would go on hearing.
const listening: (() => void)[] = [];

/** Runs the page's own script on the page's own markup, at one case. */
async function openCase(mayAttach: boolean, answer?: (path: string, init: RequestInit) => Response | null): Promise<string[]> {
  const sent: string[] = [];
  vi.useFakeTimers({ toFake: ["setInterval"] });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "POST") sent.push(`${path} ${String(init.body)}`);
    const other = answer?.(path, init);
    if (other) return other;
    if (path === "/resident/v1/limits") return json(limits);
    return new Response(JSON.stringify(found(mayAttach)), { headers: { "content-type": "application/json" } });
  });
  vi.stubGlobal("scrollTo", () => undefined);
  document.body.innerHTML = /<body>([\s\S]*)<\/body>/.exec(asset("sida.html"))?.[1] ?? "";
  sessionStorage.setItem("token", "t");
  sessionStorage.setItem("name", "Bo Hallström");
  location.hash = "#/arende/c";
  // The page's script is a classic one; run as a function its names stay its own.
  const add = vi.spyOn(window, "addEventListener");
  new Function(asset("sida.js"))();
  listening.push(...add.mock.calls.map(([kind, listener]) => () => window.removeEventListener(kind, listener)));
  add.mockRestore();
  await vi.waitFor(() => { if (!document.querySelector("#svar")) throw new Error("no answer form"); });
  return sent;
}

afterEach(() => {
  for (const stop of listening.splice(0)) stop();
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

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const click = (selector: string) => document.querySelector<HTMLElement>(selector)!.click();
const write = (text: string) => { document.querySelector<HTMLTextAreaElement>("#svar")!.value = text; };

/** Chooses a file as a person does. */
function choose(name: string, size = 8): void {
  const input = document.querySelector<HTMLInputElement>("#svarsfiler")!;
  Object.defineProperty(input, "files", { configurable: true, value: [new File(["%PDF-1.7".padEnd(size)], name)] });
  Object.defineProperty(input, "value", { configurable: true, writable: true, value: "" });
  input.dispatchEvent(new Event("change"));
}

describe("what may be attached and written", () => {
  const wrong = () => document.querySelector(".slapp .fel")?.textContent ?? "";
  const chosen = () => document.querySelectorAll(".slapp .filer li").length;

  it("is what the server says, in the hint, in the chooser and in every no", async () => {
    await openCase(true);
    expect(document.querySelector(".slapp .svag")?.textContent).toBe("Högst 2 filer: PDF eller TIFF, högst 3 MB styck. Dra hit dem eller välj.");
    expect(document.querySelector("#svarsfiler")?.getAttribute("accept")).toBe(".pdf,.tif,.tiff");
    expect(document.querySelector("#svar")?.getAttribute("maxlength")).toBe("1234");
    choose("Bild.png");
    expect(wrong()).toBe("Bild.png: Filen måste vara PDF eller TIFF.");
    choose("Stor.pdf", limits.maxBytes + 1);
    expect(wrong()).toBe("Stor.pdf: Filen är för stor. En fil får vara högst 3 MB.");
    expect(chosen()).toBe(0);
    choose("Brev.PDF", limits.maxBytes);
    choose("Röntgen.tif");
    expect([chosen(), wrong()]).toEqual([2, ""]);
    choose("En till.pdf");
    expect([chosen(), wrong()]).toEqual([2, "Du kan skicka med högst 2 filer."]);
  });

  it("stands nowhere in the page itself", () => {
    expect(asset("sida.js")).not.toMatch(/\d\s*MB|PDF, GIF|\.jpe?g|maxlength: "20000"|(fem|5) filer|20 \* 1024/);
  });
});

describe("a line that breaks while an answer is sent", () => {
  it("sends the very same again, files and all", async () => {
    const put: string[] = [];
    let lost = true;
    const sent = await openCase(true, (path, init) => {
      if (init.method === "PUT") {
        put.push(`${path} ${decodeURIComponent((init.headers as Record<string, string>)["mottaget-file-name"] ?? "")}`);
        return new Response(null, { status: 204 });
      }
      if (!path.endsWith("/replies") || !lost) return null;
      lost = false;
      throw new TypeError("the answer was lost");
    });
    write("På tisdag.");
    choose("Läkarintyg.pdf");
    click("#svara");
    await vi.waitFor(() => expect(document.querySelector(".svara .fel")).not.toBeNull());
    click("#svara");
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[0]).toContain("Läkarintyg.pdf");
    expect(sent[1]).toBe(sent[0]);
    expect(put[0], "the file's name is in no address").toMatch(/^\/resident\/v1\/blobs\/[0-9a-f]{64} Läkarintyg\.pdf$/);
  });

  it("keeps what was written when the session has ended, for the same person", async () => {
    const resident = { personalId: "198001019802", name: "Bo Hallström", status: "active", protectedIdentity: false, guardians: [] };
    let ended = true;
    const sent = await openCase(true, (path) => {
      if (path === "/practice/residents") return json({ residents: [resident], canSignIn: [resident.personalId] });
      if (path === "/practice/resident-sign-in") { ended = false; return json({ token: "t2", name: resident.name }); }
      return ended && path.endsWith("/replies") ? json({ code: "session-expired" }, 401) : null;
    });
    write("På tisdag, om det går.");
    click("#svara");
    await vi.waitFor(() => { if (!document.querySelector(".personer button")) throw new Error("not asked to sign in"); });
    click(".personer button");
    await vi.waitFor(() => expect(document.querySelector<HTMLTextAreaElement>("#svar")?.value).toBe("På tisdag, om det går."));
    click("#svara");
    await vi.waitFor(() => expect(sent.filter((one) => one.includes("/replies"))).toHaveLength(2));
    const [first, second] = sent.filter((one) => one.includes("/replies"));
    expect(second).toBe(first);
  });

  it("keeps it for nobody else", async () => {
    const resident = { personalId: "198001019802", name: "Cecilia Forsman", status: "active", protectedIdentity: false, guardians: [] };
    await openCase(true, (path) => {
      if (path === "/practice/residents") return json({ residents: [resident], canSignIn: [resident.personalId] });
      if (path === "/practice/resident-sign-in") return json({ token: "t2", name: resident.name });
      if (path === "/resident/v1/cases") return json([]);
      return path.endsWith("/replies") ? json({ code: "session-expired" }, 401) : null;
    });
    write("På tisdag, om det går.");
    click("#svara");
    await vi.waitFor(() => { if (!document.querySelector(".personer button")) throw new Error("not asked to sign in"); });
    click(".personer button");
    await vi.waitFor(() => expect(document.querySelector("#nytt")).not.toBeNull());
    expect(document.body.textContent).not.toContain("På tisdag");
    expect(document.querySelector("#svar")).toBeNull();
  });
});

describe("the day of the clinic's next word", () => {
  const at = (answerBy: string) => openCase(true, (path) => (path === "/resident/v1/cases/c" ? json({ ...found(true), answerBy }) : null));
  const said = () => document.querySelector("#svarsdag")?.textContent;

  it("is said while there is time, and owned up to when it has passed", async () => {
    await at("2099-11-26T22:59:59Z");
    expect(said()).toBe("Mottagningen svarar senast torsdag 26 november.");
    await at("2020-11-20T22:59:59Z");
    expect(said()).toBe("Mottagningen skulle ha svarat senast fredag 20 november. Ditt ärende finns kvar hos dem.");
  });

  it("is not there when nothing is owed", async () => {
    await openCase(true);
    expect(said()).toBeUndefined();
  });
});

describe("a clinic that is not open to this resident", () => {
  const type = { id: "t", name: "Sömnskola", description: "För dig som går där.", residentFiles: false, questions: [] };
  const clinics = [
    { clinic: "x", name: "Björken", caseTypes: [], approvalNeeded: true },
    { clinic: "y", name: "Linden", caseTypes: [type], approvalNeeded: true },
    { clinic: "z", name: "Asken", caseTypes: [type], approvalNeeded: false },
    { clinic: "w", name: "Eken", caseTypes: [], approvalNeeded: false },
  ];
  const chosen = async (name: string) => {
    const radio = [...document.querySelectorAll("label.val")].find((one) => one.textContent === name)!.querySelector("input")!;
    radio.click();
    return document.querySelector("#innehall form > div")!;
  };

  it("says why, and what to do, instead of an empty form", async () => {
    await openCase(true, (path) => (path === "/resident/v1/clinics" ? json(clinics) : null));
    location.hash = "#/nytt";
    await vi.waitFor(() => { if (!document.querySelector("input[name=vardcentral]")) throw new Error("no form"); });
    expect((await chosen("Björken")).textContent).toBe("Den här vårdcentralen tar emot ärenden från dem som bor i dess område. Ring dit om du vill kunna skriva ändå.");
    expect((await chosen("Linden")).textContent).toContain("Sömnskola");
    expect(document.querySelector("#godkann")?.textContent).toContain("om du vill kunna skriva om mer");
    expect((await chosen("Asken")).textContent).toContain("Sömnskola");
    expect(document.querySelector("#godkann")).toBeNull();
    expect((await chosen("Eken")).textContent).toContain("inget att skicka just nu");
  });
});
