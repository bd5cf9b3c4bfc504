import { beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, ref } from "vue";
import { PAGE, useCaseList, type ListWish } from "@/features/inbox/useCaseList";
import { NO_FILTER } from "@/state/filter";
import { api, ProblemError, useBackend } from "@/ipc";
import { fakeBackend, newCase } from "@/ipc/fake";
import { useReading } from "@/state/read";

const settled = () => new Promise((done) => setTimeout(done, 60));
let fake: ReturnType<typeof fakeBackend>;
beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0, cases: 400 });
  useBackend(fake);
  await api.signIn("SE2321000016-1001");
});

describe("the door", () => {
  it("gives the data or throws the problem", async () => {
    await expect(api.counts(null)).resolves.toMatchObject({ inbox: expect.any(Number) });
    const failure = await api.openCase("00000000-0000-4000-8000-000000000000").catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).problem.code).toBe("not-found");
  });
  it("does not give out the backend's own objects", async () => {
    const query = { scope: "inbox", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 } as const;
    const first = await api.listCases(query);
    first.rows[0]!.caseType = "ändrad";
    expect((await api.listCases(query)).rows[0]!.caseType).not.toBe("ändrad");
  });
});

describe("a reading", () => {
  it("reads again when an event names its id, and not otherwise", async () => {
    const read = vi.fn(() => Promise.resolve(1));
    const scope = effectScope();
    scope.run(() => useReading(read, (ids) => ids.includes("a")));
    await settled();
    fake.state.tell("moved", { cases: ["b"] });
    expect(read).toHaveBeenCalledTimes(0);
    fake.state.tell("moved", { cases: ["a"] });
    await settled();
    expect(read).toHaveBeenCalledTimes(1);
    scope.stop();
    fake.state.tell("moved", { cases: ["a"] });
    await settled();
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("costs one read under way and one more, however many events come", async () => {
    let finish: () => void = () => undefined;
    const read = vi.fn(() => new Promise<number>((done) => { finish = () => done(1); }));
    const scope = effectScope();
    scope.run(() => useReading(read, () => true));
    await settled();
    for (let n = 0; n < 50; n += 1) fake.state.tell("moved", { cases: ["a"] });
    expect(read).toHaveBeenCalledTimes(1);
    finish();
    await settled();
    finish();
    await settled();
    expect(read).toHaveBeenCalledTimes(2);
    scope.stop();
  });

  it("reads once more when an event comes while it is read because somebody asked", async () => {
    const finish: (() => void)[] = [];
    let stands = "väntar";
    const scope = effectScope();
    const reading = scope.run(() => useReading(() => {
      const seen = stands;
      return new Promise<string>((done) => finish.push(() => done(seen)));
    }, () => true))!;
    await settled();
    const asked = reading.reload();
    stands = "skickat";
    fake.state.tell("moved", { cases: ["a"] });
    finish.shift()!();
    await asked;
    await settled();
    finish.shift()?.();
    await settled();
    expect(reading.data.value).toBe("skickat");
    scope.stop();
  });

  it("keeps what it had when reading again fails", async () => {
    let fail = false;
    const scope = effectScope();
    const reading = scope.run(() => useReading(() => (fail ? Promise.reject(new ProblemError({ code: "server-error", facts: {}, detail: "" })) : Promise.resolve("innehåll")), () => true))!;
    await reading.reload();
    fail = true;
    await reading.reload();
    expect(reading.data.value).toBe("innehåll");
    expect(reading.problem.value?.code).toBe("server-error");
    scope.stop();
  });
});

describe("a list", () => {
  const wish = ref<ListWish>({ scope: "inbox", clinic: null, search: null, filter: NO_FILTER });
  const make = () => { const scope = effectScope(); return { scope, list: scope.run(() => useCaseList(wish))! }; };
  beforeEach(() => { wish.value = { scope: "inbox", clinic: null, search: null, filter: NO_FILTER }; });

  it("reads the page on screen, and others when scrolled to", async () => {
    const { scope, list } = make();
    await settled();
    expect(list.total.value).toBeGreaterThan(PAGE);
    expect(list.rowAt(0)?.state).toBe("new");
    expect(list.rowAt(PAGE + 3)).toBeUndefined();
    list.show(PAGE, PAGE + 10);
    await settled();
    expect(list.rowAt(PAGE + 3)?.state).toBe("new");
    scope.stop();
  });

  it("shows a new case without being asked", async () => {
    const { scope, list } = make();
    await settled();
    const before = list.total.value ?? 0;
    const one = newCase(fake.state);
    await settled();
    expect(list.total.value).toBe(before + 1);
    expect((await api.openCase(one.id)).row.id).toBe(one.id);
    scope.stop();
  });

  it("forgets the old rows when another list is chosen", async () => {
    const { scope, list } = make();
    await settled();
    wish.value = { scope: "distributed", clinic: null, search: null, filter: NO_FILTER };
    await Promise.resolve();
    expect(list.total.value).toBeNull();
    await settled();
    expect(list.rowAt(0)?.state).not.toBe("new");
    scope.stop();
  });

  it("shows the problem instead of an empty list", async () => {
    fake.state.options.failing.listCases = { code: "server-error", facts: {}, detail: "" };
    const { scope, list } = make();
    await settled();
    expect(list.total.value).toBeNull();
    expect(list.problem.value?.code).toBe("server-error");
    fake.state.options.failing = {};
    await list.reload();
    expect(list.problem.value).toBeNull();
    expect(list.total.value).toBeGreaterThan(0);
    scope.stop();
  });
});
