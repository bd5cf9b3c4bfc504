import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import VirtualList from "@/components/VirtualList.vue";

const make = (count: number, active = -1) => mount(VirtualList, { attachTo: document.body, props: { count, rowHeight: 56, label: "Inkorg", active, selected: -1, keyOf: (index: number) => `case-${index}` }, slots: { default: ({ index }: { index: number }) => `row ${index}` } });

const drawn = () => new Promise((done) => setTimeout(done, 30));

describe("a list of 50,000", () => {
  it("has only the visible rows in the page, and says how many there are", async () => {
    const list = make(50_000);
    await drawn();
    const rows = list.findAll("[role=option]");
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]?.attributes("aria-setsize")).toBe("50000");
    expect(rows[0]?.attributes("aria-posinset")).toBe("1");
    expect(list.emitted("range")?.[0]?.[0]).toBe(0);
    list.unmount();
  });

  it("moves by arrows, pages and ends, and opens with Enter", async () => {
    const list = make(50_000, 3);
    const press = (key: string) => list.trigger("keydown", { key });
    await press("ArrowDown");
    await press("ArrowUp");
    await press("Home");
    await press("End");
    expect(list.emitted("update:active")?.map(([index]) => index)).toEqual([4, 2, 0, 49_999]);
    await press("Enter");
    expect(list.emitted("open")).toEqual([[3]]);
    list.unmount();
  });

  it("tells a screen reader which row is meant", async () => {
    const list = make(100, 5);
    await drawn();
    expect(list.attributes("aria-activedescendant")).toBe("row-case-5");
    expect(list.find("#row-case-5").exists()).toBe(true);
    list.unmount();
  });

  it("points at the first row when reached by Tab, but never moves under the mouse", async () => {
    const list = make(100);
    await drawn();
    await list.trigger("pointerdown");
    await list.trigger("focus");
    expect(list.emitted("update:active")).toBeUndefined();
    await list.trigger("pointerup");
    await list.trigger("focus");
    expect(list.emitted("update:active")).toEqual([[0]]);
    list.unmount();
  });

  it("stops at its ends", async () => {
    const list = make(2, 1);
    await list.trigger("keydown", { key: "ArrowDown" });
    expect(list.emitted("update:active")).toEqual([[1]]);
    list.unmount();
  });
});
