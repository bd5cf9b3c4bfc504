// The outbox: whatever has stopped there, there is a way on.
import { mount, RouterLinkStub } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { routerKey } from "vue-router";
import CaseThread from "@/features/case/CaseThread.vue";
import OutboxList from "@/features/outbox/OutboxList.vue";
import OutboxView from "@/views/OutboxView.vue";
import StrayDrafts from "@/features/outbox/StrayDrafts.vue";
import { api, useBackend, type Delivery } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { hush, useAnnouncements } from "@/state/announce";
import { waitingWords } from "@/features/outbox/waiting";
import { forgetUnsaved } from "@/state/unsaved";

let fake: ReturnType<typeof fakeBackend>;
/** Nothing here leads away. */
const BARE = { stubs: { RouterLink: RouterLinkStub }, provide: { [routerKey as symbol]: { push: () => undefined } } };
beforeEach(async () => {
  forgetUnsaved();
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await api.signIn("SE2321000016-1002");
});

const LETTERS = ["partialReply", "counterQuestion", "finalReply"];
async function outbox(what: string, code: string | null, note: string | null = null, { attempts = 1, message = LETTERS.includes(what), name = null as string | null } = {}) {
  const one = [...fake.state.cases.values()][0]!;
  const opId = "00000000-0000-4000-8000-000000000001";
  const delivery: Delivery = code ? { state: "stopped", opId, problem: { code, facts: {}, detail: "" } } : { state: "here", opId };
  one.pending.push({ opId, caseId: one.id, caseType: one.caseType, residentName: name ?? one.resident.name, what, writtenAt: "2026-11-20T10:00:00Z", attempts, note, message, delivery, waits: null });
  if (note !== null) one.notes.push({ id: "n1", author: "Sara Lindqvist", text: note, mentions: [], missed: [], at: "2026-11-20T10:00:00Z", delivery });
  const list = mount(OutboxView, { attachTo: document.body, global: BARE });
  await vi.waitFor(() => list.get("[data-test=outbox-row]"));
  const has = (name: string) => list.find(`[data-test=outbox-${name}]`).exists();
  return { list, has };
}

describe("where a message is", () => {
  const opId = "00000000-0000-4000-8000-000000000001";
  const releaseAt = new Date(Date.now() + 600_000).toISOString();
  /** A reply of the person's in that state, as the core tells of it. */
  function put(delivery: Delivery): void {
    const one = [...fake.state.cases.values()].find((other) => fake.state.isMine(other))!;
    if (delivery.state === "here" || delivery.state === "onTheWay") {
      one.pending.push({ opId, caseId: one.id, caseType: one.caseType, residentName: one.resident.name, what: "finalReply", writtenAt: "2026-11-25T10:00:00Z", attempts: 1, note: null, message: true, delivery, waits: null });
    } else one.messages.push({ ...one.messages[0]!, id: "m-out", kind: "finalReply", fromStaff: true, senderName: fake.state.who().name, delivery });
  }

  it.each([
    [{ state: "here", opId }, "här på datorn", 1],
    [{ state: "onTheWay", opId }, "på väg", 1],
    [{ state: "atServer", opId, releaseAt }, "hos servern", 0],
    [{ state: "sent", at: "2026-11-25T10:00:00Z" }, "skickat", 0],
  ] as [Delivery, string, number][])("%o is the present step of four, and the menu counts what has not gone away from here", async (delivery, words, counted) => {
    put(delivery);
    const list = mount(OutboxView, { attachTo: document.body, global: BARE });
    const card = await vi.waitFor(() => list.get(`[data-test=outbox] [data-state=${delivery.state}]`));
    expect(card.findAll("ol li").map((step) => step.text())).toEqual(["här på datorn", "på väg", "hos servern", "skickat"]);
    expect(card.findAll("[aria-current=step]").map((step) => step.text())).toEqual([words]);
    expect(card.text()).toContain("Svar");
    expect((await api.counts(null)).outbox).toBe(counted);
    expect(card.find("[data-test=outbox-undo]").exists(), "only what is held can be taken back").toBe(delivery.state === "atServer");
    list.unmount();
  });

  it("what was sent says when and leads to its case; the outbox is not called empty then", async () => {
    put({ state: "sent", at: "2026-11-25T10:00:00Z" });
    const list = mount(OutboxView, { attachTo: document.body, global: BARE });
    const sent = await vi.waitFor(() => list.get("[data-test=outbox-sent]"));
    expect(sent.get("h2").text()).toBe("Senast skickat i dag");
    expect(sent.get("[data-test=outbox-when]").text()).toBe("Skickat 11.00");
    const caseId = sent.get("[data-test=outbox-out]").attributes("data-case-id");
    expect(sent.getComponent(RouterLinkStub).props("to")).toBe(`/case/${caseId}`);
    expect(list.text()).not.toContain("Utkorgen är tom");
    list.unmount();
  });
});

