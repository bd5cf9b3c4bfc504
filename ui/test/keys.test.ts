import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { singleKeysOn, useKeys, type KeyMap } from "@/components/keys";

const press = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
const layer = (keys: KeyMap, modal = false) => mount(defineComponent({ setup() { useKeys(keys, { modal }); return () => h("div", [h("input", { type: "text" }), h("textarea"), h("input", { type: "checkbox" })]); } }), { attachTo: document.body });

describe("layers of keys", () => {
  it("within one another: the inner one wins, also when both come at once", () => {
    const [outer, inner] = [vi.fn(), vi.fn()];
    const Inner = defineComponent({ setup() { useKeys({ escape: inner }); return () => h("p"); } });
    const both = mount(defineComponent({ setup() { useKeys({ escape: outer }); return () => h(Inner); } }), { attachTo: document.body });
    press("Escape");
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([0, 1]);
    both.unmount();
    press("Escape");
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([0, 1]);
  });
});

describe("single-letter keys", () => {
  afterEach(() => { singleKeysOn.value = true; });

  it("act, and are taken from the page", () => {
    const f = vi.fn();
    const one = layer({ f });
    expect(press("f").defaultPrevented).toBe(true);
    expect(f).toHaveBeenCalledOnce();
    one.unmount();
    press("f");
    expect(f).toHaveBeenCalledOnce();
  });

  it("never act while somebody is typing, but do on a checkbox", () => {
    const f = vi.fn();
    const one = layer({ f });
    press("f", one.get("input[type=text]").element);
    press("f", one.get("textarea").element);
    expect(f).not.toHaveBeenCalled();
    press("f", one.get("input[type=checkbox]").element);
    expect(f).toHaveBeenCalledOnce();
    one.unmount();
  });

  it("can be switched off, while Esc and Ctrl+K stay", () => {
    const f = vi.fn();
    const escape = vi.fn();
    const search = vi.fn();
    const one = layer({ f, escape, "ctrl+k": search });
    singleKeysOn.value = false;
    press("f");
    press("Escape", one.get("textarea").element);
    press("k", one.get("textarea").element, { ctrlKey: true });
    expect([f.mock.calls.length, escape.mock.calls.length, search.mock.calls.length]).toEqual([0, 1, 1]);
    one.unmount();
  });

  it("do not mistake Ctrl+F or a composed letter for f", () => {
    const f = vi.fn();
    const one = layer({ f });
    press("f", document.body, { ctrlKey: true });
    press("f", document.body, { altKey: true });
    press("f", document.body, { isComposing: true });
    expect(f).not.toHaveBeenCalled();
    one.unmount();
  });
});

describe("layers", () => {
  it("the newest answers; a dialog hides what is below", () => {
    const below = vi.fn();
    const above = vi.fn();
    const page = layer({ escape: below, n: below });
    const dialog = layer({ escape: above }, true);
    press("Escape");
    press("n");
    expect(above).toHaveBeenCalledOnce();
    expect(below).not.toHaveBeenCalled();
    dialog.unmount();
    press("n");
    expect(below).toHaveBeenCalledOnce();
    page.unmount();
  });
});
