// The questions that are asked before the scripts are here: the same that the screen asks, each answered once.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { PAGE } from "@/features/inbox/useCaseList";
import { tauriBackend } from "@/ipc/tauri";

const SCRIPT = readFileSync(resolve(import.meta.dirname, "../src/ipc/first-look.js"), "utf8");
const one = { clinic: "SE2321000016-B001" };
const two = { clinic: "SE2321000016-L001" };
const asked = vi.fn();
let state: unknown;

async function run(hash: string): Promise<void> {
  location.hash = hash;
  new Function(SCRIPT)();
  await vi.waitFor(() => expect(asked).toHaveBeenCalledWith("app_state", undefined));
  await Promise.resolve();
}

beforeEach(() => {
  asked.mockReset();
  asked.mockImplementation((command: string) => (command === "app_state" ? Promise.resolve(state) : Promise.resolve({ answerTo: command })));
  Object.assign(window, { __TAURI_INTERNALS__: { invoke: asked, transformCallback: () => 0 } });
});
afterEach(() => {
  location.hash = "";
  Object.assign(window, { __TAURI_INTERNALS__: undefined, __MOTTAGET_FIRST__: undefined });
});

it("what the screen asks first is answered without asking again, once", async () => {
  state = { session: { assignments: [one] }, clinic: null };
  await run("#/cases/inbox");
  const { commands } = tauriBackend();
  const before = asked.mock.calls.length;
  expect(before).toBe(5);
  // in the order of the list's own wish
  const query = { scope: "inbox" as const, clinic: one.clinic, search: null, filter: NO_FILTER, offset: 0, limit: PAGE };
  expect(await commands.appState()).toEqual({ status: "ok", data: state });
  expect(await commands.appSettings()).toEqual({ status: "ok", data: { answerTo: "app_settings" } });
  expect(await commands.connection()).toEqual({ status: "ok", data: { answerTo: "connection" } });
  expect(await commands.counts(one.clinic)).toEqual({ status: "ok", data: { answerTo: "counts" } });
  expect(await commands.listCases(query)).toEqual({ status: "ok", data: { answerTo: "list_cases" } });
  expect(asked.mock.calls.length).toBe(before);
  await commands.listCases(query);
  expect(asked.mock.calls.length).toBe(before + 1);
});

it.each([[[one, two], null, null], [[one, two], two.clinic, two.clinic], [[one, two], "SE2321000016-X001", null], [[one], two.clinic, one.clinic]])("of %j with %j chosen it asks for %j", async (assignments, clinic, here) => {
  state = { session: { assignments }, clinic };
  await run("#/");
  await vi.waitFor(() => expect(asked).toHaveBeenCalledWith("counts", { clinic: here }));
  expect(asked).not.toHaveBeenCalledWith("list_cases", expect.anything());
});

it("nobody is signed in: it asks for nobody's cases", async () => {
  state = { session: null, clinic: null };
  await run("#/cases/inbox");
  expect(asked.mock.calls.map(([command]) => command)).toEqual(["app_settings", "connection", "app_state"]);
});

it("a question that failed fails for who asks it", async () => {
  state = { session: null, clinic: null };
  asked.mockImplementation((command: string) => (command === "connection" ? Promise.reject({ code: "offline", facts: {}, detail: "" }) : Promise.resolve(state)));
  await run("#/");
  expect(await tauriBackend().commands.connection()).toEqual({ status: "error", error: { code: "offline", facts: {}, detail: "" } });
});