describe("a stopped act", () => {
  it.each(["close", "take", "distribute", "reopen", "withdrawQuestion", "returnToReceiver", "withdrawMessage", "start"])("%s can be taken away", async (what) => {
    const { list, has } = await outbox(what, "forbidden");
    expect(has("to-draft")).toBe(false);
    await list.get("[data-test=outbox-remove]").trigger("click");
    await vi.waitFor(() => expect(has("row")).toBe(false));
    expect((await api.outbox()).waiting).toEqual([]);
  });

  it.each([["take", false, null], ["reopen", false, null], ["close", true, null], ["redistribute", true, null], ["close", true, ""]])("%s, taken back, promises words only where there may be some (%s), and says the right place for them (name %o)", async (what, words, name) => {
    const { list } = await outbox(what, "forbidden", null, { name });
    hush();
    const place = name === "" ? "längre ned" : "bland utkasten";
    const said = list.get("[data-test=outbox-ways]").text();
    expect(said.includes("Skrev du något")).toBe(words);
    expect(said.includes(place)).toBe(words);
    await list.get("[data-test=outbox-remove]").trigger("click");
    await vi.waitFor(() => expect(useAnnouncements().said.value).toContain("Det görs inte."));
    expect(useAnnouncements().said.value.includes(place)).toBe(words);
  });

  it("a reply in a case that has left is said to stand further down, and no way leads into the case", async () => {
    const { list, has } = await outbox("finalReply", "not-assignee", null, { name: "" });
    expect(list.get("[data-test=outbox-ways]").text()).toContain("längre ned");
    expect(has("open")).toBe(false);
    await list.get("[data-test=outbox-to-draft]").trigger("click");
    await vi.waitFor(() => expect(useAnnouncements().said.value).toContain("längre ned i Utkorgen"));
  });

  it("a note is readable, and can be written again", async () => {
    const { list, has } = await outbox("note", "forbidden", "Ring i morgon.");
    expect(list.get("[data-test=outbox-note]").text()).toBe("Ring i morgon.");
    expect([has("retry"), has("remove"), has("to-draft")]).toEqual([true, false, false]);
    await list.get("[data-test=outbox-edit]").trigger("click");
    await vi.waitFor(() => expect(has("row")).toBe(false));
    expect(list.findComponent(OutboxList).emitted("write")).toHaveLength(1);
  });

  it("a note whose case has left goes to the drafts of such cases, and leads nowhere", async () => {
    const { list, has } = await outbox("note", "forbidden", "Ring i morgon.", { name: "" });
    const one = [...fake.state.cases.values()][0]!;
    one.assignee = null;
    await list.get("[data-test=outbox-edit]").trigger("click");
    await vi.waitFor(() => expect(has("row")).toBe(false));
    expect(list.findComponent(OutboxList).emitted("write")).toBeUndefined();
    await vi.waitFor(() => expect(list.get("[data-test=stray-text]").text()).toBe("Ring i morgon."));
  });

  it("a note is thrown away only after a question", async () => {
    const { list, has } = await outbox("note", "forbidden", "Ring i morgon.");
    await list.get("[data-test=outbox-discard]").trigger("click");
    expect(has("row")).toBe(true);
    await list.get("[data-test=confirm-cancel]").trigger("click");
    expect(has("row")).toBe(true);
    await list.get("[data-test=outbox-discard]").trigger("click");
    await list.get("[data-test=confirm-go]").trigger("click");
    await vi.waitFor(() => expect(has("row")).toBe(false));
    expect((await api.outbox()).waiting).toEqual([]);
  });

  it("a reply that was overtaken is not offered a vain new try, but its text", async () => {
    const { has } = await outbox("finalReply", "thread-moved");
    expect([has("retry"), has("to-draft")]).toEqual([false, true]);
  });

  it.each(["partialReply", "counterQuestion", "finalReply"])("%s goes back to a draft, never away", async (what) => {
    const { has } = await outbox(what, "case-closed");
    expect(has("to-draft")).toBe(true);
    expect(has("remove")).toBe(false);
  });

  it.each(["forbidden", "case-closed", "already-taken", "not-assignee"])("refused with %s is not offered a vain new try", async (code) => {
    expect((await outbox("take", code)).has("retry")).toBe(false);
  });

  it.each(["server-unreachable", "server-error", "storage-full", "file-not-uploaded"])("stopped by %s can be tried again", async (code) => {
    expect((await outbox("finalReply", code)).has("retry")).toBe(true);
  });
});

