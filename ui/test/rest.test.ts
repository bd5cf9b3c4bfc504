// What lies beside the text stands still while somebody writes.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { neverMind, PATIENCE_MS, REST_MS, whenRested } from "@/state/rest";

const act = vi.fn();
let field: HTMLTextAreaElement;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  field = document.body.appendChild(document.createElement("textarea"));
  vi.advanceTimersByTime(PATIENCE_MS);
  act.mockReset();
});
afterEach(() => {
  field.remove();
  vi.useRealTimers();
});
const press = () => field.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));

it("is done at once when nobody writes, and when the key was elsewhere", () => {
  whenRested(act);
  expect(act).toHaveBeenCalledTimes(1);
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
  whenRested(act);
  expect(act).toHaveBeenCalledTimes(2);
});

it("is done once when the keys rest, however often it was asked for", () => {
  for (let n = 0; n < 5; n += 1) {
    press();
    whenRested(act);
    vi.advanceTimersByTime(REST_MS / 2);
  }
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(REST_MS);
  expect(act).toHaveBeenCalledTimes(1);
});

it("does not wait for ever for who never pauses", () => {
  press();
  whenRested(act);
  for (let n = 0; n < PATIENCE_MS / 100; n += 1) {
    vi.advanceTimersByTime(100);
    press();
  }
  expect(act).toHaveBeenCalledTimes(1);
});

it("is not done when nobody wants it any more", () => {
  press();
  whenRested(act);
  neverMind(act);
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(act).not.toHaveBeenCalled();
});
