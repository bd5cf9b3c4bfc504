// Everything in the window is made larger and smaller by the keys that browsers have for it, and among the settings.
import { expect, it, vi } from "vitest";
import { backend, find, seen, show, signedIn } from "./whole";

const HANDLER = "SE2321000016-1002";
const press = (key: string, target: EventTarget = document.body) => target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true }));

it("is larger with Ctrl and plus, smaller with minus, and as it was with nought, also while one writes", async () => {
  const fake = backend();
  await signedIn(fake, HANDLER);
  await show("/settings");
  const zoomed = vi.spyOn(fake.commands, "zoom");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("100 %"));
  press("+", (await seen("signature")).element);
  await vi.waitFor(() => expect(find("zoom").text()).toBe("110 %"));
  press("=");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("120 %"));
  press("-");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("110 %"));
  press("0");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("100 %"));
  expect(zoomed.mock.calls.map(([step]) => step)).toEqual(["in", "in", "out", "whole"]);
  await find("zoom-in").trigger("click");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("110 %"));
  await find("zoom-whole").trigger("click");
  await vi.waitFor(() => expect(find("zoom").text()).toBe("100 %"));
});