it.each(["partialReply", "distribute", "close"])("a %s that carries a message is given up for its draft, and nobody is told that the text is gone", async (what) => {
  const { list, has } = await outbox(what, "forbidden", null, { message: true });
  expect([has("to-draft"), has("remove")]).toEqual([true, false]);
  await list.get("[data-test=outbox-to-draft]").trigger("click");
  await vi.waitFor(() => expect(has("row")).toBe(false));
  expect(useAnnouncements().said.value).toContain("tillbaka i utkastet");
});

it.each([
  ["finalReply", 0, true],
  ["finalReply", 1, false],
  ["close", 0, false],
])("a waiting %s, tried %i times, can be taken back: %s", async (what, attempts, offered) => {
  const { has } = await outbox(what, null, null, { attempts });
  expect(has("to-draft")).toBe(offered);
  expect(has("remove")).toBe(false);
});

it("a message written without a network can be taken back before anybody has tried to send it", async () => {
  fake.state.online = false;
  const one = [...fake.state.cases.values()].find((other) => fake.state.isMine(other) && other.state !== "closed")!;
  await api.saveDraft(one.id, "finalReply", "Skrivet för fort.", null);
  await api.sendDraft(one.id);
  const list = mount(OutboxView, { attachTo: document.body, global: BARE });
  await vi.waitFor(() => list.get("[data-test=outbox-to-draft]"));
  const thread = mount(CaseThread, { props: { view: await api.readCaseAgain(one.id), preview: null }, global: BARE });
  await thread.get("[data-test=message-to-draft]").trigger("click");
  expect(thread.find("[data-test=message-retry]").exists()).toBe(false);
  expect(thread.emitted("toDraft")).toEqual([[(await api.outbox()).waiting[0]!.opId]]);
  await list.get("[data-test=outbox-to-draft]").trigger("click");
  await vi.waitFor(async () => expect((await api.outbox()).waiting).toEqual([]));
  expect((await api.readCaseAgain(one.id)).draft?.text).toBe("Skrivet för fort.");
});

it("two acts of the same kind are told apart by the resident", async () => {
  const { list } = await outbox("take", null);
  expect(list.get("[data-test=outbox-row]").text()).toContain([...fake.state.cases.values()][0]!.resident.name);
});

it("an act that only waits can be hurried but not taken away", async () => {
  const { has } = await outbox("close", null);
  expect(has("retry")).toBe(true);
  expect(has("remove")).toBe(false);
});

it.each([["start", "Börja arbeta med ärendet"], ["returnToReceiver", "Lämna tillbaka till inkorgen"], ["withdrawMessage", "Dra tillbaka meddelandet"]])("%s is told in words", async (what, words) => {
  expect((await outbox(what, null)).list.get("[data-test=outbox-row] b").text()).toBe(words);
});

it.each([["true", false], ["false", true]])("a list promises that nothing is lost only when that is so (incomplete: %s)", async (incomplete, promised) => {
  fake.state.options.failing.outbox = { code: "cache-corrupt", facts: { file: "mirror.db", incomplete }, detail: "" };
  const list = mount(OutboxList, { global: BARE });
  await vi.waitFor(() => list.get("[data-test=face-error]"));
  expect(list.text().includes("Inget har gått förlorat")).toBe(promised);
});

describe("drafts of cases that are not seen any more", () => {
  function leave(text: string, files: string[] = []): string {
    const me = fake.state.who();
    const one = [...fake.state.cases.values()].find((other) => !fake.state.mayRead(other))!;
    const attachments = files.map((fileName, n) => ({ id: `f${n}`, fileName, kind: "pdf" as const, size: 1000, sha256: "", pages: 1, reviewed: true }));
    one.drafts.set(me.hsaId, { caseId: one.id, kind: "finalReply", text, attachments, updatedAt: "2026-11-20T10:00:00Z", signature: "Sara", signAs: "person" });
    return one.resident.name;
  }
  const open = async () => {
    const list = mount(StrayDrafts, { attachTo: document.body });
    await vi.waitFor(() => list.get("[data-test=stray-draft]"));
    return list;
  };

  it("show the writer's own words and files, and nothing of the case", async () => {
    const resident = leave("Halva svaret", ["Råd.pdf"]);
    const list = await open();
    expect(list.text()).toContain("Utkast till ärenden du inte längre ser");
    expect(list.get("[data-test=stray-text]").text()).toBe("Halva svaret");
    expect(list.get("[data-test=stray-file]").text()).toContain("Råd.pdf");
    expect(list.text()).not.toContain(resident);
    expect((await api.counts(null)).strayDrafts).toBe(1);
  });

  it("can be copied", async () => {
    leave("Halva svaret");
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await (await open()).get("[data-test=stray-copy]").trigger("click");
    expect(copied).toHaveBeenCalledWith("Halva svaret");
  });

  it("are thrown away only after a question", async () => {
    leave("Halva svaret");
    const list = await open();
    await list.get("[data-test=stray-discard]").trigger("click");
    await list.get("[data-test=confirm-cancel]").trigger("click");
    expect(await api.strayDrafts()).toHaveLength(1);
    await list.get("[data-test=stray-discard]").trigger("click");
    await list.get("[data-test=confirm-go]").trigger("click");
    await vi.waitFor(() => expect(list.find("[data-test=stray-draft]").exists()).toBe(false));
    expect(await api.strayDrafts()).toEqual([]);
  });
});

