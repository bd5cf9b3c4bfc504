// Signing out: what is unsent is told first, a failure is told, and nobody is left half signed out.
import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api } from "@/ipc";
import { watchConnection } from "@/state/connection";
import { useSession } from "@/state/session";
import { forgetUnsaved } from "@/state/unsaved";
import { backend, find, seen, show, tap, type Fake } from "./whole";

let fake: Fake;
const SARA = "SE2321000016-1002";
const leave = async () => { await tap("user-menu"); await tap("user-menu-signOut"); };

async function start(path = "/"): Promise<void> {
  await useSession().refresh();
  await show(path, watchConnection());
}
beforeEach(async () => {
  forgetUnsaved();
  fake = backend();
  await fake.commands.signIn(SARA);
});
const mine = async (n: number) => (await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 9 })).rows[n]!.id;

describe("signing out", () => {
  it("with nothing unsent asks nothing", async () => {
    await start();
    await leave();
    await seen("person");
    expect(find("sign-out-dialog").exists()).toBe(false);
  });

  it("says how many drafts and unsent things there are, and what becomes of them; Esc stays", async () => {
    await api.saveDraft(await mine(0), "finalReply", "Hej", null);
    await api.saveDraft(await mine(1), "finalReply", "Hej", null);
    fake.state.online = false;
    await api.addNote(await mine(2), "Ring.");
    await start();
    await leave();
    const words = (await seen("sign-out-dialog")).text();
    expect(words).toContain("2 utkast");
    expect(words).toContain("1 sak i Utkorgen");
    expect(words).toContain("skickas först när du har loggat in igen");
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", cancelable: true }));
    await flushPromises();
    expect(find("sign-out-dialog").exists()).toBe(false);
    expect(find("person").exists()).toBe(false);
  });

  it("works when the server is away, and nothing is lost", async () => {
    fake.state.online = false;
    await api.saveDraft(await mine(0), "finalReply", "Hej", null);
    await start();
    await leave();
    await tap("confirm-go");
    await seen("person");
    fake.state.online = true;
    await api.signIn(SARA);
    expect((await api.counts(null)).drafts).toBe(1);
  });

  it("what the server has taken is not called unsent", async () => {
    const one = fake.state.get(await mine(0));
    one.pending.push({ opId: "00000000-0000-4000-8000-000000000001", caseId: one.id, caseType: one.caseType, residentName: one.resident.name, what: "take", writtenAt: "2026-11-20T10:00:00Z", attempts: 1, note: null, message: false, delivery: { state: "atServer", opId: "00000000-0000-4000-8000-000000000001", releaseAt: null }, waits: null });
    await start();
    await leave();
    await seen("person");
  });

  it("saves what is being written before it goes", async () => {
    const id = await mine(0);
    await start(`/cases/mine/${id}`);
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Skrivet alldeles nyss");
    await leave();
    expect((await seen("sign-out-dialog")).text()).toContain("1 utkast");
    await tap("confirm-go");
    await seen("person");
    await api.signIn(SARA);
    expect((await api.readCaseAgain(id)).draft?.text).toBe("Skrivet alldeles nyss");
  });

  it("warns when what is being written can't be saved; Enter alone does not go on", async () => {
    await start(`/cases/mine/${await mine(0)}`);
    await tap("act-reply");
    await (await seen("composer-text")).setValue("Skrivet alldeles nyss");
    fake.state.options.failing.saveDraft = { code: "disk-full", facts: {}, detail: "" };
    await leave();
    expect((await seen("sign-out-dialog")).text()).toContain("kunde inte sparas");
    expect(find("confirm-cancel").attributes("data-autofocus")).toBe("");
  });

  it("a failure is told where one can try again", async () => {
    await start();
    fake.state.options.failing.signOut = { code: "internal", facts: {}, detail: "" };
    await leave();
    const dialog = await seen("sign-out-dialog");
    expect(dialog.text()).toContain("Du är fortfarande inloggad.");
    delete fake.state.options.failing.signOut;
    await tap("confirm-go");
    await seen("person");
  });

  it("out of the app but not forgotten by the computer: the sign-in page says so, and tries again", async () => {
    await start();
    const { signOut } = fake.commands;
    fake.commands.signOut = async () => { await signOut(); return { status: "error", error: { code: "keychain-locked", facts: {}, detail: "" } }; };
    await leave();
    await seen("person");
    expect((await seen("not-forgotten")).text()).toContain("kunde inte glömma");
    fake.commands.signOut = signOut;
    await tap("forget-again");
    await vi.waitFor(() => expect(find("not-forgotten").exists()).toBe(false));
  });

  it("shows the sign-in page even if the state can't be read just then", async () => {
    await start();
    const { signOut } = fake.commands;
    fake.commands.signOut = async () => { const done = await signOut(); fake.state.options.failing.appState = { code: "internal", facts: {}, detail: "" }; return done; };
    await leave();
    await seen("sign-in");
    expect(find("user-menu").exists()).toBe(false);
  });
});
