import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import GifPlayer from "@/features/preview/GifPlayer.vue";
import PreviewPane from "@/features/preview/PreviewPane.vue";
import { nextStep, pixelWidth } from "@/features/preview/zoom";
import { api, useBackend, type AttachmentView, type DraftAttachment, type PreviewSource } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";

describe("zoom", () => {
  it("goes by steps and stops at its ends", () => {
    expect(nextStep(1, 1)).toBe(1.25);
    expect(nextStep(1, -1)).toBe(0.75);
    expect(nextStep(4, 1)).toBe(4);
    expect(nextStep(0.5, -1)).toBe(0.5);
  });
  it("asks for enough pixels, in round numbers, and never for too many", () => {
    expect(pixelWidth(480, 2)).toBe(1000);
    expect(pixelWidth(481, 2)).toBe(1000);
    expect(pixelWidth(3000, 3)).toBe(4000);
  });
});

describe("the preview of a page", () => {
  let fake: ReturnType<typeof fakeBackend>;
  let file: AttachmentView;
  let caseId: string;
  beforeEach(async () => {
    fake = fakeBackend({ latency: 0, step: 0 });
    useBackend(fake);
    await api.signIn("SE2321000016-1001");
    const { rows } = await api.listCases({ scope: "inbox", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 80 });
    caseId = rows.find((row) => row.attachments === 2)!.id;
    file = (await api.openCase(caseId)).messages[0]!.attachments[0]!;
  });
  const pane = () => mount(PreviewPane, { attachTo: document.body, props: { source: { from: "case", caseId, attachmentId: file.id }, name: file.fileName, at: 0, files: 2, reviewed: false, toText: false } });
  const shown = (one: ReturnType<typeof pane>) => vi.waitFor(() => one.get("[data-test=preview-page]"));

  it("turns pages with the arrow keys and stops at the last", async () => {
    const one = pane();
    await shown(one);
    const where = () => one.get("[data-test=preview-where]").text();
    expect(where()).toBe("Sida 1 av 3");
    await one.trigger("keydown", { key: "ArrowRight" });
    expect(where()).toBe("Sida 2 av 3");
    for (let n = 0; n < 5; n += 1) await one.trigger("keydown", { key: "ArrowRight" });
    expect(where()).toBe("Sida 3 av 3");
    await one.trigger("keydown", { key: "Home" });
    expect(where()).toBe("Sida 1 av 3");
    one.unmount();
  });

  it("stays on its page when the case around it is read again, and turns when a page is asked for anew", async () => {
    const one = pane();
    await shown(one);
    await one.trigger("keydown", { key: "ArrowRight" });
    await one.setProps({ source: { from: "case", caseId, attachmentId: file.id } });
    expect(one.get("[data-test=preview-where]").text()).toBe("Sida 2 av 3");
    await one.setProps({ page: 2, opened: 1 });
    expect(one.get("[data-test=preview-where]").text()).toBe("Sida 3 av 3");
    await one.trigger("keydown", { key: "Home" });
    await one.setProps({ opened: 2 });
    expect(one.get("[data-test=preview-where]").text()).toBe("Sida 3 av 3");
    one.unmount();
  });

  it("goes from file to file between the first and the last, and not round", async () => {
    const one = pane();
    await shown(one);
    const [before, after] = [one.get("[data-test=preview-prev-file]"), one.get("[data-test=preview-next-file]")];
    expect([before.attributes("aria-disabled"), after.attributes("aria-disabled")]).toEqual(["true", "false"]);
    await before.trigger("click");
    await one.trigger("keydown", { key: "k" });
    expect(one.emitted("select")).toBeUndefined();
    await after.trigger("click");
    expect(one.emitted("select")).toEqual([[1]]);
    await one.setProps({ at: 1 });
    expect([before.attributes("aria-disabled"), after.attributes("aria-disabled")]).toEqual(["false", "true"]);
    await after.trigger("click");
    await one.trigger("keydown", { key: "j" });
    expect(one.emitted("select")).toEqual([[1]]);
    await one.trigger("keydown", { key: "k" });
    expect(one.emitted("select")).toEqual([[1], [0]]);
    one.unmount();
  });

  it("of a photo speaks of no pages", async () => {
    const photo = (await api.openCase(caseId)).messages[0]!.attachments.find((other) => other.kind === "jpeg")!;
    const one = mount(PreviewPane, { attachTo: document.body, props: { source: { from: "case", caseId, attachmentId: photo.id }, name: photo.fileName, at: 1, files: 2, reviewed: false, toText: false } });
    expect((await shown(one)).attributes("alt")).toBe(photo.fileName);
    expect(one.text()).not.toMatch(/sida/i);
    expect(one.find("[data-test=preview-next]").exists()).toBe(false);
    one.unmount();
  });

  it("zooms, and fits again", async () => {
    const one = pane();
    await shown(one);
    await one.trigger("keydown", { key: "+" });
    expect(one.get("[data-test=preview-fit]").text()).toBe("125 %");
    await one.get("[data-test=preview-fit]").trigger("click");
    expect(one.get("[data-test=preview-fit]").text()).toBe("100 %");
    one.unmount();
  });

  it("says what is wrong with a file instead of showing nothing", async () => {
    fake.state.options.failing.previewOpen = { code: "file-encrypted", facts: { fileName: "Låst.pdf" }, detail: "" };
    const one = pane();
    await vi.waitFor(() => expect(one.text()).toContain("Låst.pdf är låst med lösenord."));
    fake.state.options.failing = {};
    await one.get("[data-test=retry]").trigger("click");
    await shown(one);
    one.unmount();
  });

  it("says so when the worker died on a page", async () => {
    const one = pane();
    await (await shown(one)).trigger("error");
    expect(one.text()).toContain("Filen kunde inte visas");
    one.unmount();
  });

  it("names the file even when the problem does not", async () => {
    fake.state.options.failing.previewOpen = { code: "file-encrypted", facts: {}, detail: "" };
    const one = pane();
    await vi.waitFor(() => expect(one.text()).toContain(`${file.fileName} är låst med lösenord.`));
    one.unmount();
  });

  it("gives its token back when left", async () => {
    const closed = vi.spyOn(fake.commands, "previewClose");
    const one = pane();
    await shown(one);
    one.unmount();
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });
});

