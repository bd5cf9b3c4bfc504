// What has to be known of the resident before a word is written: in the facts and over the text.
import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import App from "@/App.vue";
import { api, useBackend, type Unreachable } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { resetCounts } from "@/state/counts";
import { useSession } from "@/state/session";
import { forgetUnsaved } from "@/state/unsaved";

let app: VueWrapper;
let fake: ReturnType<typeof fakeBackend>;
const find = (name: string) => app.find(`[data-test=${name}]`);
const seen = (name: string) => vi.waitFor(() => { const one = find(name); if (!one.exists()) throw new Error(`no ${name}`); return one; }, { timeout: 10_000 });

/** Opens a case of a resident, and its composer. */
async function write(isProtected: boolean): Promise<void> {
  await api.signIn("SE2321000016-1002");
  await useSession().refresh();
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 20 });
  const id = rows.find((row) => row.protectedIdentity === isProtected)!.id;
  await router.push(`/cases/mine/${id}`);
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await (await seen("act-reply")).trigger("click");
  await seen("composer-text");
}
beforeEach(() => {
  document.body.innerHTML = "";
  forgetUnsaved();
  resetCounts();
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
});
afterEach(() => app.unmount());

describe("somebody whom nothing reaches", () => {
  it.each<[Unreachable, string]>([
    ["deceased", "Invånaren är avliden. Det du skriver här läses inte av någon."],
    ["emigrated", "Invånaren är utvandrad och kan inte logga in. Det du skriver här läses inte. Ring eller skriv brev."],
    ["locked", "Invånarens inloggning är spärrad. Det du skriver här läses inte. Ring eller skriv brev."],
    ["noLogin", "Med ett sådant nummer går det inte att logga in. Det du skriver här läses inte. Ring eller skriv brev."],
    ["notActivated", "Invånaren har aldrig loggat in här. Det du skriver här läses inte. Ring eller skriv brev."],
  ])("%s is said in the facts and before one writes", async (why, words) => {
    fake.state.options.unreachable = why;
    await write(false);
    expect(find("unreachable").text()).toBe(`Nås inte här${words}`);
    expect(find("note-unreachable").text()).toBe(words);
  });

  it("is nobody else", async () => {
    await write(false);
    expect(find("unreachable").exists()).toBe(false);
    expect(find("resident-notes").exists()).toBe(false);
  });
});

describe("a child", () => {
  it("has a guardian who reads the answer", async () => {
    fake.state.options.guardian = { personalId: "19850217-9848", reads: true };
    await write(false);
    expect(find("guardian").text()).toContain("Skickat av vårdnadshavare");
    expect(find("note-guardian").text()).toBe("Vårdnadshavaren har skrivit för barnet och läser svaret.");
  });

  it("who has grown older, or is protected, has one who does not", async () => {
    fake.state.options.guardian = { personalId: "19850217-9848", reads: false };
    await write(false);
    expect(find("note-guardian").text()).toBe("Vårdnadshavaren har skrivit för barnet men kan inte läsa svaret här längre.");
  });
});

it("protected identity is said over the text too, where the eyes are", async () => {
  await write(true);
  expect(find("note-protected").text()).toContain("Uppgifter om bostad och kontakt får inte lämnas ut.");
});
