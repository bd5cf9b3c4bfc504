// Reply texts: picked by keyboard, put in at the cursor, and never sent with a blank left in them.
import { describe, expect, it, vi } from "vitest";
import { firstBlank, inserted, pieces } from "@/features/composer/blanks";
import { api } from "@/ipc";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { forgetUnsaved } from "@/state/unsaved";
import { app, backend, find, press, seen, show, signedIn, type Fake } from "./whole";

describe("blanks", () => {
  it("are words between double braces", () => {
    expect(firstBlank("Kom {{dag och tid}} till {{plats}}.")).toEqual({ name: "dag och tid", start: 4, end: 19 });
    for (const text of ["Kom {dag}", "{{}}", "{{ }}", "{{dag", "{{dag\nock}}"]) expect(firstBlank(text)).toBeNull();
    expect(pieces("Hej {{a}}!").map((piece) => [piece.text, piece.blank])).toEqual([["Hej ", false], ["a", true], ["!", false]]);
  });

  it("come with the text to the cursor, as a paragraph of its own", () => {
    expect(inserted("", 0, 0, "Hej!")).toEqual({ text: "Hej!", from: 0, to: 4 });
    expect(inserted("Tack.", 5, 5, "Hej!").text).toBe("Tack.\n\nHej!");
    expect(inserted("Ett Två", 4, 7, "Hej!").text).toBe("Ett \n\nHej!");
    const middle = inserted("Ett.\nTvå.", 5, 5, "Hej!");
    expect(middle.text).toBe("Ett.\n\nHej!\n\nTvå.");
    expect(middle.text.slice(middle.from, middle.to)).toBe("Hej!");
  });
});

