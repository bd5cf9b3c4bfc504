// Internal words that are being written: a note, why a case is closed or given to somebody else. Nothing loses them but their writer.
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { router } from "@/router";
import { useAnnouncements } from "@/state/announce";
import { watchConnection } from "@/state/connection";
import { useSession } from "@/state/session";
import { forgetUnsaved } from "@/state/unsaved";
import { all, app, backend, find, gone, leave, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let caseId: string;
const HANDLER = "SE2321000016-1002";
const RECEIVER_AND_HANDLER = "SE2321000016-1005";

const words = async (name: string) => ((await seen(name)).element as HTMLTextAreaElement).value;
const type = async (name: string, text: string) => (await seen(name)).setValue(text);
const row = () => app().find(`[data-test=case-row][data-case-id="${caseId}"]`).text();

async function open(): Promise<void> {
  await show(`/cases/mine/${caseId}`, watchConnection());
  await seen("thread");
}
async function start(hsaId: string): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows.find((one) => one.state === "inProgress" && !one.hasDraft)!.id;
  await open();
}
/** The engine's drawing process was ended: whatever the page had in memory is gone. */
async function reload(): Promise<void> {
  // Before anything of the page can say goodbye.
  forgetUnsaved();
  leave();
  document.body.innerHTML = "";
  await useSession().refresh();
  await open();
}
/** Longer than a key may wait for the disk. */
const halfASecond = async () => { await vi.advanceTimersByTimeAsync(500); await flushPromises(); };

beforeEach(() => { vi.useFakeTimers({ shouldAdvanceTime: true }); });
afterEach(() => { leave(); forgetUnsaved(); vi.useRealTimers(); });

/** Each kind: how its field is reached, and what hands it over. */
const KINDS = [
  { kind: "note", who: HANDLER, act: "act-note", dialog: "note-dialog", field: "note-text", go: async () => app().find("#note-form").trigger("submit"), fact: "påbörjad anteckning" },
  { kind: "closing", who: HANDLER, act: "act-close", dialog: "close-dialog", field: "close-note", go: async () => { await find("reason-handledByPhone").setValue(true); await app().find("#close-form").trigger("submit"); }, fact: "påbörjat avslut" },
  { kind: "redistribution", who: RECEIVER_AND_HANDLER, act: "act-distribute", dialog: "distribute-dialog", field: "distribute-reason", go: async () => { await all("target").at(-1)!.trigger("click"); await find("distribute-go").trigger("click"); }, fact: "påbörjad omfördelning" },
] as const;

describe.each(KINDS)("$kind", ({ kind, who, act, dialog, field, go, fact }) => {
  it("is there again when the page has been drawn anew, half a second after the last key", async () => {
    await start(who);
    await tap(act);
    await type(field, "Ring i");
    await halfASecond();
    await type(field, "Ring i morgon");
    await halfASecond();
    await reload();
    expect((await seen("begun-words")).attributes("data-kind")).toBe(kind);
    expect(row().toLowerCase(), "and the list says so").toContain(fact);
    await tap("begun-go-on");
    expect(await words(field)).toBe("Ring i morgon");
  });

  it("is on the disk at once when the field is left, and when the window goes", async () => {
    await start(who);
    await tap(act);
    await type(field, "Ring");
    await (await seen(field)).trigger("blur");
    await (await seen(field)).trigger("focusout");
    await flushPromises();
    expect((await api.readCaseAgain(caseId)).jottings.map((one) => one.text)).toEqual(["Ring"]);
    await type(field, "Ring i morgon");
    window.dispatchEvent(new Event("pagehide"));
    await flushPromises();
    expect((await api.readCaseAgain(caseId)).jottings.map((one) => one.text)).toEqual(["Ring i morgon"]);
  });

  it("is there again after Esc", async () => {
    await start(who);
    await tap(act);
    await type(field, "Ring i morgon");
    await press("Escape");
    expect(find(dialog).exists()).toBe(false);
    await tap(act);
    expect(await words(field)).toBe("Ring i morgon");
    expect(find(`${dialog.replace("dialog", "kept")}`).text()).toContain("Det här skrev du förut");
  });

  it("is gone once it is handed over, and stays gone", async () => {
    await start(who);
    await tap(act);
    await type(field, "Ring i morgon");
    await go();
    await gone(dialog);
    await halfASecond();
    expect([...fake.state.cases.get(caseId)!.jottings.values()]).toEqual([]);
    expect((await api.counts(null)).drafts).toBe(0);
  });

  it("is emptied by its writer: nothing of it is left", async () => {
    await start(who);
    await tap(act);
    await type(field, "Ring");
    await halfASecond();
    await type(field, "");
    await press("Escape");
    await gone("begun-words");
    expect((await api.counts(null)).drafts).toBe(0);
  });
});

