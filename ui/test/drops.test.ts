import { beforeAll, describe, expect, it } from "vitest";
import { refuseDrops } from "@/components/drops";

const drag = (name: string, target: EventTarget, types: string[]) => {
  const event = new Event(name, { bubbles: true, cancelable: true });
  Object.defineProperty(event, "dataTransfer", { value: { types, dropEffect: "copy" } });
  target.dispatchEvent(event);
  return event;
};

describe("something dropped on the window", () => {
  beforeAll(() => refuseDrops(window));
  const add = (name: string) => document.body.appendChild(document.createElement(name));

  it.each(["dragover", "drop"])("a file never takes the screen's place (%s)", (name) => {
    expect(drag(name, add("div"), ["Files"]).defaultPrevented).toBe(true);
    expect(drag(name, add("textarea"), ["Files"]).defaultPrevented).toBe(true);
  });
  it("nor does a link", () => expect(drag("drop", add("p"), ["text/uri-list"]).defaultPrevented).toBe(true));
  it("but words may be moved into a text", () => expect(drag("drop", add("textarea"), ["text/plain"]).defaultPrevented).toBe(false));
});
