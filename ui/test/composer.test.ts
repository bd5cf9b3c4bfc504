import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, shallowRef, type EffectScope, type Ref } from "vue";
import { NO_FILTER } from "@/state/filter";
import { firstKind, hindrances, type Letter } from "@/features/composer/rules";
import { hinderWords } from "@/features/composer/hinderWords";
import { SAVE_AFTER_MS, useComposer } from "@/features/composer/useComposer";
import { api, maxText, useBackend, type ActView, type CaseView, type DraftAttachment } from "@/ipc";
import { fakeBackend, residentReplies } from "@/ipc/fake";

const yes = (act: ActView["act"]): ActView => ({ act, allowed: true, why: null });
const no = (act: ActView["act"], why: string): ActView => ({ act, allowed: false, why });
const file = (n: number, reviewed = true): DraftAttachment => ({ id: `f${n}`, fileName: `Fil ${n}.pdf`, kind: "pdf", size: 10, sha256: "", pages: 1, reviewed });
const letter = (more: Partial<Letter> = {}): Letter => ({ kind: "finalReply", text: "Hej", attachments: [], acts: [yes("partialReply"), yes("counterQuestion"), yes("finalReply")], ...more });

describe("what hinders sending", () => {
  it("is nothing when the letter is whole", () => expect(hindrances(letter({ attachments: [file(1)] }))).toEqual([]));
  it("an empty text, also one of blanks", () => {
    expect(hindrances(letter({ text: "" })).map((one) => one.id)).toEqual(["text"]);
    expect(hindrances(letter({ text: " \n\t" })).map((one) => one.id)).toEqual(["text"]);
  });
  it("a text that is too long, by how much, where a sign of two units is one", () => {
    expect(hindrances(letter({ text: "å".repeat(maxText) }))).toEqual([]);
    expect(hindrances(letter({ text: "😀".repeat(maxText) }))).toEqual([]);
    const found = hindrances(letter({ text: "😀".repeat(maxText + 3) }));
    expect(found).toEqual([{ id: "long", over: 3 }]);
    expect(found.map(hinderWords).map((words) => words.replace(/\s/gu, " "))).toEqual(["Texten är 3 tecken för lång: högst 20 000 får plats."]);
  });
  it("each file that nobody has looked at, by name", () => expect(hindrances(letter({ attachments: [file(1), file(2, false)] }))).toEqual([{ id: "review", attachmentId: "f2", fileName: "Fil 2.pdf" }]));
  it("news that have not been read", () => expect(hindrances(letter({ news: true })).map((one) => one.id)).toEqual(["news"]));
  it("the eleventh file", () => {
    const files = (n: number) => Array.from({ length: n }, (_, at) => file(at));
    expect(hindrances(letter({ attachments: files(10) }))).toEqual([]);
    expect(hindrances(letter({ attachments: files(11) }))).toEqual([{ id: "files", tooMany: 1 }]);
  });
  it("a kind that is not allowed, with the reason", () => expect(hindrances(letter({ acts: [no("finalReply", "take-first")] }))).toEqual([{ id: "kind", why: "take-first" }]));
  it("all at once", () => expect(hindrances(letter({ kind: null, text: "", attachments: [file(1, false)] })).map((one) => one.id)).toEqual(["kind", "text", "review"]));
});

describe("the kind a letter starts with", () => {
  it("is the draft's, else the reply, else what is allowed", () => {
    const { acts } = letter();
    expect(firstKind(acts, "counterQuestion")).toBe("counterQuestion");
    expect(firstKind(acts, null)).toBe("finalReply");
    expect(firstKind([no("finalReply", "not-assignee"), yes("partialReply")], null)).toBe("partialReply");
    expect(firstKind([], null)).toBeNull();
  });
});

