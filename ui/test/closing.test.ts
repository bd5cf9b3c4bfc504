// While the closing reply waits, the case is neither going on nor closed, and nothing of it is late.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import App from "@/App.vue";
import { api, useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { push } from "@/ipc/fake/acts";
import { router } from "@/router";
import { useSession } from "@/state/session";

let app: VueWrapper;
beforeEach(() => { document.body.innerHTML = ""; });
afterEach(() => app.unmount());

it("says that the case closes once the reply has been sent, without red and without a way to reopen", async () => {
  const fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await fake.commands.signIn("SE2321000016-1002");
  await useSession().refresh();
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  const row = rows.find((one) => one.state === "inProgress")!;
  const one = fake.state.cases.get(row.id)!;
  one.firstFeedbackAt = null;
  one.dueAt = one.receivedAt;
  fake.state.online = false;
  await router.push(`/cases/mine/${row.id}`);
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  const find = (name: string) => app.find(`[data-test=${name}]`);
  await vi.waitFor(() => expect(find("due").classes()).toContain("late"));

  await api.saveDraft(row.id, "finalReply", "Receptet är förnyat.", null);
  await api.sendDraft(row.id);
  await vi.waitFor(() => expect(find("case-state").text()).toBe("Avslutas när svaret är skickat"));
  expect(find("due").classes()).not.toContain("late");
  expect(app.find(".case-head .due").classes()).not.toContain("late");
  expect(app.find(".case-head").text()).not.toContain("Försenat");
  expect(find("act-reopen").exists()).toBe(false);

  fake.state.online = true;
  push();
  await flushPromises();
  await vi.waitFor(() => expect(find("case-state").text()).toBe("Avslutat"));
});
