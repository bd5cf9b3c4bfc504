// Small things of the screen: one word for one place, what a dialog is about, and what concerns whom.
import { beforeEach, expect, it, vi } from "vitest";
import { formatFull } from "@/text/format";
import { useLanguage } from "@/text";
import { api } from "@/ipc";
import { all, find, press, seen, start, tap } from "./whole";

beforeEach(() => useLanguage("sv"));

it("the page of who works at the clinic is called the same in the menu, on its card and by its own heading", async () => {
  await start("SE2321000016-1005", "/");
  await seen("card");
  const card = all("card").find((one) => one.attributes("data-card") === "staff")!;
  const name = find("nav-staff").text();
  expect(name).toBe("Vårdpersonal");
  expect(card.find("b").text()).toBe(name);
  await tap("nav-staff");
  expect((await seen("staff-view")).find("h1").text()).toBe(name);
});

it("the closing dialog says which case it closes", async () => {
  await start("SE2321000016-1002", "/cases/mine");
  await tap("case-row");
  await seen("thread");
  await press("e");
  const about = (await seen("close-about")).text();
  expect(about).toContain(find("case-title").text());
  expect(about).toContain(find("resident-name").text());
});

it.each([["SE2321000016-1001", true], ["SE2321000016-1002", false], ["SE2321000016-1005", true]])("%s is offered notifications about new cases to the clinic: %s", async (who, offered) => {
  await start(who, "/settings");
  await seen("notifyAssigned");
  expect(find("notifyNewCase").exists()).toBe(offered);
});

it("a handler's choice about new cases is kept though it is not shown", async () => {
  const fake = await start("SE2321000016-1002", "/settings");
  await (await seen("notifyAssigned")).setValue(false);
  await tap("save-personal");
  await vi.waitFor(async () => expect(fake.state.settings.size).toBe(1));
  const kept = [...fake.state.settings.values()][0]!;
  expect(kept.notifyNewCase).toBe(true);
});

it("a begun note shows its first words", async () => {
  await start("SE2321000016-1002", "/cases/mine");
  await tap("case-row");
  const id = (await seen("case")).attributes("data-case-id")!;
  await api.keepJotting(id, "note", "Ring i morgon efter klockan 15.\nHen arbetar natt.");
  expect((await seen("begun-first")).text()).toBe("Ring i morgon efter klockan 15.");
});

it("a whole moment has its time written as elsewhere", () => {
  expect(formatFull("2026-11-25T21:47:00Z")).toBe("onsdag 25 november 2026 22.47");
});

it("the list's heading keeps its count, in short where there is little room", async () => {
  await start("SE2321000016-1002", "/cases/groups");
  await seen("case-row");
  expect(find("list-count").text()).toMatch(/^\d+ ärenden?$/);
  expect(find("list-count").find(".word").text()).toMatch(/^ärenden?$/);
});
