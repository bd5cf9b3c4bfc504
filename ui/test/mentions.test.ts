// Speaking to a colleague in an internal note: written by keyboard, shown as it was meant, and said where it does not reach.
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { begunName, offered, pieces, unseen } from "@/features/case/mentions";
import { type NoteColleague } from "@/ipc";
import { backend, find, seen, show, signedIn } from "./whole";

const one = (name: string, reads = true): NoteColleague => ({ hsaId: name, name, title: "", reads });

describe("a name behind an @", () => {
  it("is begun at the start of a word, not inside one", () => {
    expect(begunName("Fråga @an", 9)).toEqual({ at: 6, typed: "an" });
    expect(begunName("@", 1)).toEqual({ at: 0, typed: "" });
    expect(begunName("post@an", 7)).toBeNull();
    expect(begunName("@anna\n", 6)).toBeNull();
  });
  it("offers those who see the case, by any part of the name, until it stands there whole", () => {
    const all = [one("Anna Nordin"), one("Leila Haddad"), one("Oskar Lund", false), one("Sven-Erik Ål")];
    const names = (typed: string) => offered(all, typed).map((colleague) => colleague.name);
    expect(names("")).toEqual(["Anna Nordin", "Leila Haddad", "Sven-Erik Ål"]);
    expect(names("nor")).toEqual(["Anna Nordin"]);
    expect(names("erik")).toEqual(["Sven-Erik Ål"]);
    expect(names("osk")).toEqual([]);
    expect(names("Anna Nordin ring")).toEqual([]);
  });
  it("whose owner does not see the case is named", () => {
    const all = [one("Anna Nordin"), one("Oskar Lund", false)];
    expect(unseen(all, "@Anna Nordin och @oskar lund, ring")).toEqual(["Oskar Lund"]);
    expect(unseen(all, "Oskar Lund, post@Oskar Lund, @Oskar Lunde")).toEqual([]);
  });
  it("is marked in what is read", () => {
    expect(pieces("Hej @Anna Nordin!", ["Anna Nordin"])).toEqual([{ text: "Hej ", name: false }, { text: "@Anna Nordin", name: true }, { text: "!", name: false }]);
    expect(pieces("a@Bo (x", ["Bo (x"]).map((piece) => piece.text).join("")).toBe("a@Bo (x");
    expect(pieces("inget", [])).toEqual([{ text: "inget", name: false }]);
  });
});

describe("in the note's dialog", () => {

  async function type(field: HTMLTextAreaElement, text: string): Promise<void> {
    field.value += text;
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event("input"));
    await flushPromises();
  }

  it("a colleague is chosen with the keys and marked in the thread; who does not see the case is said", async () => {
    const fake = backend();
    await signedIn(fake, "SE2321000016-1002");
    await show("/cases/mine");
    await (await seen("case-row")).trigger("click");
    await seen("thread");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    const field = (await seen("note-text")).element as HTMLTextAreaElement;
    await type(field, "Kan du titta @le");
    expect((await seen("note-colleague")).text()).toContain("Leila Haddad");
    expect(field.getAttribute("aria-activedescendant")).toBe(find("note-colleague").attributes("id"));
    await find("note-text").trigger("keydown", { key: "Enter" });
    await flushPromises();
    expect(field.value).toBe("Kan du titta @Leila Haddad ");
    expect(find("note-colleague").exists()).toBe(false);
    await type(field, "eller @an");
    expect(find("note-colleague").text()).toContain("Anna Nordin");
    await find("note-text").trigger("keydown", { key: "Escape" });
    expect(find("note-dialog").exists(), "Esc puts the list away first").toBe(true);
    expect(find("note-colleague").exists()).toBe(false);
    await type(field, " och @Oskar Lund");
    expect(find("note-unseen").text()).toContain("Oskar Lund");
    await find("note-text").trigger("keydown", { key: "Enter", ctrlKey: true });
    await vi.waitFor(() => expect(find("mention").text()).toBe("@Leila Haddad"));
    expect(find("note-missed").text()).toContain("Oskar Lund");
  });
});
