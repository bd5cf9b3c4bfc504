// The guard stops a letter before it is sent, says where to look, and lets it go only by a conscious act.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { api } from "@/ipc";
import { watchConnection } from "@/state/connection";
import { useSettings } from "@/state/settings";
import { eventWords } from "@/state/words";
import { app, backend, find, gone, leafThrough, leave, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;

async function start(protectedIdentity: boolean, path = "/cases/mine", who = "SE2321000016-1002"): Promise<void> {
  fake = backend({ guard: true });
  await signedIn(fake, who);
  await useSettings().load();
  await show(path, watchConnection());
  const rows = await vi.waitFor(() => { const all = app().findAll("[data-test=case-row]"); if (!all.length) throw new Error("no rows"); return all; });
  const row = rows.find((one) => one.text().includes("Skyddad") === protectedIdentity)!;
  await row.trigger("click");
  await seen("thread");
}
const write = async (text: string) => { await tap("act-reply"); await (await seen("composer-text")).setValue(text); };
const press = async () => { await find("send").trigger("click"); await flushPromises(); };
const field = () => find("composer-text").element as HTMLTextAreaElement;
const sends = () => vi.spyOn(fake.commands, "sendDraft");
const focused = (name: string) => vi.waitFor(() => expect((document.activeElement as HTMLElement | null)?.dataset.test).toBe(name));

afterEach(() => { leave(); vi.restoreAllMocks(); });

const TEXT = "Hej! Provet för 19980101-9804 är klart.";

describe("a letter with what may be somebody else's", () => {
  it("is stopped, says what and where, and has the safe way under the finger", async () => {
    await start(false);
    const sent = sends();
    await write(TEXT);
    await press();
    const box = await seen("guard");
    expect(box.text()).toContain("kan gälla någon annan");
    expect(find("guard-finding").text()).toContain("Personnummer");
    expect(find("guard-finding").find("mark").text()).toBe("19980101-9804");
    expect(sent).not.toHaveBeenCalled();
    await focused("guard-change");
    // once more, by the keys of sending: still nothing goes
    await press();
    expect(sent).not.toHaveBeenCalled();
    await focused("guard-change");
  });

  it("has the next step in its own buttons: sending stands back and says why, until the letter is changed", async () => {
    await start(false);
    await write(TEXT);
    const send = () => find("send");
    expect(send().classes()).toContain("button--primary");
    await press();
    await seen("guard");
    expect(app().findAll("[data-test=composer] .button--primary").map((one) => one.attributes("data-test"))).toEqual(["guard-change"]);
    expect(send().attributes("aria-disabled")).toBe("true");
    expect(document.getElementById(send().attributes("aria-describedby")!)?.textContent).toContain("rutan ovanför");
    await tap("guard-change");
    await gone("guard");
    expect(send().classes()).toContain("button--primary");
    expect(send().attributes("aria-disabled")).toBe("false");
    expect(send().attributes("aria-describedby")).toBeUndefined();
  });

  it("marks the words in the text when one goes to the place, and when one changes", async () => {
    await start(false);
    await write(TEXT);
    await press();
    await tap("guard-go");
    expect(TEXT.slice(field().selectionStart, field().selectionEnd)).toBe("19980101-9804");
    expect(find("guard").exists()).toBe(true);
    field().setSelectionRange(0, 0);
    await tap("guard-change");
    await gone("guard");
    await focused("composer-text");
    await vi.waitFor(() => expect(TEXT.slice(field().selectionStart, field().selectionEnd)).toBe("19980101-9804"));
  });

  it("goes after a look that is said, and not before", async () => {
    await start(false);
    const sent = sends();
    await write(TEXT);
    await press();
    await tap("guard-anyway");
    expect(find("guard-error").text()).toContain("Kryssa i rutan");
    await focused("guard-looked");
    expect(sent).not.toHaveBeenCalled();
    await find("guard-looked").setValue(true);
    expect(find("guard-error").exists()).toBe(false);
    await tap("guard-anyway");
    await gone("composer");
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it("asks anew when a letter has changed since", async () => {
    await start(false);
    const sent = sends();
    await write(TEXT);
    await press();
    await seen("guard");
    await find("composer-text").setValue(`${TEXT} Hälsa Margareta Holmgren.`);
    await gone("guard");
    await press();
    await seen("guard");
    expect(app().findAll("[data-test=guard-finding]")).toHaveLength(2);
    expect(sent).not.toHaveBeenCalled();
    // it changed behind the back of the box: what is confirmed is not what would go
    await api.saveDraft((find("case").element as HTMLElement).dataset.caseId!, "finalReply", "Bertil Strand", null);
    await find("guard-looked").setValue(true);
    await tap("guard-anyway");
    expect(sent).not.toHaveBeenCalled();
    expect(find("composer").text()).toContain("har ändrats sedan det kontrollerades");
  });

  it("opens the page of a file, and names what could not be searched", async () => {
    await start(false);
    await write("Se bilagorna.");
    await tap("attach");
    for (const tile of await vi.waitFor(() => { const all = app().findAll("[data-test=draft-file-open]"); if (all.length < 2) throw new Error("no files"); return all; })) {
      await tile.trigger("click");
      await leafThrough();
    }
    await tap("preview-close");
    await press();
    await seen("guard");
    expect(find("guard-unsearched").text()).toContain("på sidorna 1, 3");
    const onPage = app().findAll("[data-test=guard-finding]").find((one) => one.attributes("data-in") === "page")!;
    await onPage.find("[data-test=guard-go]").trigger("click");
    await flushPromises();
    expect((await seen("preview-page")).attributes("data-page")).toBe("1");
    const inName = app().findAll("[data-test=guard-finding]").find((one) => one.attributes("data-in") === "fileName")!;
    await inName.find("[data-test=guard-go]").trigger("click");
    await focused("draft-file-open");
  });
});

describe("a resident with protected identity", () => {
  it("is sent to only by who types the last four digits", async () => {
    await start(true, "/cases/distributed", "SE2321000016-1005").catch(async () => { leave(); await start(true); });
    const sent = sends();
    await write("Hej! Allt ser bra ut.");
    await press();
    expect((await seen("guard")).text()).toContain("Skyddad identitet");
    await focused("guard-typed");
    await tap("guard-anyway");
    expect(find("guard-error").text()).toContain("Fyll i fältet");
    await find("guard-typed").setValue("0000");
    await find("guard-typed").trigger("keydown", { key: "Enter" });
    await vi.waitFor(() => expect(find("guard-error").text()).toContain("stämmer inte"));
    expect(sent).not.toHaveBeenCalled();
    const caseId = (find("case").element as HTMLElement).dataset.caseId!;
    await find("guard-typed").setValue(fake.state.cases.get(caseId)!.resident.personalId.slice(-4));
    await find("guard-typed").trigger("keydown", { key: "Enter" });
    await gone("composer");
    expect(sent).toHaveBeenCalledTimes(1);
  });
});

describe("a partial reply that goes with a distribution", () => {
  it("is stopped in the dialog, and goes with the case once it is confirmed", async () => {
    await start(false, "/cases/inbox", "SE2321000016-1001");
    const given = vi.spyOn(fake.commands, "distribute");
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "f", cancelable: true }));
    await (await seen("target")).trigger("click");
    await find("distribute-with-reply").setValue(true);
    await (await seen("composer-text")).setValue(TEXT);
    await tap("distribute-go");
    expect((await seen("guard")).text()).toContain("kan gälla någon annan");
    expect(given).not.toHaveBeenCalled();
    // The dialog's own button stands back too, and says why; it comes forward when the reply is not to go along.
    expect(find("distribute-go").classes()).not.toContain("button--primary");
    expect(document.getElementById(find("distribute-go").attributes("aria-describedby")!)?.textContent).toContain("rutan ovanför");
    await find("distribute-with-reply").setValue(false);
    expect(find("distribute-go").classes()).toContain("button--primary");
    await find("distribute-with-reply").setValue(true);
    await seen("composer-text");
    await tap("distribute-go");
    await seen("guard");
    await find("guard-looked").setValue(true);
    await tap("guard-anyway");
    await gone("distribute-dialog");
    expect(given).toHaveBeenCalledTimes(1);
  });
});

