// A settings file that could not be read: told wherever one is, with where the old file lies; put away with a press.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import App from "@/App.vue";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { useSession } from "@/state/session";

let app: VueWrapper;
const find = (name: string) => app.find(`[data-test=${name}]`);
async function start(kept: string | null, hsaId: string | null): Promise<void> {
  const fake = fakeBackend({ latency: 0, step: 0, settingsKept: kept });
  useBackend(fake);
  if (hsaId) await fake.commands.signIn(hsaId);
  await useSession().refresh();
  await router.push(hsaId ? "/" : "/signin");
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
}
beforeEach(() => { document.body.innerHTML = ""; });
afterEach(() => app.unmount());

it("is not mentioned when all is well", async () => {
  await start(null, null);
  expect(find("settings-kept").exists()).toBe(false);
});

it.each([[null], ["SE2321000016-1002"]])("is told to %s, with the place of the old file and whom to ask", async (hsaId) => {
  await start("…/settings.damaged-1.json", hsaId);
  const words = find("settings-kept").text();
  expect(words).toContain("kunde inte läsas");
  expect(words).toContain("…/settings.damaged-1.json");
  expect(words).toContain("IT-stödet");
});

it("is put away with a press, and the focus is not lost", async () => {
  await start("…/settings.damaged-2.json", "SE2321000016-1002");
  const button = find("settings-kept-close");
  (button.element as HTMLElement).focus();
  await button.trigger("click");
  await vi.waitFor(() => expect(find("settings-kept").exists()).toBe(false));
  expect(document.activeElement?.id).toBe("content");
});
