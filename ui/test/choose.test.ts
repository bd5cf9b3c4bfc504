// Beside a list stands that a case can be chosen, where there is one to choose.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import App from "@/App.vue";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { useSession } from "@/state/session";

let app: VueWrapper;
let fake: ReturnType<typeof fakeBackend>;
const has = (name: string) => app.find(`[data-test=${name}]`).exists();
async function start(): Promise<void> {
  await router.push("/cases/inbox");
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
}
beforeEach(async () => {
  document.body.innerHTML = "";
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await fake.commands.signIn("SE2321000016-1001");
  await useSession().refresh();
});
afterEach(() => app.unmount());

it("is said beside a list with cases", async () => {
  await start();
  await vi.waitFor(() => expect(has("choose")).toBe(true));
});

it("is not said beside an empty list", async () => {
  fake.state.cases.clear();
  await start();
  await vi.waitFor(() => expect(has("face-empty")).toBe(true));
  expect(has("choose")).toBe(false);
});

it("is not said beside a list that could not be read", async () => {
  fake.state.options.failing.listCases = { code: "internal", facts: {}, detail: "" };
  await start();
  await vi.waitFor(() => expect(has("face-error")).toBe(true));
  expect(has("choose")).toBe(false);
});
