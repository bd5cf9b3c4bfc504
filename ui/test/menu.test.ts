// A small menu stays within what one sees, wherever its button is, and cuts no entry.
import { mount, type VueWrapper } from "@vue/test-utils";
import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import MenuButton from "@/components/MenuButton.vue";

let made: VueWrapper | null = null;
afterEach(() => { made?.unmount(); vi.restoreAllMocks(); });

/** The menu as wide as that, its button's left edge there, in a window of 1,280. */
async function opened(left: number, width: number): Promise<number> {
  vi.stubGlobal("innerWidth", 1280);
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    return this.classList.contains("menu") ? new DOMRect(left, 200, width, 120) : new DOMRect(0, 0, 1280, 800);
  });
  made = mount(MenuButton, { attachTo: document.body, props: { label: "Mer", test: "more", items: [{ id: "a", text: "Lämna tillbaka till Sköterskegruppen" }, { id: "b", text: "Lämna tillbaka till inkorgen" }] } });
  await made.get("[data-test=more]").trigger("click");
  await nextTick();
  await nextTick();
  const shift = made.get<HTMLElement>("[role=menu]").element.style.getPropertyValue("--shift");
  return left + (Number.parseFloat(shift) || 0);
}

it("is moved in from the right edge as far as it needs", async () => {
  const at = await opened(1150, 300);
  expect(at + 300).toBeLessThanOrEqual(1280);
  expect(at).toBeGreaterThan(900);
});

it("is moved in from the left edge too", async () => {
  expect(await opened(-40, 300)).toBeGreaterThanOrEqual(0);
});

it("stays where it is where there is room", async () => {
  expect(await opened(500, 300)).toBe(500);
});

it("has entries that go on over several lines", () => {
  const style = readFileSync("src/components/MenuButton.vue", "utf8").split("<style")[1]!;
  expect(style).toMatch(/\.menu button span \{[^}]*white-space: normal/);
});
