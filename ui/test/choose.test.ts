// Beside a list stands that a case can be chosen, where there is one to choose.
import { beforeEach, expect, it, vi } from "vitest";
import { app, backend, show, signedIn, type Fake } from "./whole";

let fake: Fake;
const has = (name: string) => app().find(`[data-test=${name}]`).exists();
async function start(): Promise<void> {
  await show("/cases/inbox");
}
beforeEach(async () => {
  fake = backend();
  await signedIn(fake, "SE2321000016-1001");
});

it("is said beside a list with cases", async () => {
  await start();
  await vi.waitFor(() => expect(has("choose")).toBe(true));
});

it("is not said beside an empty list", async () => {
  fake.state.cases.clear();
  await start();
  await vi.waitFor(() => expect(has("face-empty")).toBe(true));
  expect(has("choose")).toBe(false);
});

it("is not said beside a list that could not be read", async () => {
  fake.state.options.failing.listCases = { code: "internal", facts: {}, detail: "" };
  await start();
  await vi.waitFor(() => expect(has("face-error")).toBe(true));
  expect(has("choose")).toBe(false);
});
