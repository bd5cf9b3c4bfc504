// The line beside the send button says in whole words what will happen.
import { expect, it } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, maxText } from "@/ipc";
import { backend, find, press, seen, show, signedIn } from "./whole";

it("names to whom and, where one works at several clinics, from where, each word by itself", async () => {
  const fake = backend({ undo: 30 });
  await signedIn(fake, "SE2321000016-1005");
  const clinic = "SE2321000016-1BJK";
  const { rows } = await api.listCases({ scope: "inbox", clinic, search: null, filter: NO_FILTER, offset: 0, limit: 1 });
  const id = rows[0]!.id;
  await api.distribute(id, { kind: "person", id: "SE2321000016-1005" }, null, false, null);
  await show(`/case/${id}`);
  await seen("thread");
  await press("r");
  await seen("composer-text");
  expect(find("send-line").text()).toMatch(new RegExp(`^Skickas till ${rows[0]!.residentName} från Björkens vårdcentral`));
  expect(find("send-line").text()).toMatch(/ · ångra inom \d+ s\. Ärendet avslutas\.$/);
});

it("beside it stands how many characters there is room for, from the last thousand on", async () => {
  const fake = backend();
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: { ...NO_FILTER, states: ["inProgress"] }, offset: 0, limit: 1 });
  await show(`/case/${rows[0]!.id}`);
  await seen("thread");
  await press("r");
  const text = await seen("composer-text");
  await text.setValue("å".repeat(maxText - 1001));
  expect(find("text-left").exists()).toBe(false);
  await text.setValue("å".repeat(maxText - 1000));
  expect((await seen("text-left")).text()).toContain("1000 tecken kvar");
  await text.setValue("å".repeat(maxText));
  expect(find("text-left").text()).toContain("0 tecken kvar");
  await text.setValue("å".repeat(maxText + 1));
  expect(find("text-left").exists()).toBe(false);
});
