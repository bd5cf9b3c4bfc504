// Nobody is left to somebody who is not there: absence is said once and seen everywhere, and what nobody watches leads to its
// cases.
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { api } from "@/ipc";
import { router } from "@/router";
import { all, app, backend, find, leave, seen, show, signedIn, type Fake } from "./whole";

const RECEIVER = "SE2321000016-1001";
const HANDLER = "SE2321000016-1002";
const ADMIN = "SE2321000016-1005";
const AWAY = "SE2321000016-1009";
const CLINIC = "SE2321000016-1BJK";

let fake: Fake;

async function start(hsaId: string, path: string, away: "some" | "many" | null = null): Promise<void> {
  fake = backend({ away });
  await signedIn(fake, hsaId);
  await show(path);
}
const day = async (name: string, text: string) => { const field = find(name); await field.setValue(text); await field.trigger("change"); };

it("one's own absence is written among the settings, with the last day following the first, and saved as a whole", async () => {
  await start(HANDLER, "/settings");
  await seen("absence-none");
  await find("absence-add").trigger("click");
  await flushPromises();
  expect(document.activeElement?.getAttribute("data-test"), "one writes at once").toBe("absence-from");
  expect(find("absence-save").exists(), "nothing is written yet").toBe(false);
  const saved = vi.spyOn(fake.commands, "saveAbsences");
  await find("absence-add").trigger("click");
  await all("absence-remove")[1]!.trigger("click");
  await day("absence-from", "20261207");
  expect((find("absence-to").element as HTMLInputElement).value).toBe("2026-12-07");
  expect(find("absence-save").text()).toBe("Spara frånvaron");
  await day("absence-to", "2026-12-04");
  await find("absence-form").trigger("submit");
  expect(find("absence-wrong").text()).toBe("Den sista dagen kommer före den första.");
  expect(saved).not.toHaveBeenCalled();
  await day("absence-to", "2026-12-11");
  await find("absence-substitute").setValue(AWAY);
  await find("absence-form").trigger("submit");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledWith(CLINIC, HANDLER, [], [{ from: "2026-12-07", to: "2026-12-11", substitute: AWAY }]));
  await vi.waitFor(() => expect(app().text()).toContain("Frånvaron är sparad."));
  await vi.waitFor(() => expect(find("absence-save").exists()).toBe(false));
  expect(document.activeElement?.getAttribute("data-test"), "the focus is not lost with the button").toBe("absence-add");
});

it("times that meet are refused in words, and nothing that was written is lost", async () => {
  await start(AWAY, "/settings", "some");
  await seen("absence-row");
  await find("absence-add").trigger("click");
  await flushPromises();
  const second = all("absence-row")[1]!;
  for (const [name, text] of [["absence-from", "2026-12-01"], ["absence-to", "2026-12-05"]] as const) {
    await second.find(`[data-test=${name}]`).setValue(text);
    await second.find(`[data-test=${name}]`).trigger("change");
  }
  await find("absence-form").trigger("submit");
  await vi.waitFor(() => expect(app().find("[data-test=own-absence] [role=alert]").exists()).toBe(true));
  expect(app().find("[data-test=own-absence] [role=alert]").text()).toContain("Två tider av frånvaro går in i varandra.");
  expect(all("absence-row")).toHaveLength(2);
});

it("what somebody else said meanwhile is shown beside one's own, and neither is lost", async () => {
  await start(HANDLER, "/settings");
  await seen("absence-none");
  await find("absence-add").trigger("click");
  await day("absence-from", "2026-12-07");
  // a receiver says it for her meanwhile
  await api.saveAbsences(CLINIC, HANDLER, [], [{ from: "2026-12-24", to: "2026-12-27", substitute: AWAY }]);
  await find("absence-form").trigger("submit");
  await seen("meanwhile");
  expect(find("own-absence").text()).toContain("Någon annan har ändrat det här");
  expect(find("meanwhile").text()).toMatch(/24 dec.* – .*27 dec.*, Oskar Lund/);
  expect((find("absence-from").element as HTMLInputElement).value).toBe("2026-12-07");
  await find("meanwhile-adopt").trigger("click");
  expect((find("absence-from").element as HTMLInputElement).value).toBe("2026-12-24");
  await find("absence-add").trigger("click");
  const second = all("absence-row")[1]!;
  await second.find("[data-test=absence-from]").setValue("2026-12-07");
  await second.find("[data-test=absence-from]").trigger("change");
  await find("absence-form").trigger("submit");
  await vi.waitFor(() => expect(app().text()).toContain("Frånvaron är sparad."));
});

