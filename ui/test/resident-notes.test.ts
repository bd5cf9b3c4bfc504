// What has to be known of the resident before a word is written: in the facts and over the text.
import { beforeEach, describe, expect, it } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type Unreachable } from "@/ipc";
import { forgetUnsaved } from "@/state/unsaved";
import { backend, find, seen, show, signedIn, type Fake } from "./whole";

let fake: Fake;

/** Opens a case of a resident, and its composer. */
async function write(isProtected: boolean): Promise<void> {
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 20 });
  const id = rows.find((row) => row.protectedIdentity === isProtected)!.id;
  await show(`/cases/mine/${id}`);
  await (await seen("act-reply")).trigger("click");
  await seen("composer-text");
}
beforeEach(() => {
  forgetUnsaved();
  fake = backend();
});

describe("somebody whom nothing reaches", () => {
  it.each<[Unreachable, string]>([
    ["deceased", "Invånaren är avliden. Det du skriver här läses inte av någon."],
    ["emigrated", "Invånaren är utvandrad och kan inte logga in. Det du skriver här läses inte. Ring eller skriv brev."],
    ["locked", "Invånarens inloggning är spärrad. Det du skriver här läses inte. Ring eller skriv brev."],
    ["noLogin", "Med ett sådant nummer går det inte att logga in. Det du skriver här läses inte. Ring eller skriv brev."],
    ["notActivated", "Invånaren har aldrig loggat in här. Det du skriver här läses inte. Ring eller skriv brev."],
  ])("%s is said in the facts and before one writes", async (why, words) => {
    fake.state.options.unreachable = why;
    await write(false);
    expect(find("unreachable").text()).toBe(`Nås inte här${words}`);
    expect(find("note-unreachable").text()).toBe(words);
  });

  it("is nobody else", async () => {
    await write(false);
    expect(find("unreachable").exists()).toBe(false);
    expect(find("resident-notes").exists()).toBe(false);
  });
});

describe("a child", () => {
  it("has a guardian who reads the answer", async () => {
    fake.state.options.guardian = { personalId: "19850217-9848", reads: true };
    await write(false);
    expect(find("guardian").text()).toContain("Skickat av vårdnadshavare");
    expect(find("note-guardian").text()).toBe("Vårdnadshavaren har skrivit för barnet och läser svaret.");
  });

  it("who has grown older, or is protected, has one who does not", async () => {
    fake.state.options.guardian = { personalId: "19850217-9848", reads: false };
    await write(false);
    expect(find("note-guardian").text()).toBe("Vårdnadshavaren har skrivit för barnet men kan inte läsa svaret här längre.");
  });
});

it("protected identity is said over the text too, where the eyes are", async () => {
  await write(true);
  expect(find("note-protected").text()).toContain("Uppgifter om bostad och kontakt får inte lämnas ut.");
});
