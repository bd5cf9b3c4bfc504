// The frame: whose session it is, that it is practice, and that nothing one works on is lost when the window changes.
import { flushPromises } from "@vue/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import { useSession } from "@/state/session";
import { watchConnection } from "@/state/connection";
import { backend, find, leave, seen, show, start, tap } from "./whole";

afterEach(() => vi.restoreAllMocks());

it("names the person in the bar, and first in their menu", async () => {
  await start("SE2321000016-1002", "/cases/mine");
  expect((await seen("user-name")).text()).toBe("Sara Lindqvist");
  await tap("user-menu");
  const first = find("user-menu-head");
  expect(first.text()).toContain("Sara Lindqvist");
  expect(find("user-menu-settings").element.compareDocumentPosition(first.element) & Node.DOCUMENT_POSITION_PRECEDING).toBeTruthy();
});

it("says that it is practice at a practice server elsewhere, after signing in and after the next start too", async () => {
  const fake = backend();
  Object.assign(fake.state.options, { practice: false, practiceElsewhere: true });
  await useSession().refresh();
  await show("/signin", watchConnection());
  await (await seen("person")).trigger("click");
  await seen("start");
  expect(find("practice-band").text()).toBe("Övningsläge");
  leave();
  await show("/cases/mine", watchConnection());
  expect((await seen("practice-band")).text()).toBe("Övningsläge");
  // The server has become another kind: only signing in shows it.
  await useSession().signOut();
  fake.state.options.practiceElsewhere = false;
  leave();
  await show("/signin");
  await seen("sign-in-not-built");
  expect(find("practice-band").exists()).toBe(false);
});

it("keeps what has the focus in view when the window is made smaller while one writes", async () => {
  const shown: Element[] = [];
  HTMLElement.prototype.scrollIntoView = function (this: HTMLElement) { shown.push(this); };
  await start("SE2321000016-1002", "/cases/mine");
  await tap("case-row");
  await tap("act-reply");
  await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.test).toBe("composer-text"));
  shown.length = 0;
  window.dispatchEvent(new Event("resize"));
  await flushPromises();
  await vi.waitFor(() => expect(shown.map((one) => (one as HTMLElement).dataset.test)).toContain("composer-text"));
});

it("leaves the place in the case alone when nothing in it has the focus", async () => {
  const shown: Element[] = [];
  await start("SE2321000016-1002", "/cases/mine");
  await tap("case-row");
  await seen("thread");
  await flushPromises();
  (document.activeElement as HTMLElement).blur();
  HTMLElement.prototype.scrollIntoView = function (this: HTMLElement) { shown.push(this); };
  window.dispatchEvent(new Event("resize"));
  await new Promise(requestAnimationFrame);
  expect(shown).toEqual([]);
});