it("the page of staff says who is away until when and who covers, and changes it where one may", async () => {
  await start(ADMIN, "/staff", "some");
  await seen("staff-row");
  const row = (id: string) => app().find(`[data-staff=${id}]`);
  expect(row(AWAY).text()).toContain("Sara Lindqvist ersätter");
  expect(row("SE2321000016-1003").text()).toContain("Ingen ersättare");
  await row(AWAY).find("button").trigger("click");
  await seen("absence-dialog");
  expect(find("absence-dialog").text()).toContain("Frånvaro för Oskar Lund");
  await find("absence-remove").trigger("click");
  await find("absence-form").trigger("submit");
  await vi.waitFor(() => expect(find("absence-dialog").exists()).toBe(false));
  await vi.waitFor(() => expect(row(AWAY).text()).toContain("Ingen planerad"));
  expect(document.activeElement?.closest("tr")?.getAttribute("data-staff"), "where one was").toBe(AWAY);
});

it("a receiver finds staffing in the menu, who has no business there does not", async () => {
  await start(RECEIVER, "/");
  await seen("start");
  expect(find("nav-staff").exists()).toBe(true);
  leave();
  await start(HANDLER, "/");
  await seen("start");
  expect(find("nav-staff").exists()).toBe(false);
});

it("what nobody watches is counted by reason, and each number leads to as many cases", async () => {
  await start(RECEIVER, "/", "some");
  const link = await seen("unwatched-holderAbsent");
  const n = Number(link.text().split(" ")[0]);
  expect(n).toBeGreaterThan(0);
  const list = vi.spyOn(fake.commands, "listCases");
  await link.trigger("click");
  await seen("filter-parts");
  expect(find("filter-parts").text()).toContain("Hos någon som är frånvarande utan ersättare");
  expect(router.currentRoute.value.path).toBe("/cases/distributed");
  expect(await list.mock.results.at(-1)!.value).toMatchObject({ data: { total: n } });
});

it("an administrator is told that few watch the inbox, with the way to the staff; whoever is away is told that", async () => {
  await start(ADMIN, "/", "many");
  expect((await seen("short-inbox")).text()).toContain("bevakas av för få i dag");
  await find("short-staff").trigger("click");
  await seen("staff-view");
  expect(find("staff-inbox").text()).toContain("färre än 2");
  leave();
  await start(AWAY, "/", "some");
  expect((await seen("start-away")).text()).toContain("Sara Lindqvist ersätter dig.");
});

it("a substitute has a list of what is covered, and takes a case over before answering it", async () => {
  await start(HANDLER, "/", "some");
  expect((await seen("card-covers")).text()).toContain("Du ersätter Oskar Lund");
  await router.push("/cases/covered");
  const row = await seen("case-row");
  await row.trigger("click");
  await seen("case");
  const took = vi.spyOn(fake.commands, "take");
  (await seen("act-take")).trigger("click");
  await vi.waitFor(() => expect(took).toHaveBeenCalledOnce());
  await vi.waitFor(() => expect(app().text()).toContain("Ärendet är ditt nu."));
});

it("who does not work with cases sees no empty column of how many each has", async () => {
  await start(RECEIVER, "/staff");
  await seen("staff-row");
  expect(all("staff-load").length).toBeGreaterThan(0);
  leave();
  await start("SE2321000016-1007", "/staff");
  await seen("staff-row");
  expect(all("staff-load")).toHaveLength(0);
});