describe("what has stopped says in words what each way on does", () => {
  const words = (list: Awaited<ReturnType<typeof outbox>>["list"]) => list.get("[data-test=outbox-ways]").text();
  /** The sentence that a button names as its description. */
  const told = (list: Awaited<ReturnType<typeof outbox>>["list"], name: string) => list.find(`[id="${list.get(`[data-test=outbox-${name}]`).attributes("aria-describedby")}"]`).text();

  it("a letter: the same again, or the text back", async () => {
    const { list } = await outbox("finalReply", "server-error");
    expect(list.get("[data-test=outbox-retry]").text()).toBe("Försök igen");
    expect(list.get("[data-test=outbox-to-draft]").text()).toBe("Ta tillbaka");
    expect(told(list, "retry")).toContain("samma sak en gång till");
    expect(told(list, "to-draft")).toContain("i utkastet, så att du kan ändra och skicka den igen");
  });

  it("an act: taken back it is not done", async () => {
    const { list } = await outbox("close", "server-error");
    expect(list.get("[data-test=outbox-remove]").text()).toBe("Ta tillbaka");
    expect(told(list, "remove")).toContain("görs inte");
  });

  it("an act with a message: the act is not done, the text is kept", async () => {
    const { list } = await outbox("distribute", "server-error", null, { message: true });
    expect(told(list, "to-draft")).toContain("görs inte");
    expect(told(list, "to-draft")).toContain("i utkastet");
  });

  it("a note: the same again, or other words", async () => {
    const { list } = await outbox("note", "forbidden", "Ring.");
    expect(list.get("[data-test=outbox-retry]").text()).toBe("Försök igen");
    expect(list.get("[data-test=outbox-edit]").text()).toBe("Ta tillbaka och ändra");
    expect(told(list, "edit")).toContain("ändra orden");
  });

  it("what is refused for good says that trying again is no use", async () => {
    const { list, has } = await outbox("take", "already-taken");
    expect(has("retry")).toBe(false);
    expect(words(list)).toContain("Det hjälper inte att försöka igen");
  });

  it("what is under way is spared the words", async () => {
    const { list } = await outbox("finalReply", null);
    expect(list.find("[data-test=outbox-ways]").exists()).toBe(false);
  });
});

describe("what waits", () => {
  const problem = (code: string) => ({ code, facts: {}, detail: "" });
  const at = "2026-11-20T10:00:00Z";
  const now = Date.parse(at) - 5 * 60_000;

  it.each([
    ["contact", null, "Skickas av sig självt när du är ansluten."],
    ["contact", "offline", "Skickas av sig självt när du är ansluten."],
    ["contact", "server-error", "Servern kunde inte ta emot det: något gick fel där. Skickas av sig självt så snart det går."],
    ["contact", "session-expired", "Väntar tills du har loggat in igen."],
    ["earlier", null, "Väntar på sin tur: det du gjorde tidigare i ärendet skickas först."],
    ["earlierStopped", null, "Väntar på dig: något du gjorde tidigare i ärendet har stoppats. Ta hand om det först."],
    ["nextTry", "storage-full", "Servern har slut på utrymme. Kontakta IT-stödet. Programmet försöker igen 11.00."],
    ["turn", null, "Skickas nu."],
  ] as const)("%s %s is told in words", (why, code, words) => {
    expect(waitingWords({ why, problem: code && problem(code), retryAt: why === "nextTry" ? at : null }, now)).toBe(words);
  });

  it("names no time that is over before it is read", () => {
    const soon = waitingWords({ why: "nextTry", problem: problem("busy"), retryAt: at }, Date.parse(at) - 30_000);
    expect(soon).toBe("Servern har mycket att göra. Programmet försöker strax igen.");
  });

  it("says in its row that the server is full, and what happens when contact is lost", async () => {
    fake.state.options.refusing = problem("storage-full");
    const { list } = await outbox("finalReply", null);
    const words = () => list.get("[data-test=outbox-waits]").text();
    expect(words()).toContain("Servern har slut på utrymme");
    fake.state.online = false;
    fake.state.tell("connection", { state: "offline", since: at, problem: problem("server-unreachable") });
    await vi.waitFor(() => expect(words()).toBe("Servern svarar inte. Skickas av sig självt så snart det går."));
  });

  it("says nothing more of what has stopped", async () => {
    const { has } = await outbox("finalReply", "case-closed");
    expect(has("waits")).toBe(false);
  });
});
