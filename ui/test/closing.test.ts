// While the closing reply waits, the case is neither going on nor closed, and nothing of it is late.
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { push } from "@/ipc/fake/acts";
import { app, backend, find, show, signedIn } from "./whole";

it("says that the case closes once the reply has been sent, without a way to reopen, and that it is late until then", async () => {
  const fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  const row = rows.find((one) => one.state === "inProgress")!;
  const one = fake.state.cases.get(row.id)!;
  one.firstFeedbackAt = null;
  one.dueAt = one.receivedAt;
  fake.state.online = false;
  await show(`/cases/mine/${row.id}`);
  await vi.waitFor(() => expect(find("due").classes()).toContain("late"));

  await api.saveDraft(row.id, "finalReply", "Receptet är förnyat.", null);
  await api.sendDraft(row.id);
  await vi.waitFor(() => expect(find("case-state").text()).toBe("Avslutas när svaret är skickat"));
  // The resident has nothing yet: the head says so, as the row beside it does.
  const words = app().find(`[data-test=case-row][data-case-id="${row.id}"] .due`).text();
  expect(words).toContain("Försenat");
  expect(find("due").text()).toBe(words);
  expect(app().find(".case-head").text()).toContain(words);
  expect(find("act-reopen").exists()).toBe(false);

  fake.state.online = true;
  push();
  await flushPromises();
  await vi.waitFor(() => expect(find("case-state").text()).toBe("Avslutat"));
});