describe("the draft", () => {
  let scope: EffectScope;
  let view: CaseView;
  const backend = () => fakeBackend({ latency: 0, step: 0 });
  let fake: ReturnType<typeof backend>;

  beforeEach(async () => {
    vi.useFakeTimers();
    fake = backend();
    useBackend(fake);
    await api.signIn("SE2321000016-1002");
    const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
    view = await api.openCase(rows.find((row) => row.state !== "awaitingResident")!.id);
    scope = effectScope();
  });
  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
  });
  let shown: Ref<CaseView>;
  const open = () => scope.run(() => { shown = shallowRef(view); return useComposer(shown); })!;
  const onDisk = async () => (await api.readCaseAgain(view.row.id)).draft;

  it("is signed in the clinic's name where the writer says so, also before a word is written", async () => {
    const made = open();
    expect(made.signed.value).toMatchObject({ signAs: "person" });
    await made.sign("clinic");
    expect(made.signed.value).toMatchObject({ signature: "Björkens vårdcentral", signAs: "clinic" });
    made.text.value = "Hej";
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    await made.flush();
    expect(made.draft.value).toMatchObject({ text: "Hej", signature: "Björkens vårdcentral" });
    await made.sign("person");
    expect(made.signed.value.signature).toContain("Sara Lindqvist");
    expect(made.text.value).toBe("Hej");
  });
  it("reaches the disk within half a second of the last key", async () => {
    expect(SAVE_AFTER_MS).toBeLessThanOrEqual(500);
    const composer = open();
    composer.text.value = "Hej";
    await nextTick();
    expect(await onDisk()).toBeNull();
    await vi.advanceTimersByTimeAsync(500);
    expect((await onDisk())?.text).toBe("Hej");
    composer.text.value = "Hej Elin";
    await vi.advanceTimersByTimeAsync(500);
    expect((await onDisk())?.text).toBe("Hej Elin");
  });

  it("reaches the disk within half a second also while the person writes on without a pause", async () => {
    const composer = open();
    for (const text of ["H", "He", "Hej", "Hej ", "Hej E", "Hej El"]) {
      composer.text.value = text;
      await vi.advanceTimersByTimeAsync(100);
    }
    expect((await onDisk())?.text).toBe("Hej ");
  });

  it("reaches the disk at once when the field or the case is left", async () => {
    const composer = open();
    composer.text.value = "Nästan klart";
    await composer.flush();
    expect((await onDisk())?.text).toBe("Nästan klart");
    composer.text.value = "Nästan klart nu";
    scope.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect((await onDisk())?.text).toBe("Nästan klart nu");
  });

  it("is not made by only looking", async () => {
    open();
    await vi.advanceTimersByTimeAsync(1000);
    scope.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(await onDisk()).toBeNull();
  });

  it("stays on screen and says so when the disk is full", async () => {
    const composer = open();
    fake.state.options.failing.saveDraft = { code: "disk-full", facts: {}, detail: "" };
    composer.text.value = "Viktigt";
    await vi.advanceTimersByTimeAsync(500);
    expect(composer.problem.value?.code).toBe("disk-full");
    expect(composer.text.value).toBe("Viktigt");
    fake.state.options.failing = {};
    await composer.flush();
    expect(composer.problem.value).toBeNull();
    expect((await onDisk())?.text).toBe("Viktigt");
  });

  it("has what was taken back while one was writing before the new words, on the screen and on the disk", async () => {
    const composer = open();
    composer.text.value = "Nytt";
    await vi.advanceTimersByTimeAsync(500);
    // The message that was taken back comes home into the draft; the composer has newer words and has not looked.
    await api.saveDraft(view.row.id, "finalReply", "Gammalt\n\nNytt", null);
    composer.text.value = "Nytt och mer";
    await vi.advanceTimersByTimeAsync(500);
    expect(composer.text.value).toBe("Gammalt\n\nNytt och mer");
    expect((await onDisk())?.text).toBe("Gammalt\n\nNytt och mer");
    composer.text.value = "Bara nytt";
    await vi.advanceTimersByTimeAsync(500);
    expect((await onDisk())?.text).toBe("Bara nytt");
  });

  it("is not undone on the screen by a look that began before the last key was saved", async () => {
    const composer = open();
    composer.text.value = "Hej Elin";
    await vi.advanceTimersByTimeAsync(500);
    const late = await api.readCaseAgain(view.row.id);
    composer.text.value = "Hej Elin, receptet";
    await vi.advanceTimersByTimeAsync(500);
    shown.value = late;
    await nextTick();
    expect(composer.text.value).toBe("Hej Elin, receptet");
    composer.text.value += " är förnyat.";
    await vi.advanceTimersByTimeAsync(500);
    expect((await onDisk())?.text).toBe("Hej Elin, receptet är förnyat.");
  });

  it("keeps a file that was attached after a late look began", async () => {
    const composer = open();
    composer.text.value = "Hej";
    await vi.advanceTimersByTimeAsync(500);
    const late = await api.readCaseAgain(view.row.id);
    await composer.attach();
    const files = composer.attachments.value.length;
    shown.value = late;
    await nextTick();
    expect(composer.attachments.value).toHaveLength(files);
  });

  it("is thrown away also when the look that came last began before it was saved", async () => {
    const composer = open();
    const late = await api.readCaseAgain(view.row.id);
    composer.text.value = "Fel ärende";
    await vi.advanceTimersByTimeAsync(500);
    shown.value = late;
    await nextTick();
    expect(await composer.discard()).toBe(true);
    expect(await onDisk()).toBeNull();
  });

  it("reaches the disk also where no kind of message is allowed any more", async () => {
    await api.saveDraft(view.row.id, "closure", "Till avslutet", null);
    const acts = view.acts.map((act) => ({ ...act, allowed: false, why: "not-assignee" }));
    view = { ...(await api.readCaseAgain(view.row.id)), acts };
    const composer = open();
    composer.text.value = "Till avslutet, och mer";
    await vi.advanceTimersByTimeAsync(500);
    expect(await onDisk()).toMatchObject({ text: "Till avslutet, och mer", kind: "closure" });
    expect(composer.hinders.value.map((one) => one.id)).toContain("kind");
    composer.text.value = "Till avslutet, och ännu mer";
    scope.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect((await onDisk())?.text).toBe("Till avslutet, och ännu mer");
  });

  it("keeps its kind when it is only looked at where another kind is prescribed", async () => {
    await api.saveDraft(view.row.id, "finalReply", "Ett svar", null);
    view = await api.readCaseAgain(view.row.id);
    const composer = scope.run(() => useComposer(shallowRef(view), "partialReply"))!;
    expect(composer.kind.value).toBe("partialReply");
    await composer.flush();
    scope.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await onDisk())?.kind).toBe("finalReply");
  });

  it("keeps a kind that the person has chosen", async () => {
    await api.saveDraft(view.row.id, "finalReply", "Ett svar", null);
    view = await api.readCaseAgain(view.row.id);
    const composer = open();
    composer.kind.value = "counterQuestion";
    scope.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect((await onDisk())?.kind).toBe("counterQuestion");
  });

  it("is sent as it stands, also the last key, and only once", async () => {
    const composer = open();
    composer.text.value = "Receptet är klart.";
    const [first, second] = await Promise.all([composer.send(), composer.send()]);
    expect([first, second]).toEqual([true, false]);
    const after = await api.readCaseAgain(view.row.id);
    expect(after.draft).toBeNull();
    expect(after.messages.filter((message) => message.text === "Receptet är klart.")).toHaveLength(1);
  });

  it("does not come back after it has been thrown away", async () => {
    const composer = open();
    composer.text.value = "Fel ärende";
    await vi.advanceTimersByTimeAsync(500);
    composer.text.value = "Fel ärende!";
    expect(await composer.discard()).toBe(true);
    scope.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await onDisk()).toBeNull();
  });

  it("is held while something new has not been read, shows it, and goes once the person says so", async () => {
    const composer = open();
    const one = fake.state.cases.get(view.row.id)!;
    composer.text.value = "Receptet är klart.";
    await vi.advanceTimersByTimeAsync(500);
    residentReplies(fake.state, one, "Jag mår sämre nu.");
    const again = await api.readCaseAgain(view.row.id);
    shown.value = again;
    await nextTick();
    expect(composer.hinders.value.map((hinder) => hinder.id)).toEqual(["news"]);
    expect(await composer.send()).toBe(false);
    expect(again.messages.find((message) => message.id === again.news?.rows[0]?.messageId)?.text).toBe("Jag mår sämre nu.");
    // going on writing is not reading
    composer.text.value = "Receptet är helt klart.";
    await vi.advanceTimersByTimeAsync(500);
    expect((await api.readCaseAgain(view.row.id)).news?.rows).toHaveLength(1);
    await composer.acknowledge();
    shown.value = await api.readCaseAgain(view.row.id);
    await nextTick();
    expect(composer.hinders.value).toEqual([]);
    expect(await composer.send()).toBe(true);
  });

  it("that was overtaken between two looks says so, and keeps the text", async () => {
    const composer = open();
    composer.text.value = "Receptet är klart.";
    await vi.advanceTimersByTimeAsync(500);
    residentReplies(fake.state, fake.state.cases.get(view.row.id)!, "Jag mår sämre nu.");
    expect(await composer.send()).toBe(false);
    expect(composer.problem.value?.code).toBe("thread-moved");
    expect((await onDisk())?.text).toBe("Receptet är klart.");
    shown.value = await api.readCaseAgain(view.row.id);
    await composer.acknowledge();
    expect(composer.problem.value).toBeNull();
  });

  it("names the files that were refused and keeps the rest", async () => {
    const composer = open();
    await composer.attach();
    expect(composer.attachments.value).toHaveLength(2);
    await composer.attach();
    expect(composer.attachments.value).toHaveLength(3);
    expect(composer.refused.value.map((one) => [one.fileName, one.problem.code])).toEqual([["Röntgenfilm.pdf", "file-too-large"]]);
    expect(composer.hinders.value.filter((one) => one.id === "review")).toHaveLength(3);
  });
});
