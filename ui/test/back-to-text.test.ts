// While somebody writes, the head leads to the text, and nothing in it moves because something was saved.
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { api } from "@/ipc";
import { NO_FILTER } from "@/state/filter";
import { all, backend, find, press, seen, show, signedIn, start, tap } from "./whole";

const SARA = "SE2321000016-1002";
const field = () => find("composer-text").element as HTMLTextAreaElement;

async function writing(text: string): Promise<void> {
  await start(SARA, "/cases/mine");
  await tap("case-row");
  await tap("act-reply");
  await (await seen("composer-text")).setValue(text);
  await flushPromises();
}
async function saved(): Promise<void> {
  await find("composer-text").trigger("blur");
  await vi.waitFor(() => expect(find("draft-saved").text()).toContain("sparat"));
}

describe("an open composer", () => {
  it("is where the button and the key for answering lead, with the cursor where it was", async () => {
    await writing("Hej! Receptet är förnyat.");
    for (const go of [() => tap("act-reply"), () => press("r")]) {
      field().setSelectionRange(5, 5);
      (find("send").element as HTMLElement).focus();
      await go();
      await vi.waitFor(() => expect(document.activeElement).toBe(field()));
      expect(field().selectionStart).toBe(5);
    }
  });

  it("is called the text in the head, before the first saving and after it", async () => {
    await writing("Hej!");
    expect(find("act-reply").text()).toContain("Till texten");
    await saved();
    expect(find("act-reply").text()).toContain("Till texten");
    await tap("composer-close");
    expect(find("act-reply").text()).toContain("Fortsätt skriva");
  });

  it("holds the head still while something is written in a dialog, too", async () => {
    await start(SARA, "/cases/mine");
    await tap("case-row");
    await tap("act-close");
    await (await seen("close-tell")).setValue(true);
    await (await seen("composer-text")).setValue("Hej!");
    await find("composer-text").trigger("blur");
    await flushPromises();
    expect(find("act-reply").text()).toContain("Svara");
  });

  it("does nothing by single letters while a button of it has the focus", async () => {
    await writing("Hej!");
    const button = find("sign").element as HTMLElement;
    button.focus();
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true, cancelable: true }));
    await flushPromises();
    expect(all("note-dialog")).toHaveLength(0);
  });
});

describe("a file beside the case", () => {
  it("leaves a named way to the list that it covers: the file is put away, and the case stays", async () => {
    await start(SARA, "/cases/mine");
    const row = all("case-row").find((one) => one.text().includes("bilag"))!;
    await row.trigger("click");
    await flushPromises();
    expect(find("back-to-list").exists()).toBe(false);
    await tap("attachment-open");
    await seen("preview");
    await tap("back-to-list");
    expect(find("preview").exists()).toBe(false);
    expect(find("case").exists()).toBe(true);
    expect(find("back-to-list").exists()).toBe(false);
    await vi.waitFor(() => expect(find("list").element.contains(document.activeElement)).toBe(true));
  });
});

describe("the list of drafts", () => {
  const inDrafts = async (begin: (id: string) => Promise<unknown>) => {
    const fake = backend();
    await signedIn(fake, SARA);
    const id = (await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 })).rows[0]!.id;
    await begin(id);
    await show("/cases/drafts");
    await tap("case-row");
    await seen("thread");
  };

  it("leads into the text that was begun", async () => {
    await inDrafts((id) => api.saveDraft(id, "finalReply", "Receptet är", null));
    expect(((await seen("composer-text")).element as HTMLTextAreaElement).value).toBe("Receptet är");
    await vi.waitFor(() => expect(document.activeElement).toBe(field()));
  });

  it("leads to a note that was begun, and opens no letter", async () => {
    await inDrafts((id) => api.keepJotting(id, "note", "Ring i morgon."));
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-test")).toBe("begun-go-on"));
    expect(find("composer").exists()).toBe(false);
  });
});
