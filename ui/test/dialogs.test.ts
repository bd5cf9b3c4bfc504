// What a dialog tells those who do not see it.
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import DistributeDialog from "@/features/distribute/DistributeDialog.vue";
import { api, useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";

let fake: ReturnType<typeof fakeBackend>;
let open: { unmount: () => void } | null = null;
beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await api.signIn("SE2321000016-1001");
});
afterEach(() => open?.unmount());

describe("distribute", () => {
  async function dialog() {
    const { rows } = await api.listCases({ scope: "inbox", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 });
    const view = await api.openCase(rows[0]!.id);
    const made = mount(DistributeDialog, { attachTo: document.body, props: { view, mayReply: false, again: false, busy: false, problem: null, replyReady: false, stopped: false, wide: false } });
    open = made;
    return made;
  }
  /** The list that the search field names, if it says that one is open. */
  function named(made: Awaited<ReturnType<typeof dialog>>): { expanded: boolean; list: boolean } {
    const field = made.get("[role=combobox]");
    const id = field.attributes("aria-controls");
    return { expanded: field.attributes("aria-expanded") === "true", list: id !== undefined && document.getElementById(id) !== null };
  }

  it("calls its list open, and names it, only while there is one", async () => {
    const made = await dialog();
    await vi.waitFor(() => expect(named(made)).toEqual({ expanded: true, list: true }));
    await made.get("[role=combobox]").setValue("xyzzy");
    expect(named(made)).toEqual({ expanded: false, list: false });
  });

  it("says what Enter does while one looks for whom, and not where Enter does something else", async () => {
    const made = await dialog();
    const hint = () => made.get("[data-test=distribute-keys]").text();
    await vi.waitFor(() => expect(hint()).toContain("Enter fördelar"));
    await made.get("[data-test=distribute-cancel]").trigger("focus");
    (made.get("[data-test=distribute-cancel]").element as HTMLElement).focus();
    await made.vm.$nextTick();
    expect(hint()).not.toContain("Enter");
    (made.get("[role=combobox]").element as HTMLElement).focus();
    await made.vm.$nextTick();
    expect(hint()).toContain("Enter fördelar");
  });

  it("says in the field's own place that somebody is to be chosen, and goes there", async () => {
    const made = await dialog();
    await vi.waitFor(() => expect(made.findAll("[data-test=target]").length).toBeGreaterThan(0));
    const go = made.get("[data-test=distribute-go]");
    (go.element as HTMLElement).focus();
    await go.trigger("click");
    const field = made.get("[role=combobox]");
    expect(document.activeElement).toBe(field.element);
    expect(field.attributes("aria-invalid")).toBe("true");
    const why = document.getElementById(field.attributes("aria-describedby")!)!;
    expect(why.textContent).toContain("Välj vem");
    expect(field.element.compareDocumentPosition(why) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    expect(why.compareDocumentPosition(made.get("[role=listbox]").element) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    await made.get("[data-test=target]").trigger("click");
    expect(why.textContent).not.toContain("Välj vem");
    expect(field.attributes("aria-invalid")).toBe("false");
  });

  it("has no open list when nobody could be read", async () => {
    fake.state.options.failing.targets = { code: "internal", facts: {}, detail: "" };
    const made = await dialog();
    await vi.waitFor(() => expect(made.find("[data-test=face-error]").exists()).toBe(true));
    expect(named(made)).toEqual({ expanded: false, list: false });
  });
});
