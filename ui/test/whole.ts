// The whole screen on the in-memory backend, as somebody has it in front of them: set up, looked at, and used.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, vi } from "vitest";
import App from "@/App.vue";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import type { FakeOptions } from "@/ipc/fake/state";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { resetCounts } from "@/state/counts";
import { useSession } from "@/state/session";
import { resetViews } from "@/state/views";

export type Fake = ReturnType<typeof fakeBackend>;
type Options = Partial<FakeOptions>;

let shown: VueWrapper | null = null;
let stops: (() => void)[] = [];

/** The window. */
export function app(): VueWrapper {
  if (!shown) throw new Error("no screen is shown");
  return shown;
}
export const find = (name: string) => app().find(`[data-test=${name}]`);
export const all = (name: string) => app().findAll(`[data-test=${name}]`);
export const seen = (name: string) => vi.waitFor(() => { const one = find(name); if (!one.exists()) throw new Error(`no ${name}`); return one; });
export const gone = (name: string) => vi.waitFor(() => { if (find(name).exists()) throw new Error(`still ${name}`); });
export const tap = async (name: string) => { await (await seen(name)).trigger("click"); await flushPromises(); };
/** A key where nothing in particular has the focus. */
export const press = async (key: string, init: KeyboardEventInit = {}) => { window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, ...init })); await flushPromises(); };

/** Every page of the file in the preview comes on screen, one after another. */
export async function leafThrough(): Promise<void> {
  await (await seen("preview-page")).trigger("load");
  await flushPromises();
  while (find("preview-next").exists() && find("preview-next").attributes("aria-disabled") === "false") {
    await find("preview-next").trigger("click");
    await find("preview-page").trigger("load");
    await flushPromises();
  }
}
/** A backend without delays that everything asks from now on. */
export function backend(options: Options = {}): Fake {
  const fake = fakeBackend({ latency: 0, step: 0, ...options });
  useBackend(fake);
  resetCounts();
  resetViews();
  return fake;
}
/** That person is signed in; for null nobody is. */
export async function signedIn(fake: Fake, hsaId: string | null): Promise<void> {
  if (hsaId) await fake.commands.signIn(hsaId);
  await useSession().refresh();
}
/** The window opens where one is. */
export async function open(): Promise<void> {
  shown = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
}
/** The window at that place. What `stop` undoes is undone when it is closed. */
export async function show(path: string, ...stop: (() => void)[]): Promise<void> {
  stops.push(...stop);
  await router.push(path);
  await router.isReady();
  await open();
}
/** All of it: somebody is signed in and at that place. */
export async function start(hsaId: string, path: string, options: Options = {}): Promise<Fake> {
  const fake = backend(options);
  await signedIn(fake, hsaId);
  await show(path, watchConnection());
  return fake;
}

/** The window is closed, if one is open: what it does on its way out belongs to the test that opened it. */
export function leave(): boolean {
  const was = shown !== null;
  shown?.unmount();
  shown = null;
  stops.forEach((stop) => stop());
  stops = [];
  return was;
}
beforeEach(() => { document.body.innerHTML = ""; });
afterEach(() => void leave());
