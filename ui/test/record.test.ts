// To the patient record: what is copied, what is left out, and the mark that it has been entered.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { recordText } from "@/features/case/recordText";
import { api, type CaseView, type MessageView } from "@/ipc";
import { residentReplies } from "@/ipc/fake";
import { forgetUnsaved } from "@/state/unsaved";
import { backend, find, leave, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let id: string;

beforeEach(async () => {
  forgetUnsaved();
  fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  id = (await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 })).rows[0]!.id;
});
afterEach(() => { leave(); Reflect.deleteProperty(navigator, "clipboard"); });

describe("the text", () => {
  const at = "2026-11-25T09:12:00Z";
  const message = (more: Partial<MessageView>): MessageView => ({ id: "m", kind: "submission", fromStaff: false, senderName: "Elin Testberg", senderTitle: null, signature: null, text: "", answers: [], attachments: [], at, mine: false, readByResidentAt: null, mayTakeBack: false, delivery: { state: "sent", at }, ...more });

  it("has who, what and when in order, files by hash, and nothing that is the clinic's own or not out yet", async () => {
    const view = await api.readCaseAgain(id);
    const told: CaseView = {
      ...view, row: { ...view.row, caseType: "Förnya recept", clinicName: "Björkens vårdcentral", receivedAt: at }, resident: { ...view.resident, name: "Elin Testberg", personalId: "19980101-9804", guardian: null }, closeReason: "handledByPhone",
      notes: [{ id: "n", author: "Sara", text: "Hemligt mellan kollegor", mentions: [], missed: [], at, delivery: { state: "sent", at } }],
      messages: [
        message({ text: "Hej!  \n\n\n\nTack.", answers: [{ question: "Vilket läkemedel?", answer: "Levaxin" }, { question: "Hur länge?", answer: " " }], attachments: [{ id: "f", fileName: "burk.jpg", kind: "jpeg", size: 2048, sha256: "ab12", cached: true }] }),
        message({ id: "r", kind: "finalReply", fromStaff: true, senderName: "Sara Lindqvist", senderTitle: "Distriktssköterska", text: "Klart.", signature: "Sara", at: "2026-11-26T07:30:00Z", readByResidentAt: "2026-11-26T18:00:00Z" }),
        message({ id: "w", kind: "partialReply", fromStaff: true, senderName: "Sara Lindqvist", text: "Väntar.", delivery: { state: "here", opId: "o" } }),
      ],
    };
    expect(recordText(told)).toBe([
      "Förnya recept, Björkens vårdcentral", "Invånare: Elin Testberg, 19980101-9804", "Kom in: 2026-11-25 10:12", "Avslutat: Klart på telefon", "",
      "2026-11-25 10:12 Ärende · Elin Testberg", "Vilket läkemedel? Levaxin", "Hur länge? Inget svar", "Hej!", "", "Tack.", "Bilaga: burk.jpg (JPEG, 2 kB, SHA-256 ab12)", "",
      "2026-11-26 08:30 Svar · Sara Lindqvist, distriktssköterska", "Klart.", "Läst av invånaren 2026-11-26 19:00",
    ].join("\n"));
  });
});

function withClipboard(writeText: (text: string) => Promise<void>): void {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
}

async function start(): Promise<void> {
  await show(`/cases/mine/${id}`);
  await seen("thread");
}

describe("the dialog", () => {
  it("copies just what it shows, says so to the log, and marks the case", async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    withClipboard(writeText);
    const logged = vi.spyOn(fake.commands, "copiedToRecord");
    await start();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
    const text = (await seen("record-text")).element as HTMLTextAreaElement;
    expect(logged).not.toHaveBeenCalled();
    await tap("record-copy");
    expect(writeText).toHaveBeenCalledExactlyOnceWith(text.value);
    expect(logged).toHaveBeenCalledExactlyOnceWith(id);
    expect(find("record-copied").text()).toContain("markera sedan ärendet");
    await tap("record-mark");
    await vi.waitFor(() => expect(find("record-dialog").exists()).toBe(false));
    expect((await seen("recorded")).text()).toContain("Sara");
    expect(find("recorded").attributes("data-whole")).toBe("true");

    // it can be copied again, but is marked once
    await tap("more-acts");
    await tap("act-record");
    expect((await seen("record-state")).text()).toContain("Journalfört av");
    expect(find("record-mark").exists()).toBe(false);
    await tap("record-cancel");

    residentReplies(fake.state, fake.state.get(id), "En sak till.");
    await vi.waitFor(() => expect(find("recorded").text()).toContain("Mer har skrivits sedan dess"));
    await tap("more-acts");
    await tap("act-record");
    expect((await seen("record-mark")).exists()).toBe(true);
  });

  it("selects the text where nothing may be put into the clipboard, and says how to go on", async () => {
    withClipboard(vi.fn().mockRejectedValue(new Error("no")));
    const logged = vi.spyOn(fake.commands, "copiedToRecord");
    await start();
    await tap("more-acts");
    await tap("act-record");
    await tap("record-copy");
    const text = find("record-text").element as HTMLTextAreaElement;
    expect(find("record-dialog").text()).toContain("tryck Ctrl+C");
    expect([text.selectionStart, text.selectionEnd]).toEqual([0, text.value.length]);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("on paper", () => {
  const paper = () => document.body.querySelector("body > .paper");

  it("is the whole case with hashes and history, without notes, and gone when it is printed", async () => {
    const printed = vi.spyOn(fake.commands, "printCase").mockImplementation((which) => { expect(which).toBe(id); expect(paper()).not.toBeNull(); return Promise.resolve({ status: "ok", data: null }); });
    fake.state.get(id).notes.push({ id: "n", author: "Sara", text: "Hemligt mellan kollegor", mentions: [], missed: [], at: "2026-11-25T09:12:00Z", delivery: { state: "sent", at: "2026-11-25T09:12:00Z" } });
    await start();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "p", bubbles: true }));
    await vi.waitFor(() => expect(printed).toHaveBeenCalledOnce());
    const text = paper()!.textContent;
    const one = fake.state.get(id);
    expect(text).toContain(one.resident.name);
    for (const message of one.messages) expect(text).toContain(message.text);
    for (const file of one.messages.flatMap((message) => message.attachments)) expect(text).toContain(file.sha256);
    expect(text).toContain("Det här har hänt");
    expect(text).toMatch(/Utskrivet 2\d{3}-\d\d-\d\d \d\d:\d\d av Sara/);
    expect(text).not.toContain("Hemligt");
    window.dispatchEvent(new Event("afterprint"));
    await vi.waitFor(() => expect(paper()).toBeNull());
  });

  it("of what is not sent there is nothing", async () => {
    const one = fake.state.get(id);
    one.messages.push({ ...one.messages[0]!, id: "w", text: "Det här är inte skickat", delivery: { state: "here", opId: "o" } });
    await start();
    await tap("more-acts");
    await tap("act-print");
    await vi.waitFor(() => expect(paper()).not.toBeNull());
    expect(paper()!.textContent).not.toContain("Det här är inte skickat");
  });
});
