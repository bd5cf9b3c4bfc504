// What can't be sent, as the person reads it in the composer: each file that was refused by name with what to do, and what
// hinders sending in words.
import { beforeEach, expect, it, vi } from "vitest";
import { api, type Problem } from "@/ipc";
import { NO_FILTER } from "@/state/filter";
import { forgetUnsaved } from "@/state/unsaved";
import { app, backend, seen, show, signedIn, tap, type Fake } from "./whole";

// Fetched before anybody waits for it.
await import("@/views/CaseRoom.vue");

let fake: Fake;

beforeEach(async () => {
  forgetUnsaved();
  fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 });
  await show(`/cases/mine/${rows[0]!.id}`);
  await tap("act-reply");
});

/** As the shell tells them: what the system's own dialog gave, and what became of it. */
function giving(refused: [name: string, code: string, facts?: Record<string, string>][]): void {
  const { attachFiles } = fake.commands;
  vi.spyOn(fake.commands, "attachFiles").mockImplementation(async (id) => {
    const result = await attachFiles(id);
    if (result.status !== "ok") return result;
    const told = refused.map(([fileName, code, facts = {}]) => ({ fileName, problem: { code, facts: { fileName, ...facts }, detail: "" } satisfies Problem }));
    return { ...result, data: { ...result.data, refused: told } };
  });
}

it("every kind of refused file is named with what is wrong and what to do, and the good ones are there", async () => {
  giving([
    ["Röntgenfilm.pdf", "file-too-large"],
    ["Anteckning.pdf", "file-type-mismatch", { content: "text" }],
    ["Låst brev.pdf", "file-encrypted"],
    ["Avklippt.pdf", "file-damaged"],
    ["Inget.png", "file-empty"],
    ["Makro.docm", "file-type-not-allowed"],
    ["Bara text.PDF", "file-type-not-allowed"],
  ]);
  await tap("attach");
  const box = (await seen("refused")).text();
  const said = app().findAll("[data-test=refused] li").map((line) => line.text());
  expect(box).toContain("De här filerna kunde inte bifogas");
  expect(said).toEqual([
    "Röntgenfilm.pdf är för stor. Högst 20 MB per fil. Spara den i lägre upplösning eller dela upp den.",
    "Anteckning.pdf är inte det som namnet säger, utan text. Öppna filen i sitt program och spara den på nytt, eller byt slutet på namnet.",
    "Låst brev.pdf är låst med lösenord. Spara den utan lösenord och försök igen.",
    "Avklippt.pdf är skadad och kan inte läsas. Spara den på nytt eller be om en ny kopia.",
    "Inget.png är tom. Välj en annan fil.",
    "Makro.docm är av en typ som inte får skickas. Spara den som PDF, GIF, JPEG eller PNG.",
    "Bara text.PDF är ingen PDF-fil, fast namnet slutar så. Öppna den i programmet som den kommer från och spara den som PDF, GIF, JPEG eller PNG.",
  ]);
  expect(app().findAll("[data-test=draft-file]")).toHaveLength(2);
});

it("a single refused file is told as one, and the box is put away when it is read", async () => {
  giving([["Röntgenfilm.pdf", "file-too-large"]]);
  await tap("attach");
  expect((await seen("refused")).text()).toContain("Den här filen kunde inte bifogas");
  await tap("refused-seen");
  expect(app().find("[data-test=refused]").exists()).toBe(false);
  expect(document.activeElement?.getAttribute("data-test")).toBe("attach");
  expect(app().findAll("[data-test=draft-file]")).toHaveLength(2);
});

it("an empty reply is not sent and says what is missing; the way there puts the cursor into the text", async () => {
  await tap("send");
  const words = await vi.waitFor(() => app().get("[data-hinder=text]").text());
  expect(words).toMatch(/^Skriv/);
  await app().get("[data-hinder=text] button").trigger("click");
  await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("TEXTAREA"));
  expect(app().find("[data-test=delivery]").exists(), "nothing was sent").toBe(false);
});

it("the full disk is told beside the letter, which stays", async () => {
  const text = (await seen("composer")).get("textarea");
  fake.state.options.failing.saveDraft = { code: "disk-full", facts: {}, detail: "" };
  await text.setValue("Viktigt");
  await vi.waitFor(() => expect(app().get("[data-test=composer]").text()).toMatch(/Disken är full. Frigör utrymme/), { timeout: 10_000 });
  expect((text.element as HTMLTextAreaElement).value).toBe("Viktigt");
  fake.state.options.failing = {};
});

it("the eleventh file is told by name to have found no room, and nothing is asked to be taken away", async () => {
  giving([["bild-11.jpg", "too-many-files"]]);
  await tap("attach");
  await seen("refused");
  expect(app().get("[data-test=refused] li").text()).toBe("bild-11.jpg fick inte plats: högst 10 filer i ett meddelande. De andra är bifogade.");
});

it("a file that can't be shown says so where it lies, and is taken out instead of being asked to be reviewed", async () => {
  fake.state.options.failing.previewOpen = { code: "file-encrypted", facts: {}, detail: "" };
  await (await seen("composer-text")).setValue("Här kommer svaret.");
  await tap("attach");
  await vi.waitFor(() => expect(app().findAll("[data-test=unshown]").map((one) => one.text())).toEqual(["Låst med lösenord", "Låst med lösenord"]));
  const [name, other] = app().findAll("[data-test=draft-file] .name").map((one) => one.text());
  await tap("send");
  const lines = () => app().findAll("[data-hinder=unshown]").map((one) => one.get("span").text());
  expect(lines()[0]).toBe(`”${name}” är låst med lösenord och går inte att granska, så den kan inte skickas. Spara den utan lösenord och bifoga den på nytt. Ta bort filen`);
  expect(app().find("[data-hinder=review]").exists()).toBe(false);
  await app().get("[data-test=draft-file-open]").trigger("click");
  const pane = await seen("preview");
  await vi.waitFor(() => expect(pane.text()).toContain("Ta bort filen ur meddelandet."));
  expect(pane.find("[data-test=retry]").exists()).toBe(false);
  await app().get("[data-hinder=unshown] button").trigger("click");
  await vi.waitFor(() => expect(app().findAll("[data-test=draft-file] .name").map((one) => one.text())).toEqual([other]));
  expect(lines()).toHaveLength(1);
});
