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

it("says that the case closes once the reply has been sent, without a way to reopen, and that it is late until then", async () => {
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
  // The resident has nothing yet: the head says so, as the row beside it does.
  const words = app.find(`[data-test=case-row][data-case-id="${row.id}"] .due`).text();
  expect(words).toContain("Försenat");
  expect(find("due").text()).toBe(words);
  expect(app.find(".case-head").text()).toContain(words);
  expect(find("act-reopen").exists()).toBe(false);

  fake.state.online = true;
  push();
  await flushPromises();
  await vi.waitFor(() => expect(find("case-state").text()).toBe("Avslutat"));
});