describe("looking at a draft's files", () => {
  let fake: ReturnType<typeof fakeBackend>;
  let caseId: string;
  let files: DraftAttachment[];
  beforeEach(async () => {
    fake = fakeBackend({ latency: 0, step: 0 });
    useBackend(fake);
    await api.signIn("SE2321000016-1002");
    const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 80 });
    caseId = rows.find((row) => row.state !== "awaitingResident")!.id;
    files = (await api.attachFiles(caseId)).draft.attachments;
  });
  const source = (at: number): PreviewSource => ({ from: "draft", caseId, attachmentId: files[at]!.id });
  const pane = () => mount(PreviewPane, { attachTo: document.body, props: { source: source(0), name: files[0]!.fileName, at: 0, files: 2, reviewed: false, toText: true } });
  const sheet = (one: ReturnType<typeof pane>) => vi.waitFor(() => one.get<HTMLImageElement>("[data-test=preview-page]"));
  /** Every page's pixels come, one after another. */
  const leafed = async (one: ReturnType<typeof pane>, pages: number) => {
    for (let page = 0; page < pages; page += 1) {
      await vi.waitFor(() => expect(one.get("[data-test=preview-page]").attributes("data-page")).toBe(String(page)));
      await one.get("[data-test=preview-page]").trigger("load");
      await flushPromises();
      if (page < pages - 1) await one.trigger("keydown", { key: "ArrowRight" });
    }
  };
  const reviewed = async () => (await api.readCaseAgain(caseId)).draft!.attachments.map((one) => one.reviewed);

  it("marks the file when every page of it was on screen, and says which are left", async () => {
    const one = pane();
    await sheet(one);
    await leafed(one, 2);
    expect(await reviewed()).toEqual([false, false]);
    expect(one.get("[data-test=preview-left]").text()).toBe("Kvar att granska: sida 3.");
    await one.trigger("keydown", { key: "ArrowRight" });
    await one.get("[data-test=preview-page]").trigger("load");
    await vi.waitFor(async () => expect(await reviewed()).toEqual([true, false]));
    expect(one.find("[data-test=preview-left]").exists()).toBe(false);
    one.unmount();
  });

  it("counts what was looked at of a file also when another one was shown in between", async () => {
    const one = pane();
    await sheet(one);
    await leafed(one, 2);
    await one.setProps({ source: source(1), name: files[1]!.fileName, at: 1 });
    await vi.waitFor(() => expect(one.get("[data-test=preview]").attributes("data-file")).toBe(files[1]!.fileName));
    await one.setProps({ source: source(0), name: files[0]!.fileName, at: 0 });
    await vi.waitFor(() => expect(one.find("[data-test=preview-left]").text()).toBe("Kvar att granska: sida 3."));
    one.unmount();
  });

  it("marks a page that is higher than the room when its end has been in view", async () => {
    const one = mount(PreviewPane, { attachTo: document.body, props: { source: source(1), name: files[1]!.fileName, at: 1, files: 2, reviewed: false, toText: true } });
    const page = await sheet(one);
    const desk = one.get(".desk").element;
    let scrolled = 0;
    desk.getBoundingClientRect = () => new DOMRect(0, 0, 400, 300);
    page.element.getBoundingClientRect = () => new DOMRect(0, 14 - scrolled, 400, 600);
    await page.trigger("load");
    await flushPromises();
    expect(await reviewed()).toEqual([false, false]);
    expect(one.get("[data-test=preview-left]").text()).toBe("Rulla ned till slutet.");
    scrolled = 200;
    await one.get(".desk").trigger("scroll");
    expect(await reviewed()).toEqual([false, false]);
    scrolled = 328;
    await one.get(".desk").trigger("scroll");
    await vi.waitFor(async () => expect(await reviewed()).toEqual([false, true]));
    one.unmount();
  });

  it("never marks the next file because the last one's pixels came late", async () => {
    const one = pane();
    const first = await sheet(one);
    const token = first.element.dataset.token;
    let decoded = () => undefined as void;
    first.element.decode = () => new Promise<void>((done) => { decoded = done; });
    await first.trigger("load");
    await one.setProps({ source: source(1), name: files[1]!.fileName, at: 1 });
    await vi.waitFor(() => expect(one.get<HTMLElement>("[data-test=preview-page]").element.dataset.token).not.toBe(token));
    decoded();
    await flushPromises();
    expect(await reviewed()).toEqual([false, false]);
    one.unmount();
  });

  it("does not call a file seen whose pixels could not be decoded", async () => {
    const one = pane();
    const page = await sheet(one);
    page.element.decode = () => Promise.reject(new DOMException("broken", "EncodingError"));
    await page.trigger("load");
    await vi.waitFor(() => expect(one.text()).toContain("Filen kunde inte visas"));
    expect(await reviewed()).toEqual([false, false]);
    one.unmount();
  });
});

describe("a moving picture", () => {
  afterEach(() => vi.useRealTimers());
  const gif = (playing: boolean) => mount(GifPlayer, { props: { token: "t", frames: 3, delays: [100, 300, 100], width: 100, pixels: 100, ratio: 1, frame: 0, playing, label: "Rörelse.gif" } });

  it("stands still when it is paused", async () => {
    vi.useFakeTimers();
    const one = gif(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(one.emitted("update:frame")).toBeUndefined();
    one.unmount();
  });

  it("shows each frame for as long as the file says", async () => {
    vi.useFakeTimers();
    vi.spyOn(Image.prototype, "complete", "get").mockReturnValue(true);
    const one = gif(true);
    await vi.advanceTimersByTimeAsync(99);
    expect(one.emitted("update:frame")).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(one.emitted("update:frame")).toEqual([[1]]);
    await one.setProps({ frame: 1 });
    await vi.advanceTimersByTimeAsync(250);
    expect(one.emitted("update:frame")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(one.emitted("update:frame")).toEqual([[1], [2]]);
    one.unmount();
  });
});
