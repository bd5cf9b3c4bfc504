// A search is counted only a little beyond the window that was asked for; the list grows as one comes to its end.
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { effectScope, ref, type EffectScope } from "vue";
import { useCaseList, type ListWish } from "@/features/inbox/useCaseList";
import { useBackend, type ListPage, type ListQuery } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { NO_FILTER } from "@/state/filter";

let scope: EffectScope;
let list: ReturnType<typeof useCaseList>;
let there = 0;

beforeEach(async () => {
  const fake = fakeBackend({ latency: 0, step: 0 });
  fake.commands.listCases = (query: ListQuery) => {
    const most = query.offset + query.limit + 40;
    const data: ListPage = { total: Math.min(there, most), more: there > most, offset: query.offset, rows: [], incomplete: false, mistyped: null };
    return Promise.resolve({ status: "ok", data });
  };
  useBackend(fake);
  there = 250;
  const wish: ListWish = { scope: "search", clinic: null, search: "recept", filter: NO_FILTER };
  scope = effectScope();
  list = scope.run(() => useCaseList(ref(wish)))!;
  await flushPromises();
});
afterEach(() => scope.stop());

const shown = async (first: number, last: number) => { list.show(first, last); await flushPromises(); return [list.total.value, list.more.value]; };

it("grows while it is scrolled, says when it is whole, and does not become shorter by a look at its beginning", async () => {
  expect(await shown(0, 12)).toEqual([100, true]);
  expect(await shown(88, 99)).toEqual([160, true]);
  expect(await shown(0, 12)).toEqual([160, true]);
  expect(await shown(148, 159)).toEqual([220, true]);
  expect(await shown(208, 219)).toEqual([250, false]);
  expect(await shown(0, 12)).toEqual([250, false]);
});

it("knows when there are fewer than there were", async () => {
  await shown(88, 99);
  there = 90;
  await list.reload();
  expect([list.total.value, list.more.value]).toEqual([90, false]);
});
