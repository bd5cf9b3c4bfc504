// What is written on a full disk: no way out of the field loses it, and the screen says how it stands.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type ComposeKind } from "@/ipc";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { forgetUnsaved, RETRY_AFTER_MS } from "@/state/unsaved";
import { app, backend, find, leave, open, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let caseId: string;
const RECEIVER_AND_HANDLER = "SE2321000016-1005";

const diskIsFull = () => { fake.state.options.failing.saveDraft = { code: "disk-full", facts: {}, detail: "" }; };
const diskHasRoom = () => { fake.state.options.failing = {}; };
const onDisk = async () => (await api.readCaseAgain(caseId)).draft;
const text = async () => ((await seen("composer-text")).element as HTMLTextAreaElement).value;

async function start(hsaId: string): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows.find((row) => row.state !== "awaitingResident" && !row.hasDraft)!.id;
  await show(`/cases/mine/${caseId}`, watchConnection());
  await seen("thread");
}
async function write(words: string): Promise<void> {
  await tap("act-reply");
  await (await seen("composer-text")).setValue(words);
}

afterEach(() => {
  leave();
  forgetUnsaved();
  vi.useRealTimers();
});

describe("a letter on a full disk", () => {
  it("is there again after Esc, is said to be unsaved, and is saved when there is room", async () => {
    await start("SE2321000016-1002");
    diskIsFull();
    await write("Viktigt");
    await press("Escape");
    expect(find("composer").exists()).toBe(false);
    expect((await seen("unsaved-waits")).text()).toContain("inte är sparat");
    expect((await seen("toast")).text()).toContain("finns kvar i ärendet");
    await tap("continue-draft");
    expect(await text()).toBe("Viktigt");
    await vi.waitFor(() => expect(find("draft-saved").text()).toBe("Utkastet kunde inte sparas"));
    diskHasRoom();
    await (await seen("composer-text")).trigger("blur");
    await flushPromises();
    expect((await onDisk())?.text).toBe("Viktigt");
    await press("Escape");
    expect(find("unsaved-waits").exists()).toBe(false);
    expect(find("draft-waits").exists()).toBe(true);
  });

  it("is there again after another list, and is saved by itself later", async () => {
    await start("SE2321000016-1002");
    diskIsFull();
    await write("Viktigt");
    vi.useFakeTimers();
    await router.push("/settings");
    await flushPromises();
    expect(await onDisk()).toBeNull();
    await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS);
    expect(await onDisk()).toBeNull();
    diskHasRoom();
    await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS);
    expect((await onDisk())?.text).toBe("Viktigt");
  });

  it("is tried again while it stands on the screen", async () => {
    await start("SE2321000016-1002");
    diskIsFull();
    await write("Viktigt");
    await (await seen("composer-text")).trigger("blur");
    vi.useFakeTimers();
    await (await seen("composer-text")).setValue("Viktigt!");
    await vi.advanceTimersByTimeAsync(500);
    expect(await onDisk()).toBeNull();
    diskHasRoom();
    await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS);
    expect((await onDisk())?.text).toBe("Viktigt!");
  });

  it("left during a slow save and opened again keeps the newest words, whatever the old save comes to", async () => {
    await start("SE2321000016-1002");
    const save = fake.commands.saveDraft;
    const waiting: ((full: boolean) => void)[] = [];
    fake.commands.saveDraft = async (...args) => {
      const full = await new Promise<boolean>((done) => waiting.push(done));
      return full ? { status: "error", error: { code: "disk-full", facts: {}, detail: "" } } : save(...args);
    };
    await write("Ett");
    await (await seen("composer-text")).trigger("blur");
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    await (await seen("composer-text")).setValue("Ett, två");
    await press("Escape");
    await tap("act-reply");
    expect(await text()).toBe("Ett, två");
    await (await seen("composer-text")).setValue("Ett, två, tre");
    waiting[0]!(true);
    await flushPromises();
    await (await seen("composer-text")).trigger("blur");
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(1));
    fake.commands.saveDraft = save;
    for (const done of waiting.slice(1)) done(false);
    await vi.waitFor(async () => expect((await onDisk())?.text).toBe("Ett, två, tre"));
    await press("Escape");
    await tap("act-reply");
    expect(await text()).toBe("Ett, två, tre");
  });

  it("is not shown to who signs in next", async () => {
    await start(RECEIVER_AND_HANDLER);
    diskIsFull();
    await write("Bara mitt");
    await press("Escape");
    await seen("unsaved-waits");
    leave();
    await signedIn(fake, "SE2321000016-1001");
    await open();
    expect(app().text()).not.toContain("inte är sparat");
    expect((await import("@/state/unsaved")).unsavedLetter(caseId)).toBeNull();
  });
});

describe("a partial reply that goes along", () => {
  const kindOnDisk = async (): Promise<ComposeKind | undefined> => (await onDisk())?.kind;

  it("does not take over a draft of another kind: it says so, and giving up leaves the draft as it was", async () => {
    await start(RECEIVER_AND_HANDLER);
    await api.saveDraft(caseId, "finalReply", "Ett svar", null);
    await flushPromises();
    await press("f");
    await (await seen("distribute-with-reply")).setValue(true);
    expect((await seen("other-draft")).text()).toContain("Svar");
    expect(find("composer-text").exists()).toBe(false);
    await app().findAll("[data-test=target]")[0]!.trigger("click");
    await tap("distribute-go");
    expect(find("distribute-dialog").exists()).toBe(true);
    await tap("distribute-cancel");
    await flushPromises();
    expect(await kindOnDisk()).toBe("finalReply");
    expect((await onDisk())?.text).toBe("Ett svar");
  });

  it("makes no draft by being looked at", async () => {
    await start(RECEIVER_AND_HANDLER);
    await press("f");
    await (await seen("distribute-with-reply")).setValue(true);
    await (await seen("composer-text")).trigger("blur");
    await tap("distribute-cancel");
    await flushPromises();
    expect(await onDisk()).toBeNull();
  });
});

describe("the first saving of a letter", () => {
  it("moves nothing: what it brings has its place before", async () => {
    await start("SE2321000016-1002");
    await press("r");
    const discard = await seen("discard");
    expect(discard.classes()).toContain("waiting");
    expect(find("draft-saved").exists()).toBe(true);
    await (await seen("composer-text")).setValue("Hej");
    await vi.waitFor(() => expect(discard.classes()).not.toContain("waiting"));
  });
});

describe("while a letter is handed over", () => {
  it("the field takes no keys that would be lost", async () => {
    await start("SE2321000016-1002");
    await write("Receptet är klart.");
    const field = (await seen("composer-text")).element as HTMLTextAreaElement;
    let finish: () => void = () => undefined;
    const send = fake.commands.sendDraft;
    fake.commands.sendDraft = async (id) => { await new Promise<void>((done) => { finish = done; }); return send(id); };
    await press("Enter", { ctrlKey: true });
    await vi.waitFor(() => expect(field.readOnly).toBe(true));
    expect((find("kinds").element as HTMLFieldSetElement).disabled).toBe(true);
    finish();
    await vi.waitFor(() => expect(find("composer").exists()).toBe(false));
    expect((await onDisk())).toBeNull();
  });
});
