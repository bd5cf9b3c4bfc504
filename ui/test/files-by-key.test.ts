// The files of a letter, and the dialogs, by keyboard: nothing is out of reach, and the focus is where one goes on.
import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { router } from "@/router";
import { forgetUnsaved } from "@/state/unsaved";
import { all, app, backend, find, seen, show, signedIn, type Fake } from "./whole";

let fake: Fake;
let caseId: string;
const tap = async (name: string) => { const one = await seen(name); (one.element as HTMLElement).focus(); await one.trigger("click"); await flushPromises(); };
const press = async (key: string) => { const at = document.activeElement ?? document.body; at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); await flushPromises(); };
/** What has the focus, by its hook and, of a file, its name. */
const focus = () => document.activeElement?.getAttribute("data-test") ?? document.activeElement?.tagName;
const fileOf = (element: Element | null) => element?.closest("[data-test=draft-file]")?.querySelector(".name")?.textContent;

beforeEach(async () => {
  forgetUnsaved();
  fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 });
  caseId = rows[0]!.id;
  await show(`/cases/mine/${caseId}`);
  await seen("thread");
});

async function withFiles(): Promise<string[]> {
  await tap("act-reply");
  await tap("attach");
  await vi.waitFor(() => expect(all("draft-file")).toHaveLength(2));
  return all("draft-file").map((one) => one.get(".name").text());
}

describe("the files of a letter", () => {
  it("removing one moves the focus to the next, and then to the way to attach", async () => {
    const [, second] = await withFiles();
    const remove = all("draft-file-remove")[0]!.element as HTMLElement;
    remove.focus();
    remove.click();
    await vi.waitFor(() => expect(all("draft-file")).toHaveLength(1));
    await vi.waitFor(() => expect(fileOf(document.activeElement)).toBe(second));
    expect(focus()).toBe("draft-file-remove");
    (document.activeElement as HTMLElement).click();
    await vi.waitFor(() => expect(all("draft-file")).toHaveLength(0));
    await vi.waitFor(() => expect(focus()).toBe("attach"));
  });

  it("removing the last of several moves the focus to the one before", async () => {
    const [first] = await withFiles();
    const remove = all("draft-file-remove")[1]!.element as HTMLElement;
    remove.focus();
    remove.click();
    await vi.waitFor(() => expect(fileOf(document.activeElement)).toBe(first));
  });

  it("Delete on a file removes it", async () => {
    const [, second] = await withFiles();
    (all("draft-file-open")[0]!.element as HTMLElement).focus();
    await press("Delete");
    await vi.waitFor(() => expect(all("draft-file")).toHaveLength(1));
    await vi.waitFor(() => expect(fileOf(document.activeElement)).toBe(second));
  });

  it("what is attached and removed is said aloud", async () => {
    const [first] = await withFiles();
    (all("draft-file-remove")[0]!.element as HTMLElement).click();
    await vi.waitFor(() => expect(find("announcement").text()).toBe(`${first} är borttagen.`));
  });

  it("in the preview a key goes to the next file and back", async () => {
    const [first, second] = await withFiles();
    await tap("draft-file-open");
    await vi.waitFor(() => expect(find("preview").attributes("data-file")).toBe(first));
    await seen("preview-page");
    expect(document.activeElement?.closest("[data-test=preview]")).not.toBeNull();
    await press("j");
    await vi.waitFor(() => expect(find("preview").attributes("data-file")).toBe(second));
    await press("k");
    await vi.waitFor(() => expect(find("preview").attributes("data-file")).toBe(first));
    expect(router.currentRoute.value.path).toBe(`/cases/mine/${caseId}`);
  });

  it("«Nästa fil» keeps the focus, also past a file that can't be shown", async () => {
    const [, second] = await withFiles();
    fake.state.options.failing.previewOpen = { code: "file-damaged", facts: {}, detail: "" };
    await tap("draft-file-open");
    await seen("face-error");
    delete fake.state.options.failing.previewOpen;
    await tap("preview-next-file");
    await seen("preview-page");
    expect(find("preview").attributes("data-file")).toBe(second);
    expect(focus()).toBe("preview-next-file");
  });
});

describe("the close dialog", () => {
  it("is opened, filled in and left by keys; the focus returns to where it was", async () => {
    const opener = (await seen("act-close")).element as HTMLElement;
    opener.focus();
    await press("e");
    await seen("close-dialog");
    expect((document.activeElement as HTMLInputElement).type).toBe("radio");
    await press("Escape");
    await vi.waitFor(() => expect(find("close-dialog").exists()).toBe(false));
    expect(document.activeElement).toBe(opener);
  });

  it("refused without a reason, the focus is on the reasons", async () => {
    await press("e");
    await seen("close-dialog");
    (find("close-note").element as HTMLElement).focus();
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect((document.activeElement as HTMLInputElement).type).toBe("radio"));
  });

  it("without words for another reason, the focus is on the words", async () => {
    await press("e");
    await seen("close-dialog");
    const other = app().findAll<HTMLInputElement>("[data-test=close-dialog] input[type=radio]").at(-1)!;
    await other.setValue(true);
    await app().get("[data-test=close-tell]").setValue(false);
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect(focus()).toBe("close-note"));
  });

  it("when the case is closed, the focus is on the case, not nowhere", async () => {
    ((await seen("act-close")).element as HTMLElement).focus();
    await press("e");
    await seen("close-dialog");
    await app().findAll<HTMLInputElement>("[data-test=close-dialog] input[type=radio]")[0]!.setValue(true);
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect(find("close-dialog").exists()).toBe(false));
    await vi.waitFor(() => expect(focus()).toBe("case-title"));
  });
});
