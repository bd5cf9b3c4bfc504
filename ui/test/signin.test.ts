// The sign-in page when something on this machine does not open: what happened, what can be done, and nothing done unasked.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "@/App.vue";
import { useBackend, type Problem } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { useSession, watchSession } from "@/state/session";

let app: VueWrapper;
let fake: ReturnType<typeof fakeBackend>;
let unwatch: () => void;
const FOLDER = "/data/cache";
const lost = (code: string): Problem => ({ code, facts: { startAnew: "0f3c", folder: FOLDER }, detail: "" });

async function start(trouble: Problem | null): Promise<void> {
  fake = fakeBackend({ latency: 0, step: 0, trouble });
  useBackend(fake);
  await useSession().refresh();
  unwatch = watchSession();
  await router.push("/");
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
}
const find = (name: string) => app.find(`[data-test=${name}]`);
const seen = (name: string) => vi.waitFor(() => { const one = find(name); if (!one.exists()) throw new Error(`no ${name}`); return one; }, { timeout: 10_000 });
const tap = async (name: string) => { await (await seen(name)).trigger("click"); await flushPromises(); };

beforeEach(() => { document.body.innerHTML = ""; });
afterEach(() => {
  app.unmount();
  unwatch();
});

describe("files that no key opens", () => {
  it.each(["keychain-changed", "keys-gone", "cache-locked"])("%s: are set aside only after a yes, and said where", async (code) => {
    await start(lost(code));
    const anew = vi.spyOn(fake.commands, "startAnew");
    expect((await seen("trouble")).text()).toContain("IT-stödet");
    expect(app.text()).not.toContain("Inget har gått förlorat");
    await tap("trouble-anew");
    const dialog = await seen("confirm-dialog");
    expect(dialog.text()).toMatch(/servern har kommer tillbaka.*kommer inte tillbaka.*den gamla nyckeln/s);
    expect(dialog.text()).toContain(FOLDER);
    expect(document.activeElement?.getAttribute("data-test")).toBe("confirm-cancel");
    await tap("confirm-cancel");
    expect(anew).not.toHaveBeenCalled();
    await tap("trouble-anew");
    await tap("confirm-go");
    expect(anew).toHaveBeenCalledExactlyOnceWith("0f3c");
    expect((await seen("set-aside")).text()).toMatch(/undanlagda.*set-aside-2026/s);
    expect(find("trouble").exists()).toBe(false);
    await seen("person");
  });

  it("that can't be set aside say why, and the way stays open", async () => {
    await start(lost("keys-gone"));
    fake.state.options.failing.startAnew = { code: "disk-full", facts: {}, detail: "" };
    await tap("trouble-anew");
    await tap("confirm-go");
    expect((await seen("confirm-dialog")).text()).toContain("Disken är full");
    expect(find("set-aside").exists()).toBe(false);
    await tap("confirm-cancel");
    await seen("trouble-anew");
  });

  it("are told of when they are met at signing in", async () => {
    await start(null);
    fake.state.options.failing.signIn = lost("keys-gone");
    await tap("person");
    expect((await seen("trouble")).attributes("data-code")).toBe("keys-gone");
    expect(find("trouble-retry").exists()).toBe(false);
    await tap("trouble-anew");
    await tap("confirm-go");
    await seen("set-aside");
    await tap("person");
    await seen("start");
  });
});

describe("files that open another time", () => {
  it("of a newer program: update it; nothing is thrown away, and others may sign in", async () => {
    await start({ code: "cache-newer", facts: {}, detail: "" });
    expect((await seen("trouble")).text()).toContain("Uppdatera programmet");
    expect(find("trouble-anew").exists()).toBe(false);
    await tap("person");
    await seen("start");
  });

  it("that were damaged: trying again goes on where one was", async () => {
    await start({ code: "cache-corrupt", facts: { file: "mirror.db", incomplete: "false" }, detail: "" });
    expect((await seen("trouble")).text()).toContain("hämtas på nytt");
    fake.commands.resumeAgain = async () => { await fake.commands.signIn("SE2321000016-1001"); return { status: "ok", data: null }; };
    await tap("trouble-retry");
    await seen("start");
  });

  it("an expired session asks for a sign-in, not for another try", async () => {
    await start({ code: "session-expired", facts: {}, detail: "" });
    expect((await seen("trouble")).text()).toContain("Logga in igen");
    expect(find("trouble-retry").exists()).toBe(false);
  });
});

describe("a read that fails", () => {
  it("of the people promises nothing about anybody's work", async () => {
    fake = fakeBackend({ latency: 0, step: 0 });
    fake.state.options.failing.practicePeople = { code: "server-unreachable", facts: {}, detail: "" };
    useBackend(fake);
    await useSession().refresh();
    unwatch = watchSession();
    await router.push("/");
    app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
    const face = await seen("face-error");
    expect(face.text()).toContain("Servern svarar inte");
    expect(face.text()).not.toMatch(/gått förlorat|sparas här/);
  });
});
