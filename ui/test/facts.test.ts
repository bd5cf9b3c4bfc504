// What waits on this computer is shown as what the case becomes by it, and said to be waiting.
import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import CaseFacts from "@/features/case/CaseFacts.vue";
import { api, type CaseView } from "@/ipc";
import { dueWords } from "@/state/words";
import { backend, signedIn } from "./whole";

async function shown(after: CaseView["after"]) {
  const fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: (await import("@/state/filter")).NO_FILTER, offset: 0, limit: 1 });
  const view = { ...(await api.openCase(rows[0]!.id)), after };
  return mount(CaseFacts, { props: { view, due: dueWords(view.row.due) } });
}

it("a distribution that waits names whom it goes to, and that it has not gone", async () => {
  const facts = await shown({ state: "assignedPerson", assignee: { kind: "person", hsaId: "SE2321000016-1009", name: "Oskar Lund" } });
  expect(facts.find("[data-test=assignee]").text()).toMatch(/^Oskar Lund\s*skickas$/);
  expect(facts.find("[data-test=case-state]").attributes("data-state")).toBe("assignedPerson");
  expect(facts.find("[data-test=state-waits]").exists()).toBe(true);
});

it("where nothing waits nothing is said of waiting", async () => {
  const facts = await shown(null);
  expect(facts.find("[data-test=assignee]").text()).toContain("(du)");
  expect(facts.find("[data-test=assignee-waits]").exists()).toBe(false);
});
