// After an act that was refused nothing of the case goes by itself: the case, the menu and a view that is no longer one's own say so.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type Delivery } from "@/ipc";
import type { FakeCase } from "@/ipc/fake/cases";
import { watchConnection } from "@/state/connection";
import { resetHeld } from "@/state/held";
import { all, backend, find, gone, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let one: FakeCase;
beforeEach(async () => {
  resetHeld();
  fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  one = fake.state.get(rows.find((row) => row.state === "inProgress" && !row.hasDraft)!.id);
});

let n = 0;
function put(what: string, state: "here" | "stopped", note: string | null = null): Delivery {
  const opId = `00000000-0000-4000-8000-00000000010${(n += 1)}`;
  const delivery: Delivery = state === "here" ? { state, opId } : { state, opId, problem: { code: "already-taken", facts: {}, detail: "" } };
  one.pending.push({ opId, caseId: one.id, caseType: one.caseType, residentName: one.resident.name, what, writtenAt: "2026-11-25T10:00:00Z", attempts: 1, note, message: what === "finalReply", delivery, waits: null });
  if (what === "finalReply") one.messages.push({ ...one.messages[0]!, id: `m-${opId}`, kind: "finalReply", fromStaff: true, senderName: fake.state.who().name, delivery });
  if (note) one.notes.push({ id: `n-${opId}`, author: fake.state.who().name, text: note, mentions: [], missed: [], at: "2026-11-25T10:00:00Z", delivery });
  return delivery;
}
const openCase = async () => { await show(`/cases/mine/${one.id}`, watchConnection()); await seen("thread"); };
const waiting = () => all("delivery").filter((where) => where.attributes("data-state") === "here").map((where) => where.text());

describe("what was done after an act that is stopped", () => {
  it("is not promised to go by itself, and leads to the outbox", async () => {
    put("take", "stopped");
    put("finalReply", "here");
    put("note", "here", "Ring i morgon.");
    await openCase();
    expect(waiting()).toHaveLength(2);
    for (const words of waiting()) {
      expect(words).toContain("Väntar på dig");
      expect(words).not.toContain("av sig självt");
    }
    expect(find("delivery-to-outbox").attributes("href")).toContain("/outbox");
  });

  it("goes by itself all the same where only a note is stopped", async () => {
    put("note", "stopped", "Ring i morgon.");
    put("finalReply", "here");
    await openCase();
    expect(waiting()).toEqual([expect.stringContaining("skickas av sig självt")]);
  });

  it("is not called on its way either when it is sent", async () => {
    put("take", "stopped");
    await openCase();
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Hej! Receptet är förnyat.");
    await tap("send");
    await vi.waitFor(() => expect(find("announcement").text()).toContain("väntar på dig"));
  });

  it("and the act itself is told of in the case, with why", async () => {
    put("take", "stopped");
    await openCase();
    const told = await seen("act-stopped");
    expect(told.text()).toContain("Ta ärendet");
    expect(told.text()).toContain("En kollega hann före");
    expect(told.find("a").attributes("href")).toContain("/outbox");
  });
});

describe("the outbox in the menu", () => {
  it("looks and sounds different when something in it has stopped", async () => {
    put("take", "stopped");
    await openCase();
    await vi.waitFor(() => expect(find("count-outbox").attributes("data-stopped")).toBe("true"));
    expect(find("count-outbox").text()).toContain("stoppat");
  });

  it("is calm while all of it goes by itself", async () => {
    put("finalReply", "here");
    await openCase();
    await seen("count-outbox");
    expect(find("count-outbox").attributes("data-stopped")).toBeUndefined();
    expect(find("count-outbox").text()).not.toContain("stoppat");
  });
});

describe("a case that has left the person while it was open", () => {
  it("says so above what is left of it, and where their words are", async () => {
    await openCase();
    await tap("act-reply");
    one.assignee = { kind: "person", hsaId: "SE2321000016-1003", name: "Maria Ek" };
    fake.state.tell("moved", { cases: [one.id] });
    const told = await seen("case-left");
    expect(told.text()).toContain("Du kan inte längre se ärendet");
    expect(told.find("a").attributes("href")).toContain("/outbox");
    expect(find("stale").exists()).toBe(false);
    expect(find("thread").exists()).toBe(true);
    one.assignee = { kind: "person", hsaId: fake.state.who().hsaId, name: fake.state.who().name };
    fake.state.tell("moved", { cases: [one.id] });
    await gone("case-left");
  });
});
