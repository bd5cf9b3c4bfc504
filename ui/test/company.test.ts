// Colleagues at a case: the screen says what it has open, and shows who else is there before one goes on.
import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type Attending, type Doing } from "@/ipc";
import { router } from "@/router";
import { resetCompany } from "@/state/company";
import { forgetUnsaved } from "@/state/unsaved";
import { app, backend, find, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let ids: string[];
let said: (Attending | null)[];
const last = () => said.at(-1);
async function others(doing: Doing | null): Promise<void> {
  fake.state.options.company = doing;
  fake.state.tell("company", null);
  await flushPromises();
}

async function open(person: string, scope: "mine" | "inbox"): Promise<void> {
  await signedIn(fake, person);
  ids = (await api.listCases({ scope, clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 2 })).rows.map((row) => row.id);
  await show(`/cases/${scope}/${ids[0]}`);
  await seen("thread");
}

beforeEach(() => {
  forgetUnsaved();
  resetCompany();
  fake = backend();
  said = [];
  const { attend } = fake.commands;
  fake.commands.attend = (at) => { said.push(at); return attend(at); };
});

describe("what the colleagues are told", () => {
  it("is reading, then answering, then reading again, the next case, and nothing when none is open", async () => {
    await open("SE2321000016-1002", "mine");
    await vi.waitFor(() => expect(last()).toEqual({ caseId: ids[0], doing: "reading" }));
    await tap("act-reply");
    await vi.waitFor(() => expect(last()).toEqual({ caseId: ids[0], doing: "answering" }));
    await tap("composer-close");
    await vi.waitFor(() => expect(last()).toEqual({ caseId: ids[0], doing: "reading" }));
    await router.push(`/cases/mine/${ids[1]}`);
    await vi.waitFor(() => expect(last()).toEqual({ caseId: ids[1], doing: "reading" }));
    expect(said).not.toContain(null);
    await router.push("/");
    await vi.waitFor(() => expect(last()).toBeNull());
  });

  it("is distributing while the dialog is open", async () => {
    await open("SE2321000016-1001", "inbox");
    await tap("act-distribute");
    await vi.waitFor(() => expect(last()).toEqual({ caseId: ids[0], doing: "distributing" }));
  });
});

describe("who else is there", () => {
  it("stands beside the resident's name and in the list's row, and leaves with the colleague", async () => {
    await open("SE2321000016-1002", "mine");
    expect(find("company").exists()).toBe(false);
    await others("reading");
    expect((await seen("company")).text()).toMatch(/ läser$/);
    const row = app().get(`[data-test=case-row][data-case-id="${ids[0]}"]`);
    expect(row.text()).toMatch(/ läser/);
    await others("answering");
    expect(find("company").text()).toMatch(/ svarar$/);
    await others(null);
    expect(find("company").exists()).toBe(false);
    expect(row.text()).not.toMatch(/ svarar/);
  });

  it("is said in the composer, aloud too, and what then happens to the answer", async () => {
    await open("SE2321000016-1002", "mine");
    await tap("act-reply");
    expect(find("company-note").exists()).toBe(false);
    await others("reading");
    expect(find("company-note").exists()).toBe(false);
    await others("answering");
    const note = (await seen("company-note")).text();
    expect(note).toMatch(/håller på att svara sedan kl\. \d\d\.\d\d\. Skickar någon annan först väntar ditt svar tills du har läst det\.$/);
    await vi.waitFor(() => expect(find("announcement").text()).toBe(note));
  });

  it("is said in the distribute dialog", async () => {
    await open("SE2321000016-1001", "inbox");
    await tap("act-distribute");
    await others("distributing");
    expect((await seen("company-note")).text()).toMatch(/håller på att fördela ärendet sedan kl\. \d\d\.\d\d\. Hinner någon före dig får du veta det innan något ändras\.$/);
  });

  it("is not known without contact", async () => {
    await open("SE2321000016-1002", "mine");
    await others("answering");
    await seen("company");
    fake.state.online = false;
    fake.state.tell("company", null);
    await vi.waitFor(() => expect(find("company").exists()).toBe(false));
  });
});
