// What is held at the server or left behind in cases that are gone counts where the outbox shows it, and is told where one looks for it.
import { beforeEach, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { leaveDraft } from "@/ipc/fake/acts";
import { watchConnection } from "@/state/connection";
import { router } from "@/router";
import { resetHeld } from "@/state/held";
import { all, backend, find, leave, seen, show, signedIn, type Fake } from "./whole";

let fake: Fake;
beforeEach(async () => {
  resetHeld();
  fake = backend();
  await signedIn(fake, "SE2321000016-1002");
});

it("a message that can still be taken back counts in the menu and on the start page", async () => {
  fake.state.options.undo = 30;
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  const { id } = rows.find((row) => row.state === "inProgress" && !row.hasDraft)!;
  await show("/", watchConnection());
  await seen("card");
  expect(find("count-outbox").exists()).toBe(false);
  await api.saveDraft(id, "finalReply", "Hej!", null);
  await api.sendDraft(id);
  await vi.waitFor(() => expect(find("count-outbox").text()).toContain("1 väntar"));
  const card = all("card").find((one) => one.attributes("data-card") === "outbox")!;
  await vi.waitFor(() => expect(card.find("[data-count=outbox]").text()).toBe("1"));
  expect(card.text()).toContain("kan ångras");
  leave();
  await show("/outbox", watchConnection());
  await seen("outbox-out");
  expect(all("outbox-row").length + all("outbox-out").length).toBe(1);
});

it("an empty list of drafts says that there are some in the outbox, of cases that have left", async () => {
  leaveDraft(fake.state);
  for (const one of fake.state.cases.values()) if (fake.state.mayRead(one)) { one.drafts.clear(); one.jottings.clear(); }
  await show("/cases/drafts", watchConnection());
  const told = await seen("drafts-elsewhere");
  expect(told.text()).toContain("2 utkast");
  expect(told.text()).toContain("Utkorgen");
  expect(told.find("a").attributes("href")).toContain("/outbox");
});

it("offers nothing to narrow in a list where nothing is, but keeps the way out of a narrowed one", async () => {
  await show("/cases/drafts", watchConnection());
  await seen("face-empty");
  expect(find("filter").exists()).toBe(false);
  expect(find("due-late").exists()).toBe(false);
  await router.push("/cases/drafts?due=late");
  await seen("empty-all");
  expect(find("filter").exists()).toBe(true);
  await router.push("/cases/mine");
  await seen("case-row");
  expect(find("filter").exists()).toBe(true);
});
