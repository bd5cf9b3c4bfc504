// Several cases at once: picked in the list, seen before, done together, undone by one key.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bulkNow } from "@/ipc/fake/bulk";
import { router } from "@/router";
import { useBulk } from "@/state/bulk";
import { watchConnection } from "@/state/connection";
import { all, app, backend, find, leave, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
const inList = async (key: string) => { await find("list").trigger("keydown", { key }); await flushPromises(); };
const total = () => Number(/\d+/.exec(find("list-count").text())?.[0]);

async function start(hsaId: string, path: string): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  await show(path, watchConnection());
  await seen("case-row");
}
/** From the top, by keys alone. */
async function pick(n: number): Promise<void> {
  for (let at = 0; at < n; at += 1) { await inList("ArrowDown"); await press("x"); }
  await seen("picked-bar");
}
afterEach(() => { bulkNow(); useBulk().forget(); leave(); });

describe("picking", () => {
  it("is done by key, by the box, and in a row with Shift; Esc lets go of all", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    expect(find("picked-bar").exists()).toBe(false);
    await pick(2);
    expect(find("picked-count").text()).toBe("2 valda");
    expect(app().findAll("[role=option][aria-checked=true]")).toHaveLength(2);
    await press("x");
    expect(find("picked-count").text()).toBe("1 valt");
    await app().findAll("[data-test=row-pick]")[5]!.trigger("click", { shiftKey: true });
    expect(find("picked-count").text()).toBe("6 valda");
    expect(router.currentRoute.value.params.caseId ?? "").toBe("");
    await press("Escape");
    expect(find("picked-bar").exists()).toBe(false);
  });

  it("is not offered where everything is closed", async () => {
    await start("SE2321000016-1001", "/cases/clinicClosed");
    await inList("ArrowDown");
    await press("x");
    expect(find("picked-bar").exists()).toBe(false);
    expect(find("row-pick").exists()).toBe(false);
  });
});

describe("distributing several", () => {
  it("shows what will happen, does it to all, and one key undoes it", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    const before = total();
    await pick(3);
    await press("f");
    await seen("bulk-dialog");
    expect(app().text()).toContain("Fördela 3 ärenden");
    await tap("bulk-go");
    expect(find("distribute-choose").text()).toContain("Välj");
    await (await seen("distribute-search")).setValue("sara");
    await vi.waitFor(() => expect(all("bulk-will")).toHaveLength(3));
    expect(find("bulk-go").text()).toBe("Fördela 3 till Sara Lindqvist");
    await find("bulk-form").exists();
    await app().find("#bulk-form").trigger("submit");
    await seen("bulk-undo-row");
    expect(find("bulk-dialog").exists()).toBe(false);
    expect(find("picked-bar").exists()).toBe(false);
    expect(find("bulk-undo-row").text()).toContain("3 ärenden fördelas till Sara Lindqvist.");
    await press("z");
    await vi.waitFor(() => expect(find("bulk-undo-row").exists()).toBe(false));
    bulkNow();
    await flushPromises();
    expect(total()).toBe(before);
  });

  it("is done when its time is over, and leaves what the rules refuse", async () => {
    await start("SE2321000016-1001", "/cases/distributed");
    const before = [...fake.state.cases.values()].filter((one) => one.assignee?.name === "Sara Lindqvist").length;
    await pick(8);
    await press("f");
    await (await seen("distribute-search")).setValue("sara");
    await vi.waitFor(() => expect(all("bulk-will").length + all("bulk-not").length).toBe(8));
    const will = all("bulk-will").length;
    expect(will).toBeGreaterThan(0);
    expect(will).toBeLessThan(8);
    expect(find("bulk-preview").text()).toMatch(/lämnas som/);
    await app().find("#bulk-form").trigger("submit");
    await seen("bulk-undo-row");
    bulkNow();
    await flushPromises();
    expect([...fake.state.cases.values()].filter((one) => one.assignee?.name === "Sara Lindqvist").length).toBe(before + will);
  });
});

describe("closing several", () => {
  it("asks for a reason, and for words where the residents can't know why", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await pick(2);
    await press("e");
    await app().find("#bulk-form").trigger("submit");
    expect(find("bulk-missing").exists()).toBe(true);
    const other = await seen("bulk-reason-other");
    const box = (other.element.matches("input") ? other : other.find("input")) as typeof other;
    (box.element as HTMLInputElement).checked = true;
    await box.trigger("change");
    await vi.waitFor(() => expect(all("bulk-will")).toHaveLength(2));
    await app().find("#bulk-form").trigger("submit");
    expect(find("bulk-missing").exists()).toBe(true);
    await (await seen("bulk-note")).setValue("Dubbletter efter driftstoppet.");
    await app().find("#bulk-form").trigger("submit");
    await seen("bulk-undo-row");
    const before = total();
    bulkNow();
    await vi.waitFor(() => expect(total()).toBe(before - 2));
  });
});
