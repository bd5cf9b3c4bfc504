// The palette: everything that can be done here, everywhere one can go, and cases, from the keyboard alone.
import { describe, expect, it, vi } from "vitest";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { matching, type PaletteEntry } from "@/components/palette";
import { app, backend, find, press, seen, show, signedIn, type Fake } from "./whole";

const open = async () => { await press("k", { ctrlKey: true }); return seen("palette-field"); };
const options = () => app().findAll("[data-test=palette] [role=option]").map((one) => one.find(".what").text());
const active = () => app().find("[data-test=palette] [aria-selected=true] .what").text();

async function start(hsaId: string, path: string): Promise<Fake> {
  const fake = backend();
  await signedIn(fake, hsaId);
  await show(path, watchConnection());
  return fake;
}

describe("what is offered", () => {
  const entry = (text: string, hint = ""): PaletteEntry => ({ id: text, text, hint, icon: "file", run: () => undefined });
  it("has every word that was typed, in any order, and first what begins so", () => {
    const entries = [entry("Omfördela"), entry("Fördelade", "Mottagning"), entry("Fördela")];
    expect(matching(entries, "").map((one) => one.text)).toEqual(["Omfördela", "Fördelade", "Fördela"]);
    expect(matching(entries, "fördela").map((one) => one.text)).toEqual(["Fördelade", "Fördela", "Omfördela"]);
    expect(matching(entries, "mott FÖRD").map((one) => one.text)).toEqual(["Fördelade"]);
    expect(matching(entries, "svara")).toEqual([]);
  });

  it("is by role and by place: a list has places alone, a case what can be done with it", async () => {
    await start("SE2321000016-1002", "/cases/mine");
    await (await seen("case-row")).trigger("click");
    await seen("thread");
    await open();
    expect(options()).toEqual(expect.arrayContaining(["Svara", "Tilldelade", "Utkorg", "Inställningar", "Logga ut"]));
    expect(options()).not.toContain("Inkorg");
    await press("Escape");
    expect(find("palette").exists()).toBe(false);
  });
});

describe("by keyboard", () => {
  it("goes to a list, and opens the dialog of an act where it would be opened by its key", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    const field = await open();
    await field.setValue("avslutade");
    expect(active()).toBe("Avslutade");
    await field.trigger("keydown", { key: "Enter" });
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe("/cases/clinicClosed"));
    await router.push("/cases/inbox");
    await (await seen("case-row")).trigger("click");
    await seen("thread");
    const again = await open();
    await again.setValue("fördela");
    expect(active()).toBe("Fördela");
    await again.trigger("keydown", { key: "Enter" });
    await seen("distribute-search");
  });

  it("means what begins as was typed, not what has it somewhere", async () => {
    await start("SE2321000016-1005", "/cases/mine");
    await (await seen("case-row")).trigger("click");
    await seen("thread");
    const field = await open();
    await field.setValue("inkorg");
    expect(options()).toEqual(expect.arrayContaining(["Lämna tillbaka till inkorgen", "Inkorg"]));
    expect(active()).toBe("Inkorg");
  });

  it("finds a case by a word in it, goes round with the arrows, and opens it", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    const field = await open();
    await field.setValue("recept");
    await vi.waitFor(() => expect(options().some((one) => one.startsWith("Förnya recept, "))).toBe(true), { timeout: 10_000 });
    const all = options();
    await field.trigger("keydown", { key: "ArrowUp" });
    expect(active()).toBe(all.at(-1));
    await field.trigger("keydown", { key: "ArrowDown" });
    expect(active()).toBe(all[0]);
    await field.trigger("keydown", { key: "Enter" });
    await vi.waitFor(() => expect(router.currentRoute.value.params.caseId).toBeTruthy());
    expect(find("palette").exists()).toBe(false);
  });

  it("says of a number that is none what is wrong with it, aloud too, until it is written anew", async () => {
    await start("SE2321000016-1001", "/");
    const field = await open();
    await field.setValue("19900101-9999");
    const note = await seen("mistyped");
    expect(note.element.closest("[data-test=palette]")).not.toBeNull();
    expect(note.text()).toContain("kontrollsiffran");
    await vi.waitFor(() => expect(find("announcement").text()).toContain("19 90 01 01, 99 99 är inget giltigt personnummer: kontrollsiffran stämmer inte."));
    await field.setValue("recept");
    expect(find("mistyped").exists()).toBe(false);
  });

  it("says so when nothing matches", async () => {
    await start("SE2321000016-1001", "/");
    const field = await open();
    await field.setValue("qqq xyz");
    expect(find("palette-none").text()).toContain("Inget matchar ”qqq xyz”.");
    await field.trigger("keydown", { key: "Enter" });
    expect(find("palette").exists()).toBe(true);
  });
});

describe("somebody who has no lists of cases", () => {
  it.each([["permissions", "SE2321000016-1007"], ["an auditor", "SE2321000016-1008"], ["a region", "SE2321000016-1010"]])("(%s) is offered places, never a search for cases", async (_, hsaId) => {
    const fake = await start(hsaId, "/settings");
    await seen("personal-settings");
    expect(find("search").exists()).toBe(false);
    const asked = vi.spyOn(fake.commands, "listCases");
    await press("/");
    const field = await seen("palette-field");
    expect(field.attributes("placeholder")).toBe("Vart vill du gå?");
    await field.setValue("recept");
    await vi.waitFor(() => expect(find("palette-none").exists()).toBe(true));
    await new Promise((done) => setTimeout(done, 200));
    expect(asked).not.toHaveBeenCalled();
    await press("Escape");
    await (await seen("go-to")).trigger("click");
    expect((await seen("palette")).exists()).toBe(true);
  });

  it("is not led to the search by its address either", async () => {
    await start("SE2321000016-1007", "/search?q=recept");
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe("/"));
  });
});

it("the bar says in words where help is", async () => {
  await start("SE2321000016-1002", "/cases/mine");
  expect((await seen("help")).text()).toBe("Hjälp");
  expect(find("open-palette").text()).toBe("Gå till");
});