describe("in the composer", () => {
  let fake: Fake;
  const field = () => find("composer-text").element as HTMLTextAreaElement;
  const marked = () => field().value.slice(field().selectionStart, field().selectionEnd);

  async function start(texts = true): Promise<void> {
    forgetUnsaved();
    fake = backend({ texts });
    await signedIn(fake, "SE2321000016-1002");
    await show("/cases/mine", watchConnection());
    await vi.waitFor(() => { if (!app().find("[data-test=case-row]").exists()) throw new Error("no row"); });
    await app().find("[data-test=case-row]:not([data-state=awaitingResident])").trigger("click");
    await seen("thread");
    await press("r");
    await seen("composer-text");
  }

  it("one is chosen by its words with Enter; what is to be filled in is marked, hinders, and is gone to", async () => {
    await start();
    await press("j", { ctrlKey: true });
    const search = await seen("text-search");
    await vi.waitFor(() => expect(app().findAll("[data-test=text-option]").length).toBeGreaterThan(1));
    await search.setValue("bokad");
    expect(find("text-preview").find("mark").text()).toBe("dag och tid");
    await search.trigger("keydown", { key: "Enter" });
    await vi.waitFor(() => expect(find("text-picker").exists()).toBe(false));
    await vi.waitFor(() => expect(marked()).toBe("{{dag och tid}}"));
    expect(field().value).toMatch(/^Hej (?!\{\{)/);
    expect(app().find("[data-hinder=blank]").text()).toContain("dag och tid");
    const sent = vi.spyOn(fake.commands, "sendDraft");
    field().setSelectionRange(0, 0);
    await press("Enter", { ctrlKey: true });
    expect(sent).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(marked()).toBe("{{dag och tid}}"));
    await find("composer-text").setValue(field().value.replace("{{dag och tid}}", "måndag kl. 10"));
    expect(app().find("[data-hinder=blank]").exists()).toBe(false);
  });

  it("says what to do where there are none", async () => {
    await start(false);
    await press("j", { ctrlKey: true });
    await seen("text-picker");
    await vi.waitFor(() => expect(find("text-picker").text()).toContain("Det finns inga svarstexter för det här."));
    await press("Escape");
    expect(find("text-picker").exists()).toBe(false);
    expect(find("composer").exists()).toBe(true);
  });
});

describe("kept by the local administrator", () => {
  const titles = () => app().findAll("[data-test=kept-text] .title").map((one) => one.text());

  let fake: Fake;
  async function start(hsaId: string): Promise<void> {
    fake = backend();
    await signedIn(fake, hsaId);
    await show("/texts");
  }

  it("a text is written, changed and removed; the region's can be read alone", async () => {
    await start("SE2321000016-1005");
    await vi.waitFor(() => expect(titles().length).toBeGreaterThan(2));
    const before = titles();
    await app().find("[data-test=kept-text][data-central=true]").trigger("click");
    expect(find("text-save").exists()).toBe(false);
    expect(app().findAll("[data-test=text-form] :is(input, textarea, select)"), "what one may not change has no fields").toHaveLength(0);
    expect(find("text-form").text()).toContain("Regionen sköter den här texten.");
    await find("text-new").trigger("click");
    await find("text-form").trigger("submit");
    expect(find("text-missing").text()).toContain("Skriv en rubrik");
    await find("text-title").setValue("Vaccination");
    await find("text-text").setValue("Hej {{förnamn}}! Kom {{dag}}.");
    await find("text-form").trigger("submit");
    await vi.waitFor(() => expect(titles()).toContain("Vaccination"));
    await app().findAll("[data-test=kept-text]").find((one) => one.text().includes("Vaccination"))!.trigger("click");
    await find("text-title").setValue("Vaccin");
    await find("text-form").trigger("submit");
    await vi.waitFor(() => expect(titles()).toContain("Vaccin"));
    expect(titles()).toHaveLength(before.length + 1);
    await app().findAll("[data-test=kept-text]").find((one) => one.text().includes("Vaccin"))!.trigger("click");
    await find("text-remove").trigger("click");
    await (await seen("confirm-go")).trigger("click");
    await vi.waitFor(() => expect(titles()).toEqual(before));
  });

  it("the region's stand under a heading of their own, and become the clinic's by a copy", async () => {
    await start("SE2321000016-1005");
    await vi.waitFor(() => expect(titles().length).toBeGreaterThan(2));
    expect(app().findAll("[data-test=texts-editor] h3").map((one) => one.text())).toEqual(["Mottagningens egna", "Regionens – går att använda men inte att ändra"]);
    expect(app().findAll("[data-test=kept-text]").map((one) => one.attributes("data-central"))).toEqual(["false", "true", "true", "true"]);
    await app().find("[data-test=kept-text][data-central=true]").trigger("click");
    const title = find("text-title").text();
    const command = vi.spyOn(fake.commands, "keepText");
    await find("text-copy").trigger("click");
    expect((find("text-title").element as HTMLInputElement).value).toBe(title);
    await find("text-form").trigger("submit");
    await vi.waitFor(() => expect(command.mock.calls[0]![1]).toMatchObject({ id: null, title, central: false, seen: null }));
    await vi.waitFor(() => expect(app().findAll("[data-test=kept-text][data-central=false] .title").map((one) => one.text())).toContain(title));
  });

  it("a text that somebody else changed or removed meanwhile is neither overwritten nor removed unseen", async () => {
    await start("SE2321000016-1005");
    await vi.waitFor(() => expect(titles().length).toBeGreaterThan(2));
    const clinic = "SE2321000016-1BJK";
    const kept = async () => (await api.clinicTexts(clinic)).texts.find((one) => !one.central)!;
    const open = () => app().find("[data-test=kept-text][data-central=false]").trigger("click");
    await open();
    await api.keepText(clinic, { ...(await kept()), text: "Kom när du vill." });
    await find("text-title").setValue("Provtagning");
    await find("text-form").trigger("submit");
    expect((await seen("meanwhile")).text()).toContain("Kom när du vill.");
    expect((find("text-title").element as HTMLInputElement).value).toBe("Provtagning");
    await find("meanwhile-adopt").trigger("click");
    expect((find("text-text").element as HTMLTextAreaElement).value).toBe("Kom när du vill.");

    await api.keepText(clinic, { ...(await kept()), text: "Kom på torsdag." });
    await find("text-remove").trigger("click");
    await (await seen("confirm-go")).trigger("click");
    await seen("meanwhile");
    expect(find("meanwhile-insist").text()).toBe("Ta bort ändå");
    await find("meanwhile-adopt").trigger("click");

    await find("text-title").setValue("Provtagning");
    await api.removeText(clinic, await kept());
    await find("text-form").trigger("submit");
    expect((await seen("meanwhile")).text()).toBe("Någon annan har tagit bort texten.");
    await find("meanwhile-insist").trigger("click");
    await vi.waitFor(() => expect(titles()).toContain("Provtagning"));
  });

  it("nobody else comes there", async () => {
    await start("SE2321000016-1002");
    expect(router.currentRoute.value.name).toBe("start");
    expect(find("nav-texts").exists()).toBe(false);
  });
});