describe("a begun note", () => {
  it("is thrown away only after a question", async () => {
    await start(HANDLER);
    await tap("act-note");
    await type("note-text", "Ring i morgon");
    await press("Escape");
    await tap("begun-discard");
    await tap("confirm-cancel");
    expect(find("begun-words").exists()).toBe(true);
    await tap("begun-discard");
    expect(find("confirm-dialog").text()).toContain("Ring i morgon");
    await tap("confirm-go");
    await gone("begun-words");
    await tap("act-note");
    expect(await words("note-text")).toBe("");
  });

  it("that could not be saved stays in its case, and is saved when there is room", async () => {
    await start(HANDLER);
    fake.state.options.failing.keepJotting = { code: "disk-full", facts: {}, detail: "" };
    await tap("act-note");
    await type("note-text", "Ring i morgon");
    await halfASecond();
    expect(find("note-dialog").text()).toContain("full");
    await press("Escape");
    expect(useAnnouncements().said.value).toContain("kunde inte sparas");
    await tap("act-note");
    expect(await words("note-text")).toBe("Ring i morgon");
    await press("Escape");
    fake.state.options.failing = {};
    await vi.advanceTimersByTimeAsync(5000);
    await flushPromises();
    expect((await api.readCaseAgain(caseId)).jottings.map((one) => one.text)).toEqual(["Ring i morgon"]);
  });

  it("is saved before its writer signs out, counted among the drafts there, and shown to nobody else", async () => {
    await start(RECEIVER_AND_HANDLER);
    await tap("act-note");
    await type("note-text", "Bara mitt");
    await press("Escape");
    await tap("user-menu");
    await tap("user-menu-signOut");
    expect((await seen("sign-out-dialog")).text()).toContain("1 utkast");
    await tap("confirm-go");
    await seen("person");
    await fake.commands.signIn("SE2321000016-1001");
    await useSession().refresh();
    expect((await api.readCaseAgain(caseId)).jottings).toEqual([]);
    await fake.commands.signIn(RECEIVER_AND_HANDLER);
    expect((await api.readCaseAgain(caseId)).jottings.map((one) => one.text)).toEqual(["Bara mitt"]);
  });

  it("in a case where no note may be written any more can be read and copied", async () => {
    await start(HANDLER);
    await tap("act-note");
    await type("note-text", "Ring i morgon");
    await press("Escape");
    const real = fake.commands.readCaseAgain;
    fake.commands.readCaseAgain = async (id) => { const told = await real(id); if (told.status === "ok") told.data.acts = told.data.acts.map((one) => (one.act === "note" ? { ...one, allowed: false, why: "not-assignee" } : one)); return told; };
    fake.state.tell("moved", { cases: [caseId] });
    expect((await seen("begun-text")).text()).toBe("Ring i morgon");
    expect(find("begun-go-on").exists()).toBe(false);
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await tap("begun-copy");
    expect(copied).toHaveBeenCalledWith("Ring i morgon");
  });
});

describe("an act that is given up", () => {
  it("a stopped note is written on in its case, before what was begun since, also after the page was drawn anew", async () => {
    await start(HANDLER);
    fake.state.options.stopFirst = true;
    await api.addNote(caseId, "Ring i morgon.");
    await api.keepJotting(caseId, "note", "Och mer");
    await router.push("/outbox");
    await tap("outbox-edit");
    expect(await words("note-text")).toBe("Ring i morgon.\n\nOch mer");
    expect((await api.outbox()).waiting).toEqual([]);
    await reload();
    await tap("begun-go-on");
    expect(await words("note-text")).toBe("Ring i morgon.\n\nOch mer");
  });

  it("what was written on the way to it is not lost either: it is on the disk before", async () => {
    await start(HANDLER);
    fake.state.options.stopFirst = true;
    await api.addNote(caseId, "Ring i morgon.");
    await tap("act-note");
    await type("note-text", "Och mer");
    await press("Escape");
    await router.push("/outbox");
    await tap("outbox-edit");
    expect(await words("note-text")).toBe("Ring i morgon.\n\nOch mer");
  });

  it("a closing leaves its words where closings are written", async () => {
    await start(HANDLER);
    fake.state.online = false;
    await api.closeCase(caseId, "handledByPhone", "Ringde, klart.", false, 99);
    const one = fake.state.cases.get(caseId)!;
    one.state = "inProgress";
    const { opId } = one.pending.find((row) => row.what === "close")!;
    one.pending.find((row) => row.opId === opId)!.delivery = { state: "stopped", opId, problem: { code: "thread-moved", facts: {}, detail: "" } };
    await router.push("/outbox");
    const card = await vi.waitFor(() => app().get(`[data-op-id="${opId}"] [data-test=outbox-remove]`));
    await card.trigger("click");
    await flushPromises();
    expect(useAnnouncements().said.value).toContain("bland utkasten");
    await router.push(`/cases/mine/${caseId}`);
    await tap("begun-go-on");
    expect(await words("close-note")).toBe("Ringde, klart.");
  });
});

describe("words in a case that is not seen any more", () => {
  it("stand among the drafts of such cases, with what they were to be", async () => {
    await start(HANDLER);
    await api.keepJotting(caseId, "closing", "Ringde, klart.");
    fake.state.cases.get(caseId)!.assignee = null;
    expect(await api.counts(null)).toMatchObject({ drafts: 0, strayDrafts: 1 });
    await router.push("/outbox");
    const stray = await seen("stray-draft");
    expect(stray.text()).toContain("Varför ärendet avslutas");
    expect(find("stray-text").text()).toBe("Ringde, klart.");
    await tap("stray-discard");
    await tap("confirm-go");
    await gone("stray-draft");
    expect((await api.counts(null)).strayDrafts).toBe(0);
  });
});
