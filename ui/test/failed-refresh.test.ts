// A refresh that fails takes nothing away: what could be read stays, and above it stands that it may be old.
import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import StartCards from "@/features/start/StartCards.vue";
import CaseList from "@/features/inbox/CaseList.vue";
import { NO_FILTER } from "@/state/filter";
import { api, useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { leaveDraft } from "@/ipc/fake/acts";
import OutboxView from "@/views/OutboxView.vue";
import CaseRoom from "@/views/CaseRoom.vue";

let fake: ReturnType<typeof fakeBackend>;
let made: VueWrapper | null = null;
beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await api.signIn("SE2321000016-1002");
});
afterEach(() => made?.unmount());
const has = (name: string) => made!.find(`[data-test=${name}]`).exists();
const seen = (name: string) => vi.waitFor(() => { const one = made!.find(`[data-test=${name}]`); if (!one.exists()) throw new Error(`no ${name}`); return one; });
const global = { stubs: { RouterLink: RouterLinkStub } };

/** Something moves, and the reading that follows fails; after a press on «Försök igen» it works again. */
async function fails(command: string, stays: string): Promise<void> {
  await seen(stays);
  expect(has("stale")).toBe(false);
  const before = made!.find(`[data-test=${stays}]`).text();
  fake.state.options.failing[command] = { code: "disk-full", facts: {}, detail: "" };
  fake.state.tell("moved", { cases: [] });
  const line = await seen("stale");
  expect(line.text()).toContain("Det senaste kunde inte läsas in.");
  expect(line.text()).toContain("Disken är full.");
  const row = made!.get(`[data-test=${stays}]`);
  expect(row.text()).toBe(before);
  expect(line.element.compareDocumentPosition(row.element) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  delete fake.state.options.failing[command];
  await line.get("[data-test=retry]").trigger("click");
  await vi.waitFor(() => expect(has("stale")).toBe(false));
  expect(has(stays)).toBe(true);
}

describe("a failed refresh leaves", () => {
  it("the rows of a list", async () => {
    made = mount(CaseList, { attachTo: document.body, props: { wish: { scope: "mine", clinic: null, search: null, filter: NO_FILTER }, selected: null, clinicToo: false } });
    await fails("listCases", "case-row");
  });

  it("the cards of the start page", async () => {
    made = mount(StartCards, { attachTo: document.body });
    await fails("startView", "card");
  });

  it("the case that is open", async () => {
    const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 });
    made = mount(CaseRoom, { attachTo: document.body, global, props: { caseId: rows[0]!.id, intent: null, narrow: false } });
    await seen("thread");
    await flushPromises();
    await fails("readCaseAgain", "thread");
  });

  it("what is in the outbox", async () => {
    const one = [...fake.state.cases.values()][0]!;
    one.pending.push({ opId: "00000000-0000-4000-8000-000000000001", caseId: one.id, caseType: one.caseType, residentName: one.resident.name, what: "take", writtenAt: "2026-11-20T10:00:00Z", attempts: 1, note: null, message: false, delivery: { state: "here", opId: "00000000-0000-4000-8000-000000000001" }, waits: null });
    made = mount(OutboxView, { attachTo: document.body, global });
    await fails("outbox", "outbox-row");
  });

  it("drafts whose case has left", async () => {
    leaveDraft(fake.state);
    made = mount(OutboxView, { attachTo: document.body, global });
    await fails("strayDrafts", "stray-draft");
  });
});
