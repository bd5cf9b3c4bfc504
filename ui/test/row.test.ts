// A row of a list: when it came and when it is due are always there, whatever else is known.
import { mount } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import CaseRowItem from "@/features/inbox/CaseRowItem.vue";
import { api, type CaseRow } from "@/ipc";
import { NO_FILTER } from "@/state/filter";
import { backend, signedIn } from "./whole";

async function row(fits: (row: CaseRow) => boolean): Promise<CaseRow> {
  await signedIn(backend(), "SE2321000016-1001");
  const { rows } = await api.listCases({ scope: "distributed", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 80 });
  return rows.find(fits)!;
}

it("says when it came also where a holder and attachments are told, and says it aloud", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-25T08:30:00Z"), toFake: ["Date"] });
  const busy = { ...(await row((one) => one.attachments === 2 && one.assignee !== null)), receivedAt: "2026-11-19T16:54:00Z" };
  const one = mount(CaseRowItem, { props: { row: busy, scope: "distributed", clinicToo: true } });
  expect(one.get("[data-test=row-came]").text()).toBe("Kom tors 19 nov 17.54");
  // The day stands whole, the rest may go.
  expect(one.findAll("[data-test=row-came] .exact").map((part) => part.text())).toEqual(["tors", "17.54"]);
  expect(one.get(".due").text()).not.toBe("");
  // In this order what has no room goes, from the end: who has it stays to the last.
  expect(one.findAll(".fact").map((fact) => fact.text())).toEqual([busy.assignee!.name, "2 bilagor", "Kom tors 19 nov 17.54"]);
  expect(one.get("[data-test=row-clinic]").text()).toBe(busy.clinicName);
  expect(one.get(".sr-only").text()).toContain(`2 bilagor, ${busy.clinicName}, Kom tors 19 nov 17.54`);
  vi.useRealTimers();
});

it("begins its line of facts with a capital, whichever of them comes first", async () => {
  const one = { ...(await row((row) => row.assignee !== null)), hasDraft: true, partialReplySent: true, attachments: 0, away: null, unread: false };
  const facts = (scope: "mine" | "drafts", changed: Partial<CaseRow> = {}) => mount(CaseRowItem, { props: { row: { ...one, ...changed }, scope, clinicToo: false } }).findAll(".fact").map((fact) => fact.text());
  expect(facts("mine")).toEqual(["Utkast", "delsvar skickat"]);
  expect(facts("mine", { hasDraft: false })).toEqual(["Delsvar skickat"]);
  expect(facts("drafts")[0]).toBe("Utkast");
});
