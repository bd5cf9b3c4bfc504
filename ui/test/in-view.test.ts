// What the composer has to say stands where one sees it, not behind its foot, and is said aloud.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { reveal } from "@/components/reveal";
import { residentReplies } from "@/ipc/fake";
import { find, press, seen, start, tap } from "./whole";

afterEach(() => vi.restoreAllMocks());

describe("revealing", () => {
  function placed(top: number, height: number, foot = 500): HTMLElement {
    const scroller = document.createElement("div");
    scroller.style.overflowY = "auto";
    scroller.innerHTML = "<p></p><footer></footer>";
    document.body.append(scroller);
    const boxes = new Map<Element, DOMRect>([[scroller, new DOMRect(0, 100, 600, 500)], [scroller.children[0]!, new DOMRect(0, top, 600, height)], [scroller.children[1]!, new DOMRect(0, foot, 600, 100)]]);
    for (const [element, box] of boxes) element.getBoundingClientRect = () => box;
    scroller.scrollTop = 1000;
    return scroller;
  }
  const moved = (scroller: HTMLElement) => { reveal(scroller.children[0]!, { foot: scroller.children[1]! }); return scroller.scrollTop - 1000; };

  it("lifts what lies behind the foot above it", () => expect(moved(placed(480, 60))).toBe(48));
  it("leaves alone what is seen whole", () => expect(moved(placed(300, 60))).toBe(0));
  it("shows the beginning of what is higher than the room", () => expect(moved(placed(200, 600))).toBe(92));
  it("pulls down what lies above", () => expect(moved(placed(60, 60))).toBe(-48));
});

describe("in the composer", () => {
  async function written(): Promise<Element[]> {
    const shown: Element[] = [];
    HTMLElement.prototype.scrollIntoView = function (this: HTMLElement) { shown.push(this); };
    return shown;
  }
  const brought = (shown: Element[], name: string) => vi.waitFor(() => expect(shown.some((one) => one.getAttribute("data-test") === name)).toBe(true));

  it("refused files are brought into view", async () => {
    const shown = await written();
    await start("SE2321000016-1002", "/cases/mine");
    await tap("case-row");
    await tap("act-reply");
    await tap("attach");
    await seen("draft-file");
    await tap("attach");
    await seen("refused");
    await brought(shown, "refused");
  });

  it("what hinders is brought into view and said aloud when one tries to send", async () => {
    const shown = await written();
    await start("SE2321000016-1002", "/cases/mine");
    await tap("case-row");
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Hej!");
    await tap("attach");
    await seen("draft-file");
    shown.length = 0;
    await press("Enter", { ctrlKey: true });
    await brought(shown, "hinders");
    await vi.waitFor(() => expect(find("announcement").text()).toContain("Granska"));
  });

  it("news is said aloud, and brought into view on sending", async () => {
    const shown = await written();
    const fake = await start("SE2321000016-1002", "/cases/mine");
    await tap("case-row");
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Hej!");
    await (await seen("composer-text")).trigger("blur");
    await flushPromises();
    const id = (await seen("case")).attributes("data-case-id")!;
    residentReplies(fake.state, fake.state.get(id), "En sak till.");
    await seen("draft-news");
    await vi.waitFor(() => expect(find("announcement").text()).toContain("har ändrats sedan du började skriva"));
    shown.length = 0;
    await press("Enter", { ctrlKey: true });
    await brought(shown, "draft-news");
  });
});
