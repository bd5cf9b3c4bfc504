// Where a start goes on: in the composer that was open when the program ended, and nowhere else.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { router } from "@/router";
import { whereToGoOn } from "@/state/goOn";
import { useSession } from "@/state/session";
import { forgetUnsaved } from "@/state/unsaved";
import { app, backend, find, leave, open, seen, type Fake } from "./whole";

const SARA = "SE2321000016-1002";
let fake: Fake;
let id: string;

async function start(): Promise<void> {
  await useSession().refresh();
  await router.push("/");
  await router.isReady();
  await router.replace(whereToGoOn() ?? "/");
  await open();
}

beforeEach(async () => {
  forgetUnsaved();
  fake = backend();
  await api.signIn(SARA);
  id = (await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 1 })).rows[0]!.id;
});
afterEach(async () => {
  if (!leave()) return;
  // who leaves a case says so a moment later
  await vi.waitFor(() => expect(fake.state.attending).toBeNull());
});

it("the composer is open again with its text after the program ended in the midst of it", async () => {
  await api.saveDraft(id, "finalReply", "Receptet är", null);
  await api.attend({ caseId: id, doing: "answering" });
  await start();
  const text = await seen("composer-text");
  expect((text.element as HTMLTextAreaElement).value).toBe("Receptet är");
  expect(find("case").attributes("data-case-id")).toBe(id);
});

it("once closed it stays closed, also when the person comes back to the place", async () => {
  await api.saveDraft(id, "finalReply", "Receptet är", null);
  await api.attend({ caseId: id, doing: "answering" });
  await start();
  await (await seen("composer-close")).trigger("click");
  await vi.waitFor(() => expect(find("composer-text").exists()).toBe(false));
  await router.push("/settings");
  router.back();
  await seen("draft-waits");
  expect(find("composer-text").exists()).toBe(false);
});

it("after a sign-in that the server had made necessary, too", async () => {
  await api.saveDraft(id, "finalReply", "Receptet är", null);
  await api.attend({ caseId: id, doing: "answering" });
  fake.state.me = null;
  await start();
  await seen("person");
  await app().find(`[data-test=person][data-hsa-id=${SARA}]`).trigger("click");
  await seen("composer-text");
});

it("only a case that was read, an empty composer, or one's own signing out lead to the start page", async () => {
  await useSession().refresh();
  expect(whereToGoOn()).toBeNull();
  await api.attend({ caseId: id, doing: "answering" });
  await useSession().refresh();
  expect(whereToGoOn()).toBeNull();
  await api.saveDraft(id, "finalReply", "Receptet är", null);
  await api.attend({ caseId: id, doing: "reading" });
  await useSession().refresh();
  expect(whereToGoOn()).toBeNull();
  await api.attend({ caseId: id, doing: "answering" });
  await useSession().signOut();
  await useSession().signIn(SARA);
  expect(whereToGoOn()).toBeNull();
});
