// What a colleague has begun to write, or oneself on another computer: it is seen in the case, and taken over without losing a word.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { colleagueTakesBack, type OtherDrafts } from "@/ipc/fake/drafts";
import { PEOPLE } from "@/ipc/fake/people";
import { useLanguage } from "@/text";
import { watchConnection } from "@/state/connection";
import { forgetUnsaved } from "@/state/unsaved";
import { all, app, backend, find, gone, leave, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let caseId: string;
const THEIRS = /^Maria Ek har ett utkast här, ändrat .*\d\d\.\d\d\./;
const MARIAS = "Hej! Jag har läst ditt ärende och förnyat receptet.";

const text = async () => ((await seen("composer-text")).element as HTMLTextAreaElement).value;
const files = () => all("draft-file").map((one) => one.text());
const heard = (words: string | RegExp) => vi.waitFor(() => expect(find("announcement").text()).toMatch(words));

async function start(otherDrafts: OtherDrafts | null, before: () => Promise<void> = async () => undefined): Promise<void> {
  fake = backend({ otherDrafts });
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows.find((row) => row.state === "inProgress" && !row.hasDraft)!.id;
  await before();
  await show(`/cases/mine/${caseId}`, watchConnection());
  await seen("thread");
}

afterEach(async () => {
  leave();
  // What the composer saves as it closes belongs to this test.
  await flushPromises();
  forgetUnsaved();
  await useLanguage("sv");
});

describe("a message that somebody took back", () => {
  const takenBack = () => start(null, async () => {
    fake.state.options.undo = 30;
    await api.saveDraft(caseId, "finalReply", "Till fel person.", null);
    await api.sendDraft(caseId);
    await vi.waitFor(async () => expect((await api.heldMessages()).length).toBe(1));
    const one = fake.state.get(caseId);
    colleagueTakesBack(fake.state, one, one.messages.at(-1)!.id, PEOPLE.find((person) => person.name === "Anna Nordin")!);
  });

  it("is told as such with who took it, and becomes the draft again", async () => {
    await takenBack();
    expect((await seen("other-draft-line")).text()).toMatch(/^Anna Nordin tog tillbaka ditt meddelande .*\. Det har inte skickats\./);
    await tap("take-draft");
    expect((await seen("confirm-dialog")).text()).toContain("Hämta tillbaka ditt meddelande?");
    await tap("confirm-go");
    expect(await text()).toBe("Till fel person.");
    await gone("other-draft-line");
  });

  it("is what the first button does, and its key, as long as nothing else is begun", async () => {
    await takenBack();
    await vi.waitFor(() => expect(find("act-reply").text()).toContain("Hämta tillbaka texten"));
    await press("r");
    expect(await text()).toBe("Till fel person.");
    expect(find("confirm-dialog").exists()).toBe(false);
    await heard("Meddelandet är tillbaka i ditt utkast.");
    await vi.waitFor(() => expect(find("act-reply").text()).toContain("Till texten"));
  });

  it("that can not be fetched back says why, and opens no empty letter", async () => {
    await takenBack();
    await vi.waitFor(() => expect(find("act-reply").text()).toContain("Hämta tillbaka texten"));
    fake.state.options.failing.takeDraft = { code: "server-error", facts: {}, detail: "" };
    await tap("act-reply");
    await vi.waitFor(() => expect(find("confirm-dialog").text()).toContain("Något gick fel på servern"));
    expect(find("composer").exists()).toBe(false);
  });

  it("stands first in a letter that was opened before it was known", async () => {
    await start(null);
    await tap("act-reply");
    await seen("composer-text");
    fake.state.options.otherDrafts = "mine";
    fake.state.others.clear();
    fake.state.tell("company", null);
    await seen("other-draft-line");
    expect(find("composer").find("[data-test=other-draft-line]").exists()).toBe(true);
  });
});

describe("a colleague's draft", () => {
  it("is told with name and time, and nothing is said where nobody writes", async () => {
    await start("colleague");
    expect((await seen("other-draft-line")).text()).toMatch(THEIRS);
    expect((await seen("take-draft")).text()).toBe("Ta över utkasteto");
    leave();
    await start(null);
    await flushPromises();
    expect(find("other-drafts").exists()).toBe(false);
  });

  it("is told, but not offered, to those who may not send such a message", async () => {
    await start("refused");
    expect((await seen("other-draft-line")).text()).toMatch(THEIRS);
    expect(find("take-draft").exists()).toBe(false);
    await press("o");
    expect(find("confirm-dialog").exists()).toBe(false);
  });

  it("says who has taken it over already, and can be taken over once more", async () => {
    await start("taken");
    expect((await seen("other-draft-line")).text()).toMatch(/^Maria Ek har ett utkast här, ändrat .*\. Leila Haddad tog över det .*\./);
    expect(find("take-draft").exists()).toBe(true);
  });

  it("is taken over from the keyboard alone, after being told what happens, with its text, its files and its kind", async () => {
    await start("colleague");
    await seen("take-draft");
    await press("o");
    const dialog = await seen("confirm-dialog");
    expect(dialog.text()).toContain("Ta över utkastet från Maria Ek?");
    expect(dialog.text()).toContain("har kvar sitt och får se att du har tagit över");
    expect(dialog.text()).not.toContain("Det du redan har skrivit");
    expect(find("take-what").text()).toMatch(/^Svar, \d+ tecken, 2 bilagor$/);
    await tap("confirm-go");
    await gone("confirm-dialog");
    expect(await text()).toContain(MARIAS);
    await vi.waitFor(() => expect(files().join()).toContain("Egenvårdsråd vid högt blodtryck.pdf"));
    expect(files().join()).toContain("Så mäter du blodtryck.jpg");
    expect((await api.readCaseAgain(caseId)).draft?.kind).toBe("finalReply");
    await heard("Utkastet från Maria Ek finns nu i ditt.");
    await gone("other-draft-line");
    expect(fake.state.get(caseId).history.at(-1)).toMatchObject({ event: "draftTaken", facts: { from: "Maria Ek" } });
  });

  it("can be left alone", async () => {
    await start("colleague");
    await tap("take-draft");
    await tap("confirm-cancel");
    expect(find("composer").exists()).toBe(false);
    expect(find("other-draft-line").exists()).toBe(true);
    expect((await api.readCaseAgain(caseId)).draft).toBeNull();
  });

  it("comes after one's own words, those of this very moment too", async () => {
    await start("colleague");
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Mina egna ord.");
    await tap("take-draft");
    expect((await seen("confirm-dialog")).text()).toContain("Det du redan har skrivit här står kvar först.");
    await tap("confirm-go");
    await gone("confirm-dialog");
    expect(await text()).toMatch(/^Mina egna ord\.\n\nHej! Jag har läst/);
    expect((await api.readCaseAgain(caseId)).draft?.text).toBe(await text());
  });

  it("is not taken over while one's own words cannot be saved", async () => {
    await start("colleague");
    fake.state.options.failing.saveDraft = { code: "disk-full", facts: {}, detail: "" };
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Mina egna ord.");
    await tap("take-draft");
    expect((await seen("confirm-dialog")).text()).toContain("Det du redan har skrivit här står kvar först.");
    await tap("confirm-go");
    await vi.waitFor(() => expect(find("confirm-dialog").find("[role=alert], .problem").exists()).toBe(true));
    await tap("confirm-cancel");
    expect(await text()).toBe("Mina egna ord.");
    expect(find("other-draft-line").exists()).toBe(true);
  });

  it("says which files did not come along, and why", async () => {
    await start("colleague", async () => {
      for (let n = 0; n < 8; n += 1) await api.attachFiles(caseId);
    });
    await tap("take-draft");
    await tap("confirm-go");
    const left = (await seen("drafts-left")).text();
    expect(left).toContain("Följande filer kom inte med");
    expect(left).toContain("Så mäter du blodtryck.jpg");
    expect(left).toContain("10");
    expect(await text()).toContain(MARIAS);
  });

  it("that has been sent meanwhile is said to be gone, and its line goes", async () => {
    await start("colleague");
    await tap("take-draft");
    fake.state.others.forEach((drafts) => drafts.splice(0));
    await tap("confirm-go");
    await vi.waitFor(() => expect(find("confirm-dialog").text()).toContain("Utkastet finns inte kvar. Det har skickats eller slängts."));
    await tap("confirm-cancel");
    await gone("other-draft-line");
    expect((await api.readCaseAgain(caseId)).draft).toBeNull();
  });

  it("is found in the palette, with each author's name", async () => {
    await start("several");
    await vi.waitFor(() => expect(all("take-draft")).toHaveLength(3));
    await press("k", { ctrlKey: true });
    await seen("palette-field");
    const entries = app().findAll("[data-test=palette] [role=option] .what").map((one) => one.text());
    expect(entries).toEqual(expect.arrayContaining(["Ta över utkastet från Maria Ek", "Ta över utkastet från Karin Cederschiöld-Wachtmeister af Björneborg", "Hämta hit utkastet"]));
  });

  it("appears when the colleague comes to the case, and is unknown without contact", async () => {
    await start(null);
    await flushPromises();
    expect(find("other-drafts").exists()).toBe(false);
    fake.state.options.otherDrafts = "colleague";
    fake.state.others.clear();
    fake.state.tell("company", null);
    await seen("other-draft-line");
    fake.state.online = false;
    fake.state.tell("connection", { state: "offline", since: null, problem: null });
    await gone("other-drafts");
    expect(find("thread").exists()).toBe(true);
  });

  it("is told in English too", async () => {
    await useLanguage("en");
    await start("colleague");
    expect((await seen("other-draft-line")).text()).toMatch(/^Maria Ek has a draft here, changed /);
    await tap("take-draft");
    expect((await seen("confirm-dialog")).text()).toContain("Maria Ek keeps theirs and will see that you have taken it over.");
  });
});

describe("one's own draft", () => {
  it("on another computer is fetched here, without a word of taking over", async () => {
    await start("mine");
    expect((await seen("other-draft-line")).text()).toMatch(/^Du har ett utkast på en annan dator, ändrat /);
    await tap("take-draft");
    expect((await seen("confirm-dialog")).text()).toContain("Hämta hit utkastet från den andra datorn?");
    expect(find("confirm-dialog").text()).not.toMatch(/ta över|tagit över/i);
    await tap("confirm-go");
    expect(await text()).toContain(MARIAS);
    await heard("Utkastet från den andra datorn finns nu här.");
    expect(fake.state.get(caseId).history.map((one) => one.event)).not.toContain("draftTaken");
  });

  it("that somebody has taken over says so where one writes, aloud too", async () => {
    await start(null, async () => {
      await api.saveDraft(caseId, "finalReply", "Mina egna ord.", null);
      fake.state.options.takenOver = { who: "Maria Ek", at: new Date(fake.state.now()).toISOString() };
    });
    await tap("act-reply");
    const note = (await seen("draft-taken")).text();
    expect(note).toMatch(/^Maria Ek tog över ditt utkast .*\d\d\.\d\d\.$/);
    await heard(note);
    expect(await text()).toBe("Mina egna ord.");
  });
});
