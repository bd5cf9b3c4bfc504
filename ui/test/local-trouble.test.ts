// The line for what hinders the work in the background on this computer.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import LocalTrouble from "@/features/connection/LocalTrouble.vue";
import { useBackend, type Problem } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";

let fake: ReturnType<typeof fakeBackend>;
let line: VueWrapper;
const problem = (code: string, facts: Record<string, string> = {}): Problem => ({ code, facts, detail: "" });
const damaged = (file: string, incomplete = "false") => problem("cache-corrupt", { file, incomplete });
const shown = () => line.find("[data-test=local-trouble]").exists();
const button = () => line.find("[data-test=local-trouble-seen]");

beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await fake.commands.signIn("SE2321000016-1002");
  line = mount(LocalTrouble);
  await flushPromises();
});
afterEach(() => line.unmount());

async function tell(now: Problem | null): Promise<void> {
  fake.state.options.local = now;
  fake.state.tell("local-trouble", now);
  await flushPromises();
}

describe("trouble in the background", () => {
  it("is nothing while all goes well", () => expect(shown()).toBe(false));

  it("is told in words when the disk is full, asks for nothing, and goes when there is room", async () => {
    await tell(problem("disk-full"));
    expect(line.text()).toContain("Disken på den här datorn är full");
    expect(line.text()).toContain("Frigör utrymme");
    expect(button().exists()).toBe(false);
    await tell(null);
    expect(shown()).toBe(false);
  });

  it("is told of a disk that fails, with whom to ask", async () => {
    await tell(problem("internal"));
    expect(line.text()).toContain("kan inte spara eller läsa");
    expect(line.text()).toContain("Kontakta IT-stödet");
  });

  it.each([["7", "true", "går 7 minuter före"], ["150", "false", "går 3 timmar efter"], ["1440", "false", "går 24 timmar efter"], ["4320", "true", "går 3 dygn före"]])("is told of a clock that is wrong by %s minutes (fast: %s), with what it makes wrong", async (minutes, fast, words) => {
    await tell(problem("clock-wrong", { minutes, fast }));
    expect(line.text()).toContain(words);
    expect(line.text()).toContain("Be IT-stödet ställa den");
    expect(button().exists()).toBe(false);
  });

  it("is told of cases that are fetched anew, without a question", async () => {
    await tell(damaged("mirror.db"));
    expect(line.text()).toContain("ärendena hämtas på nytt");
    expect(button().exists()).toBe(false);
  });

  it.each([["unsent.db", "true", "Kontakta IT-stödet"], ["unsent.db", "false", "dina utkast och Utkorgen"], ["blobs.db", "false", "bilagorna i dina utkast"]])("stays until somebody has seen that %s (%s) was replaced", async (file, incomplete, words) => {
    await tell(damaged(file, incomplete));
    expect(line.text()).toContain(words);
    expect(line.text()).not.toContain("Försök igen");
    await button().trigger("click");
    await flushPromises();
    expect(shown()).toBe(false);
  });

  it("that was met before the window was there is told too", async () => {
    line.unmount();
    fake.state.options.local = problem("disk-full");
    line = mount(LocalTrouble);
    await flushPromises();
    expect(shown()).toBe(true);
  });

  it("is told of nobody who is signed out", async () => {
    await tell(problem("disk-full"));
    fake.state.options.local = null;
    fake.state.tell("session", null);
    await flushPromises();
    expect(shown()).toBe(false);
  });
});
