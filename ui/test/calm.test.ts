// What is said when a read fails: nobody is told that nothing is lost where nothing of theirs was at stake.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "@/App.vue";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { useSession } from "@/state/session";

let app: VueWrapper;
const seen = (name: string) => vi.waitFor(() => { const one = app.find(`[data-test=${name}]`); if (!one.exists()) throw new Error(`no ${name}`); return one; }, { timeout: 10_000 });

async function openFirst(search: string, failing: string, code: string): Promise<void> {
  const fake = fakeBackend({ latency: 0, step: 0 });
  fake.state.options.failing[failing] = { code, facts: {}, detail: "" };
  useBackend(fake);
  await fake.commands.signIn("SE2321000016-1001");
  await useSession().refresh();
  await router.push("/cases/inbox");
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await seen("case-row");
  await app.findAll("[data-test=case-row]").find((row) => row.text().includes(search))?.trigger("click");
  await seen("thread");
}

beforeEach(() => { document.body.innerHTML = ""; });
afterEach(() => app.unmount());

describe("a failed read", () => {
  it("of whom a case can go to says that the case is as it was", async () => {
    await openFirst("", "targets", "internal");
    await app.get("[data-test=act-distribute]").trigger("click");
    await flushPromises();
    expect((await seen("calm")).text()).toBe("Ärendet har inte ändrats.");
    expect(app.get("[data-test=distribute-search]").attributes("aria-controls")).toBeUndefined();
  });

  it("of a file says that only the showing is hit", async () => {
    await openFirst("bilag", "previewOpen", "file-encrypted");
    await app.get("[data-test=attachment-open]").trigger("click");
    await flushPromises();
    expect((await seen("calm")).text()).toContain("bara visningen");
    expect(app.get("[data-test=preview]").text()).toContain("låst med lösenord");
    expect(app.get("[data-test=preview]").text()).not.toContain("gått förlorat");
  });
});