describe("the history", () => {
  it("says in spite of what a message was sent", () => {
    const row = { at: "", who: "Sara", event: "messageHeld" as const, facts: { kind: "finalReply", findings: "2", unsearched: "1" } };
    expect(eventWords(row)).toBe("Lämnade svar för att skickas, trots 2 fynd, med 1 fil som inte kunde sökas igenom");
  });
});

describe("a letter from another clinic than the last one", () => {
  const other = { now: "Strandens rehabmottagning", last: "Björkens vårdcentral" };

  it("is asked about before it goes, names both, and has the safe way under the finger", async () => {
    await start(false);
    fake.state.options.otherClinic = other;
    const sent = sends();
    await write("Hej! Receptet är förnyat.");
    await press();
    const box = await seen("guard");
    expect(box.text()).toContain("Du skickar från Strandens rehabmottagning");
    expect(find("guard-clinic").text()).toBe("Senast skickade du från Björkens vårdcentral. Det här meddelandet går ut från Strandens rehabmottagning.");
    expect(find("guard-looked").exists()).toBe(false);
    await focused("guard-change");
    expect(sent).not.toHaveBeenCalled();
    await tap("guard-change");
    await gone("guard");
    expect(sent).not.toHaveBeenCalled();
    await press();
    expect((await seen("guard-anyway")).text()).toBe("Skicka från Strandens rehabmottagning");
    await tap("guard-anyway");
    await gone("composer");
    expect(sent).toHaveBeenCalledOnce();
  });

  it("is told beside what else was found, which asks for its own look", async () => {
    await start(false);
    fake.state.options.otherClinic = other;
    await write(TEXT);
    await press();
    expect((await seen("guard")).text()).toContain("kan gälla någon annan");
    expect(find("guard-clinic").exists()).toBe(true);
    await tap("guard-anyway");
    expect(find("guard-error").exists()).toBe(true);
  });
});

describe("many findings", () => {
  it("are read from the top, with nothing to scroll in what is scrolled", async () => {
    await start(false);
    await write(Array.from({ length: 9 }, () => "Svaret för Margareta Holmgren, 19980101-9804, har kommit.").join("\n"));
    await press();
    const box = await seen("guard");
    expect(box.findAll("[data-test=guard-finding]").length).toBeGreaterThan(6);
    await vi.waitFor(() => expect(document.activeElement).toBe(box.element));
  });
});
