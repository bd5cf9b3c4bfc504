// A list is narrowed to what one looks for, and kept as a view with a name and a number.
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { type ListFilter } from "@/ipc";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { filterOf, NO_FILTER, queryOf, sameFilter } from "@/state/filter";
import { app, backend, find, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
const total = () => Number(/\d+/.exec(find("list-count").text())?.[0]);
const types = () => app().findAll("[data-test=case-row] .type").map((one) => one.text());
const check = async (name: string, on: boolean) => { const box = await seen(name); (box.element as HTMLInputElement).checked = on; await box.trigger("change"); await flushPromises(); };
const settled = <T,>(test: () => T) => vi.waitFor(test, { timeout: 10_000 });

async function start(hsaId: string, path: string): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  await show(path, watchConnection());
  await seen("list-count");
}

describe("an address", () => {
  const whole: ListFilter = { states: ["new", "closed"], caseTypes: ["Boka tid, ny & akut"], due: "late", holder: { kind: "person", hsaId: "SE2321000016-1002" }, receivedFrom: "2026-11-01", receivedTo: "2026-11-28", unread: true, protectedIdentity: true, unwatched: ["holderAbsent", "notBegun"] };

  it("says a whole filter, and is read as the same", async () => {
    const address = router.resolve({ name: "cases", params: { scope: "inbox" }, query: queryOf(whole) }).fullPath;
    expect(filterOf(router.resolve(address).query)).toEqual(whole);
  });

  it("that nobody can understand asks for nothing", () => {
    expect(filterOf({ state: "lost", due: "never", holder: "person:", from: "yesterday", unread: "yes", unwatched: "maybe" })).toEqual(NO_FILTER);
    expect(sameFilter(NO_FILTER, filterOf({}))).toBe(true);
  });
});

describe("the filter of a list", () => {
  it("narrows at once to what occurs there, says what it shows, and lets go of each part", async () => {
    await start("SE2321000016-1001", "/cases/distributed");
    await settled(() => expect(total()).toBeGreaterThan(5));
    const before = total();
    await press("s");
    await seen("filter-panel");
    const boxes = app().findAll<HTMLInputElement>("[data-test=filter-type]");
    expect(boxes.length).toBeGreaterThan(1);
    const type = boxes[0]!.attributes("data-type")!;
    boxes[0]!.element.checked = true;
    await boxes[0]!.trigger("change");
    await settled(() => { expect(total()).toBeLessThan(before); expect(new Set(types())).toEqual(new Set([type])); });
    await check("filter-state-awaitingResident", true);
    await settled(() => expect(app().findAll("[data-test=case-row]").every((one) => one.attributes("data-state") === "awaitingResident")).toBe(true));
    await press("Escape");
    expect(find("filter-panel").exists()).toBe(false);
    expect(document.activeElement).toBe(find("filter").element);
    expect(find("filter-parts").text()).toContain(type);
    await tap(`part-state-awaitingResident`);
    await app().find("[data-test=filter-parts] button").trigger("click");
    await flushPromises();
    await settled(() => expect(total()).toBe(before));
  });

  it("says in a closed box what is chosen in it, and opens it where something was chosen before", async () => {
    await start("SE2321000016-1001", "/cases/distributed");
    await tap("filter");
    const types = await seen("filter-types");
    expect((types.element as HTMLDetailsElement).open).toBe(false);
    expect(types.get("summary").text()).toMatch(/Alla$/);
    const boxes = await settled(() => { const found = app().findAll<HTMLInputElement>("[data-test=filter-type]"); if (found.length < 2) throw new Error("no types"); return found; });
    for (const box of boxes.slice(0, 2)) { box.element.checked = true; await box.trigger("change"); await flushPromises(); }
    await settled(() => expect(find("filter-types").get("summary").text()).toMatch(/2 valda$/));
    await tap("filter-done");
    await tap("filter");
    expect((find("filter-types").element as HTMLDetailsElement).open).toBe(true);
  });

  it("shows one person's cases, and says so when nothing fits", async () => {
    await start("SE2321000016-1001", "/cases/distributed");
    await tap("filter");
    const choice = await settled(() => { const found = app().findAll<HTMLOptionElement>("[data-test=filter-holder] option").find((one) => one.element.value.startsWith("person:")); if (!found) throw new Error("nobody"); return found; });
    await (await seen("filter-holder")).setValue(choice.element.value);
    await settled(() => expect(new Set(app().findAll("[data-test=case-row] .facts").map((one) => one.text().includes(choice.text())))).toEqual(new Set([true])));
    await (await seen("filter-from")).setValue("2031-01-01");
    await (await seen("filter-from")).trigger("change");
    await settled(() => expect(app().text()).toContain("Inget ärende passar in på det du har valt."));
    await tap("empty-all");
    await settled(() => expect(total()).toBeGreaterThan(0));
  });
});

describe("a saved view", () => {
  it("is kept with a name, counted, opened, renamed and removed", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    expect(find("nav-view").exists()).toBe(false);
    await tap("due-late");
    const late = await settled(() => { const n = total(); if (!n) throw new Error("none late"); return n; });
    await tap("filter");
    await tap("view-new");
    await (await seen("view-name")).setValue("Brinner");
    await find("view-keeper").find("form").trigger("submit");
    const nav = await seen("nav-view");
    expect(nav.text()).toContain("Brinner");
    expect(find("count-view").text()).toContain(String(late));
    expect(nav.attributes("aria-current")).toBe("page");
    const heading = () => app().get(".case-list h1").text();
    await settled(() => expect(heading()).toBe("Brinner"));
    expect(app().get(".case-list").attributes("aria-label")).toBe("Brinner");
    expect(find("list").attributes("aria-label")).toMatch(/^Brinner, /);
    expect(find("nav-inbox").attributes("aria-current")).toBeUndefined();
    await tap("nav-inbox");
    await settled(() => expect(find("nav-view").attributes("aria-current")).toBeUndefined());
    expect(heading()).toBe("Inkorg");
    await tap("nav-view");
    await settled(() => expect(total()).toBe(late));
    if (!find("filter-panel").exists()) await tap("filter");
    await tap("view-rename");
    await (await seen("view-name")).setValue("Bråttom");
    await find("view-keeper").find("form").trigger("submit");
    await settled(() => expect(find("nav-view").text()).toContain("Bråttom"));
    expect(heading()).toBe("Bråttom");
    await tap("view-remove");
    await settled(() => expect(find("nav-view").exists()).toBe(false));
  });

  it("of a name that is taken is refused in words, and the name stays to be changed", async () => {
    await start("SE2321000016-1001", "/cases/inbox?due=late");
    await fake.commands.saveViews([{ name: "Brinner", scope: "inbox", clinic: null, search: null, filter: { ...NO_FILTER, unread: true } }]);
    fake.state.tell("moved", { cases: [] });
    await settled(() => expect(find("nav-view").text()).toContain("Brinner"));
    await tap("filter");
    await tap("view-new");
    await (await seen("view-name")).setValue("brinner");
    await find("view-keeper").find("form").trigger("submit");
    await settled(() => expect(find("view-keeper").text()).toContain("Du har redan en vy med det namnet."));
    expect((find("view-name").element as HTMLInputElement).value).toBe("brinner");
  });
});
