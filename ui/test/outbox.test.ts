// The outbox: whatever has stopped there, there is a way on.
import { mount, RouterLinkStub } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import OutboxList from "@/features/outbox/OutboxList.vue";
import { api, useBackend, type Delivery } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";

let fake: ReturnType<typeof fakeBackend>;
beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await api.signIn("SE2321000016-1002");
});

async function outbox(what: string, code: string | null) {
  const one = [...fake.state.cases.values()][0]!;
  const opId = "00000000-0000-4000-8000-000000000001";
  const delivery: Delivery = code ? { state: "stopped", opId, problem: { code, facts: {}, detail: "" } } : { state: "here", opId };
  one.pending.push({ opId, caseId: one.id, caseType: one.caseType, what, writtenAt: "2026-11-20T10:00:00Z", attempts: 1, delivery });
  const list = mount(OutboxList, { global: { stubs: { RouterLink: RouterLinkStub } } });
  await vi.waitFor(() => list.get("[data-test=outbox-row]"));
  const has = (name: string) => list.find(`[data-test=outbox-${name}]`).exists();
  return { list, has };
}

describe("a stopped act", () => {
  it.each(["close", "take", "distribute", "reopen", "withdrawQuestion", "returnToReceiver", "withdrawMessage", "start"])("%s can be taken away", async (what) => {
    const { list, has } = await outbox(what, "forbidden");
    expect(has("to-draft")).toBe(false);
    await list.get("[data-test=outbox-remove]").trigger("click");
    await vi.waitFor(() => expect(has("row")).toBe(false));
    expect(await api.outbox()).toEqual([]);
  });

  it("a note's words are never thrown away: it can only be tried again", async () => {
    const { has } = await outbox("note", "forbidden");
    expect(has("retry")).toBe(true);
    expect(has("remove")).toBe(false);
  });

  it.each(["partialReply", "counterQuestion", "finalReply"])("%s goes back to a draft, never away", async (what) => {
    const { has } = await outbox(what, "case-closed");
    expect(has("to-draft")).toBe(true);
    expect(has("remove")).toBe(false);
  });

  it.each(["forbidden", "case-closed", "already-taken", "not-assignee"])("refused with %s is not offered a vain new try", async (code) => {
    expect((await outbox("take", code)).has("retry")).toBe(false);
  });

  it.each(["server-unreachable", "server-error", "storage-full", "file-not-uploaded", "thread-moved"])("stopped by %s can be tried again", async (code) => {
    expect((await outbox("finalReply", code)).has("retry")).toBe(true);
  });
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
  const list = mount(OutboxList, { global: { stubs: { RouterLink: RouterLinkStub } } });
  await vi.waitFor(() => list.get("[data-test=face-error]"));
  expect(list.text().includes("Inget har gått förlorat")).toBe(promised);
});
