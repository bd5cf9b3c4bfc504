// The whole screen on the in-memory backend: what a person does from signing in to sending.
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type ConnectionView, type Scope } from "@/ipc";
import { newCase } from "@/ipc/fake";
import { router } from "@/router";
import { watchConnection } from "@/state/connection";
import { useSession } from "@/state/session";
import { useSettings } from "@/state/settings";
import { app, backend, find, leafThrough, leave, press, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;

async function start(hsaId: string | null, path = "/"): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  await useSettings().load();
  await show(path, watchConnection());
}
const openFirst = async () => { await tap("case-row"); await seen("thread"); };

afterEach(() => {
  leave();
});

describe("searching", () => {
  it("leaves a result open that was opened before the last letter was looked for", async () => {
    await start("SE2321000016-1001", "/search?q=recep");
    const field = await seen("search");
    (field.element as HTMLInputElement).value = "recept";
    await field.trigger("input");
    await openFirst();
    await vi.waitFor(() => expect(router.currentRoute.value.query.q).toBe("recept"), { timeout: 2000 });
    expect(find("thread").exists()).toBe(true);
    (field.element as HTMLInputElement).value = "boka";
    await app().find("form.search").trigger("submit");
    await vi.waitFor(() => expect(router.currentRoute.value.query.q).toBe("boka"));
    expect(router.currentRoute.value.params.caseId ?? "").toBe("");
  });
});

describe("signing in", () => {
  it("picks a person, shows the roles, and comes to the start page of that role", async () => {
    await start(null);
    await seen("person");
    const anna = app().findAll("[data-test=person]").find((one) => one.text().includes("Anna Nordin"))!;
    expect(anna.text()).toContain("Ärendemottagare");
    await anna.trigger("click");
    const card = await seen("card");
    expect(card.attributes("data-card")).toBe("clinicCases");
    expect(app().findAll("[data-test=card]").map((one) => one.attributes("data-card"))).not.toContain("assignedCases");
    expect(find("practice-band").text()).toBe("Övningsläge");
  });

  it("is blocked in words when the keychain is missing", async () => {
    await start(null);
    fake.state.options.blocked = { code: "keychain-missing", facts: {}, detail: "no secret service" };
    await useSession().refresh();
    const page = await seen("blocked");
    expect(page.text()).toContain("gnome-keyring");
    fake.state.options.blocked = null;
    await tap("retry");
    await seen("person");
  });

  it("is blocked when the settings were damaged, and only a person's own word leads into practice mode", async () => {
    await start(null);
    fake.state.options.blocked = { code: "server-unknown", facts: { kept: "…/settings.damaged-1.json" }, detail: "" };
    fake.state.options.practice = false;
    await useSession().refresh();
    const page = await seen("blocked");
    expect(page.text()).toContain("IT-stödet");
    expect(page.text()).toContain("…/settings.damaged-1.json");
    expect(find("nothing-lost").exists()).toBe(false);
    await tap("retry");
    expect(find("blocked").exists()).toBe(true);
    await tap("practise");
    await seen("person");
    expect(find("practice-band").text()).toBe("Övningsläge");
  });

  it.each([["settings-unreadable", { file: "…/settings.json" }], ["folder-unusable", { folder: "…/se.mottaget.desktop" }]])("%s: names the place, and offers no practice mode", async (code, facts) => {
    await start(null);
    fake.state.options.blocked = { code, facts, detail: "" };
    await useSession().refresh();
    const page = await seen("blocked");
    expect(page.text()).toContain(Object.values(facts)[0]);
    expect(find("practise").exists()).toBe(false);
  });

  it("does not promise that nothing is lost when unsent things could not be saved", async () => {
    await start(null);
    fake.state.options.blocked = { code: "cache-corrupt", facts: { file: "unsent.db", incomplete: "true" }, detail: "" };
    await useSession().refresh();
    const page = await seen("blocked");
    expect(page.text()).toContain("gick inte att rädda");
    expect(page.text()).toContain("IT-stödet");
    expect(find("nothing-lost").exists()).toBe(false);
    fake.state.options.blocked = { code: "cache-corrupt", facts: { file: "mirror.db", incomplete: "false" }, detail: "" };
    await useSession().refresh();
    await vi.waitFor(() => expect(find("nothing-lost").exists()).toBe(true));
    expect(page.text()).toContain("hämtas på nytt");
  });

  it("at a server without practice mode says that the card sign-in is not built and whom to ask", async () => {
    await start(null);
    fake.state.options.practice = false;
    await useSession().refresh();
    const words = (await seen("sign-in-not-built")).text();
    expect(words).toContain("e-tjänstekort");
    expect(words).toContain("IT-stödet");
    expect(words).toContain("https://mottaget.region.example");
    expect(find("sign-in").text()).not.toMatch(/övning/i);
    expect(find("person").exists()).toBe(false);
    expect(find("start-server").exists()).toBe(false);
  });

  it("at a practice server elsewhere offers its people, and says whose they are", async () => {
    await start(null);
    Object.assign(fake.state.options, { practice: false, practiceElsewhere: true });
    await useSession().refresh();
    expect((await seen("practice-elsewhere")).text()).toMatch(/region\.example är en övningsserver.*påhittade/);
    expect(find("start-server").exists()).toBe(false);
    await (await seen("person")).trigger("click");
    await seen("start");
  });

  it("comes back when the server has ended the session, and says that nothing is lost", async () => {
    await start("SE2321000016-1002");
    fake.state.tell("connection", { state: "signedOutByServer" });
    await flushPromises();
    expect((await seen("offline-line")).text()).toContain("finns kvar");
    await tap("sign-in-again");
    await seen("person");
  });
});

describe("before the first cases have come", () => {
  const empty = () => fake.state.cases.clear();
  const tell = async (view: ConnectionView) => { fake.state.tell("connection", view); fake.state.tell("moved", { cases: [] }); await flushPromises(); };

  it("says that it connects and fetches, never that nobody waits", async () => {
    await start("SE2321000016-1001", "/settings");
    empty();
    await tell({ state: "offline", since: null, problem: null });
    await router.push("/");
    await seen("start-fetching");
    expect(find("connection").text()).toBe("Ansluter …");
    expect(find("offline-line").exists()).toBe(false);
    expect(find("start").text()).toContain("Hämtar ärenden …");
    expect(find("start").text()).not.toContain("Inget att ta hand om");
    await tell({ state: "syncing", done: 0, total: 10 });
    expect(find("start-fetching").exists()).toBe(true);
    await router.push("/cases/inbox");
    expect((await seen("list-fetching")).text()).toBe("Hämtar ärenden …");
    await tell({ state: "connected" });
    await vi.waitFor(() => expect(find("list-fetching").exists()).toBe(false));
    await router.push("/");
    await vi.waitFor(() => expect(find("start").text()).toContain("Inget att ta hand om"));
    expect(find("start-fetching").exists()).toBe(false);
  });

  it("a failed attempt is told as being offline", async () => {
    await start("SE2321000016-1001");
    await tell({ state: "offline", since: null, problem: null });
    await tell({ state: "offline", since: "2026-11-20T10:00:00Z", problem: { code: "server-unreachable", facts: {}, detail: "" } });
    expect(find("connection").text()).toBe("Frånkopplad – allt sparas här");
    expect(find("offline-line").exists()).toBe(true);
  });
});

describe("searching by keyboard", () => {
  it("Enter leads on into what was found", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await seen("case-row");
    await press("/");
    expect(document.activeElement?.getAttribute("data-test")).toBe("search");
    const field = find("search");
    await field.setValue([...fake.state.cases.values()].find((one) => fake.state.mayRead(one))!.resident.name.split(" ").at(-1));
    await app().get("form.search").trigger("submit");
    await seen("case-row");
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-test")).toBe("list"));
    expect(router.currentRoute.value.name).toBe("search");
  });

  it("Enter stays where there is too little to look for", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await seen("case-row");
    await press("/");
    await find("search").setValue("a");
    await app().get("form.search").trigger("submit");
    await flushPromises();
    expect(document.activeElement?.getAttribute("data-test")).toBe("search");
  });
});

describe("going back to a list", () => {
  it("that has become empty, the focus is on what it offers next", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    for (const one of fake.state.cases.values()) one.state = "closed";
    fake.state.tell("moved", { cases: [...fake.state.cases.keys()] });
    await vi.waitFor(() => expect(find("list").exists()).toBe(false));
    await press("Escape");
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-test")).toBe("empty-next"));
  });
});

describe("a closed case", () => {
  it("is called closed in its row and at its head, never just answered", async () => {
    await start("SE2321000016-1001", "/cases/clinicClosed");
    const row = await seen("case-row");
    expect(row.attributes("data-state")).toBe("closed");
    expect(row.find(".due").text()).toBe("Avslutat");
    expect(row.find(".sr-only").text()).toContain("Avslutat");
    await row.trigger("click");
    expect((await seen("due-pill")).text()).toBe("Avslutat");
  });
});

describe("the receiver", () => {
  it("gives back only what is still where it was seen to be", async () => {
    await start("SE2321000016-1005", "/cases/inbox");
    await seen("case-row");
    const one = newCase(fake.state);
    one.assignee = { kind: "person", hsaId: "SE2321000016-1005", name: "Leila Haddad" };
    one.state = "assignedPerson";
    await router.push(`/case/${one.id}`);
    await seen("thread");
    await tap("more-acts");
    await tap("act-returnToReceiver");
    await seen("confirm-dialog");
    one.assignee = { kind: "person", hsaId: "SE2321000016-1003", name: "Maria Ek" };
    fake.state.tell("moved", { cases: [one.id] });
    await flushPromises();
    await tap("confirm-go");
    await vi.waitFor(() => expect(find("confirm-dialog").text()).toContain("Se vem som har det nu"));
    expect(one.assignee.name).toBe("Maria Ek");
  });

  it("sees a new case arrive and distributes it with the keyboard", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await seen("case-row");
    const before = Number(find("count-inbox").text().replace(/\D.*/, ""));
    const one = newCase(fake.state);
    await vi.waitFor(() => expect(find("count-inbox").text()).toMatch(new RegExp(`^${before + 1}`)));
    await router.push(`/case/${one.id}`);
    await seen("thread");
    expect(find("nav-inbox").attributes("aria-current"), "the list beside it").toBe("page");
    await press("f");
    const search = await seen("distribute-search");
    await seen("target");
    await search.setValue("sara");
    expect(find("distribute-go").text()).toBe("Fördela till Sara Lindqvist");
    await find("distribute-with-reply").setValue(true);
    expect(find("distribute-go").text()).toBe("Fördela till Sara Lindqvist och skicka delsvar");
    await find("distribute-with-reply").setValue(false);
    await tap("distribute-go");
    await vi.waitFor(() => expect(find("assignee").text()).toContain("Sara Lindqvist"));
    expect(find("distribute-dialog").exists()).toBe(false);
    expect(find("case-state").attributes("data-state")).toBe("assignedPerson");
  });

  it("does not take over a case that a colleague gave away while the dialog was open", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await seen("case-row");
    const one = newCase(fake.state);
    await router.push(`/case/${one.id}`);
    await seen("thread");
    await press("f");
    await (await seen("distribute-search")).setValue("sara");
    one.assignee = { kind: "person", hsaId: "SE2321000016-1003", name: "Maria Ek" };
    one.state = "assignedPerson";
    fake.state.tell("moved", { cases: [one.id] });
    expect((await seen("distribute-moved")).text()).toContain("Maria Ek har ärendet nu");
    const dialog = () => find("distribute-dialog").text();
    expect(dialog()).toContain("Fördela ärendet");
    expect(dialog()).not.toContain("Omfördela");
    await app().get("[data-test=distribute-dialog] form").trigger("submit");
    await tap("distribute-go");
    expect(one.assignee.name).toBe("Maria Ek");

    await tap("distribute-understood");
    expect(dialog()).toContain("Omfördela till Sara Lindqvist");
    await tap("distribute-go");
    await vi.waitFor(() => expect(find("assignee").text()).toContain("Sara Lindqvist"));
  });

  it("does not send a partial reply by Enter among the names: that takes the button, which says so", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    await press("f");
    await (await seen("distribute-search")).setValue("sara");
    const box = find("distribute-with-reply");
    await box.trigger("keydown", { key: "Enter" });
    expect((box.element as HTMLInputElement).checked).toBe(true);
    await (await seen("composer-text")).setValue("Vi återkommer.");
    await app().get("[data-test=distribute-dialog] form").trigger("submit");
    await flushPromises();
    expect(find("assignee").text()).toBe("Ingen än");
    expect(document.activeElement).toBe(find("distribute-go").element);
    await tap("distribute-go");
    await vi.waitFor(() => expect(find("assignee").text()).toContain("Sara Lindqvist"));
  });

  it("is not sent on by Enter when nobody is chosen", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    await press("f");
    await seen("target");
    await tap("distribute-go");
    expect(find("distribute-dialog").text()).toContain("Välj vem som ska få ärendet.");
    expect(find("assignee").text()).toBe("Ingen än");
  });

  it("closes only with a reason", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    await press("e");
    await seen("close-go");
    await app().get("#close-form").trigger("submit");
    expect((await seen("close-dialog")).text()).toContain("Välj en anledning.");
    await app().get("[data-test=reason-handledByPhone]").setValue(true);
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect(find("close-reason").text()).toContain("Klart på telefon"));
  });

  it("closes for another reason only with words for it", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    expect(find("act-close").text()).toContain("Avsluta utan svar");
    await press("e");
    expect((await seen("close-dialog")).text()).toContain("(valfritt)");
    await app().get("[data-test=reason-other]").setValue(true);
    await app().get("[data-test=close-tell]").setValue(false);
    expect(find("close-dialog").text()).not.toContain("(valfritt)");
    await app().get("[data-test=close-note]").setValue("  ");
    const command = vi.spyOn(fake.commands, "closeCase");
    await app().get("#close-form").trigger("submit");
    expect(find("close-why").text()).toBe("Skriv varför ärendet avslutas.");
    expect(find("close-dialog").text()).not.toContain("Välj en anledning.");
    expect(command).not.toHaveBeenCalled();
    const id = find("case").attributes("data-case-id")!;
    expect(await fake.commands.closeCase(id, "other", null, false, 99)).toMatchObject({ status: "error", error: { code: "reason-missing" } });
    await app().get("[data-test=close-note]").setValue("Ärendet hör till en annan region.");
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect(find("close-reason").text()).toContain("Annat"));
  });

  it("closes where the resident can't know why only with a message to them, or with the reason for silence", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    await press("e");
    await seen("close-dialog");
    expect(find("close-what").text()).toContain("ser invånaren bara att ärendet är avslutat");
    await app().get("[data-test=reason-handledByPhone]").setValue(true);
    expect(find("composer-text").exists()).toBe(false);
    await app().get("[data-test=reason-wrongClinic]").setValue(true);
    expect(find("close-go").text()).toBe("Skicka och avsluta");
    const command = vi.spyOn(fake.commands, "closeCase");
    await app().get("#close-form").trigger("submit");
    expect((await seen("close-dialog")).text()).toContain("Skriv en text till invånaren först.");
    expect(command).not.toHaveBeenCalled();
    // silence has to be explained
    await app().get("[data-test=close-tell]").setValue(false);
    await app().get("#close-form").trigger("submit");
    expect((await seen("close-why")).text()).toBe("Skriv varför invånaren inte får något besked.");
    expect(command).not.toHaveBeenCalled();

    await app().get("[data-test=close-tell]").setValue(true);
    await app().get("[data-test=composer-text]").setValue("Vänd dig till din egen vårdcentral.");
    await app().get("#close-form").trigger("submit");
    await vi.waitFor(() => expect(command).toHaveBeenCalledWith(expect.any(String), "wrongClinic", null, true, expect.any(Number)));
    await vi.waitFor(() => expect(find("close-reason").text()).toContain("Fel mottagning"));
    expect(app().findAll("[data-test=message][data-kind=closure]").map((one) => one.text()).join()).toContain("Vänd dig till din egen vårdcentral.");
  });

  it("keeps what was meant to be told when the closing is left, and goes on there", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    await openFirst();
    await press("e");
    await (await seen("close-tell")).setValue(true);
    await app().get("[data-test=composer-text]").setValue("Vi har talats vid.");
    await tap("close-cancel");
    await tap("continue-draft");
    await seen("close-dialog");
    expect((find("close-tell").element as HTMLInputElement).checked).toBe(true);
    expect((find("composer-text").element as HTMLTextAreaElement).value).toBe("Vi har talats vid.");
    // no reason takes away what was decided
    await app().get("[data-test=reason-handledByPhone]").setValue(true);
    expect(find("composer-text").exists()).toBe(true);
  });

  it("does not take a letter of another kind along when it closes", async () => {
    await start("SE2321000016-1002", "/cases/mine");
    await openFirst();
    await press("r");
    await (await seen("composer-text")).setValue("Receptet är förnyat.");
    await tap("act-close");
    await (await seen("close-tell")).setValue(true);
    expect((await seen("other-draft")).text()).toContain("Svar");
    await app().get("[data-test=reason-handledByPhone]").setValue(true);
    const command = vi.spyOn(fake.commands, "closeCase");
    await app().get("#close-form").trigger("submit");
    expect(command).not.toHaveBeenCalled();
  });

  it("gives a case that was taken back to its group, and to no other place", async () => {
    await start("SE2321000016-1002", "/cases/groups");
    await openFirst();
    const group = find("assignee").text();
    expect(app().findAll("[data-test=act-returnToGroup]")).toHaveLength(0);
    await press("t");
    await vi.waitFor(() => expect(find("assignee").text()).toContain("(du)"));
    await vi.waitFor(() => expect(fake.state.get(find("case").attributes("data-case-id")!).pending).toHaveLength(0));
    await tap("more-acts");
    expect((await seen("act-returnToGroup")).text()).toContain(`Lämna tillbaka till ${group}`);
    await tap("act-returnToGroup");
    await tap("confirm-go");
    await vi.waitFor(() => expect(find("assignee").text()).toBe(group));
  });

  it("counts on its card what the list behind it shows, and tells of the distributed apart", async () => {
    await start("SE2321000016-1001");
    await seen("card");
    const said = Number(app().get("[data-card=clinicCases] [data-count=late] .n").text());
    const other = find("card-distributed").text();
    const late = async (scope: Scope) => (await api.listCases({ scope, clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 200 })).rows.filter((row) => row.due.tone === "late").length;
    expect(await late("inbox")).toBe(said);
    const there = await late("distributed");
    expect(there).toBeGreaterThan(0);
    expect(other).toMatch(new RegExp(`^Fördelade.*${there} försena(t|de)`));
    // Each number stands under the name of the list that it counts.
    expect(app().get("[data-card=clinicCases] [data-count=late]").element.closest("section, .whole")!.textContent).toContain("I inkorgen");
    expect(find("card-distributed").get("[data-count=lateDistributed] .n").text()).toBe(String(there));
    await router.push("/");
    await tap("card-distributed");
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe("/cases/distributed"));
  });
});

describe("the handler", () => {
  const openMine = async () => {
    await start("SE2321000016-1002", "/cases/mine");
    await seen("case-row");
    await openFirst();
  };

  it("is told in words what hinders an empty reply, and nothing is sent", async () => {
    await openMine();
    await press("r");
    await seen("composer-text");
    await app().get("[data-test=send]").trigger("click");
    await flushPromises();
    expect(find("hinders").text()).toContain("Skriv en text till invånaren först.");
    expect(app().findAll("[data-test=message][data-kind=finalReply]")).toHaveLength(0);
  });

  it("sends by the button alone: Enter in a field or on a choice, which submits a form, sends nothing", async () => {
    await openMine();
    await press("r");
    await (await seen("composer-text")).setValue("Här kommer svaret.");
    await app().get("[data-test=composer]").trigger("submit");
    await flushPromises();
    expect(app().findAll("[data-test=message][data-kind=finalReply]")).toHaveLength(0);
    await tap("send");
    await vi.waitFor(() => expect(app().findAll("[data-test=message][data-kind=finalReply]")).toHaveLength(1));
  });

  it("must look at each attachment before the reply is sent", async () => {
    await openMine();
    await press("r");
    await (await seen("composer-text")).setValue("Här kommer svaret.");
    await tap("attach");
    await seen("draft-file");
    // A photo has no pages.
    const files = app().findAll("[data-test=draft-file] .facts").map((one) => one.text());
    expect(files).toEqual([expect.stringMatching(/ · 3 sidor$/), expect.stringMatching(/^[\d,]+ MB$/)]);
    expect(find("send-line").text()).toMatch(/Skickas till .+ · 2\sfiler/);
    await app().get("[data-test=send]").trigger("click");
    await flushPromises();
    expect((await seen("preview-asked")).text()).toBe("Inget är skickat än. Granska filen först och skicka sedan igen.");
    await vi.waitFor(() => expect(find("announcement").text()).toContain("Inget är skickat än."));
    await leafThrough();
    await vi.waitFor(() => expect(app().findAll("[data-test=reviewed][data-reviewed=true]")).toHaveLength(1));
    await app().get("[data-test=send]").trigger("click");
    await flushPromises();
    await vi.waitFor(() => expect(find("preview").attributes("data-file")).toContain("mäter"));
    await vi.waitFor(() => expect(find("preview-page").exists()).toBe(true));
    await find("preview-page").trigger("load");
    await vi.waitFor(() => expect(app().findAll("[data-test=reviewed][data-reviewed=true]")).toHaveLength(2));
    expect(find("hinders").exists()).toBe(false);
    await press("Escape");
    expect(find("preview").exists()).toBe(false);
    expect(find("composer").exists()).toBe(true);
    expect(document.activeElement?.getAttribute("data-test")).toBe("composer-text");
    await tap("draft-file-open");
    await seen("preview-page");
    expect(find("preview-asked").exists()).toBe(false);
    await press("Escape");
    await app().get("[data-test=send]").trigger("click");
    await vi.waitFor(() => expect(find("composer").exists()).toBe(false));
    await vi.waitFor(() => expect(app().get("[data-test=message][data-kind=finalReply] [data-test=delivery]").attributes("data-state")).toBe("sent"));
  });

  it("sends without a network: it waits here, says so, and goes when the network is back", async () => {
    await openMine();
    fake.commands.practiceServer(false);
    await flushPromises();
    expect(find("connection").text()).toBe("Frånkopplad – allt sparas här");
    await press("r");
    await (await seen("composer-text")).setValue("Skrivet utan nät.");
    // Told by the line below, and told once: neither the composer nor anything else on the page says it again.
    expect(find("offline-line").text()).toContain("Det du skickar väntar här tills du är ansluten.");
    expect(app().get("main").text()).not.toMatch(/frånkopplad|ansluten/i);
    await app().get("[data-test=send]").trigger("click");
    const delivery = () => app().get("[data-test=message][data-kind=finalReply] [data-test=delivery]");
    await vi.waitFor(() => expect(delivery().text()).toBe("Väntar här på datorn – skickas av sig självt så snart det går"));
    expect(find("count-outbox").text()).toMatch(/^1/);
    const id = find("case").attributes("data-case-id");
    const row = () => app().get(`[data-test=case-row][data-case-id="${id}"]`).text();
    await vi.waitFor(() => expect(row().toLowerCase()).toContain("väntar här"));
    expect(row()).not.toMatch(/· skickas|, skickas/);
    await fake.commands.practiceServer(true);
    await vi.waitFor(() => expect(delivery().attributes("data-state")).toBe("sent"));
    await vi.waitFor(() => expect(find("count-outbox").exists()).toBe(false));
  });

  it("gets a stopped reply back as a draft", async () => {
    await start("SE2321000016-1002", "/cases/mine");
    await seen("case-row");
    fake.state.options.stopFirst = true;
    await openFirst();
    const id = find("case").attributes("data-case-id");
    await press("r");
    await (await seen("composer-text")).setValue("Ett svar som krockar.");
    await app().get("[data-test=send]").trigger("click");
    await vi.waitFor(() => expect(app().get("[data-test=message][data-kind=finalReply] [data-test=delivery]").text()).toContain("Något nytt har hänt"));
    await router.push("/outbox");
    expect((await seen("outbox-row")).attributes("data-state")).toBe("stopped");
    await tap("outbox-to-draft");
    await vi.waitFor(() => expect(find("outbox-row").exists()).toBe(false));
    await router.push(`/case/${id}`);
    await tap("continue-draft");
    expect((await seen("composer-text")).element).toHaveProperty("value", "Ett svar som krockar.");
  });

  it("keeps what is being written when a stopped message is taken back at the same time", async () => {
    await start("SE2321000016-1002", "/cases/mine");
    await seen("case-row");
    await openFirst();
    await press("r");
    await tap("kind-partialReply");
    await (await seen("composer-text")).setValue("Ett delsvar som krockar.");
    fake.state.options.stopFirst = true;
    await app().get("[data-test=send]").trigger("click");
    await seen("message-to-draft");
    await press("r");
    const saves = vi.spyOn(fake.commands, "saveDraft");
    const back = vi.spyOn(fake.commands, "outboxToDraft");
    await (await seen("composer-text")).setValue("Nyss skrivet.");
    await tap("message-to-draft");
    await vi.waitFor(() => expect(back).toHaveBeenCalledOnce());
    expect(saves.mock.calls.at(0)?.[2]).toBe("Nyss skrivet.");
    expect(saves.mock.invocationCallOrder[0]!).toBeLessThan(back.mock.invocationCallOrder[0]!);
  });

  it("is told why when a key cannot act", async () => {
    await start("SE2321000016-1002", "/cases/groups");
    await openFirst();
    await press("r");
    expect(find("toast").text()).toBe("Ta ärendet först, sedan kan du svara.");
    await press("t");
    await vi.waitFor(() => expect(find("assignee").text()).toContain("(du)"));
    await press("r");
    await seen("composer");
  });

  it("does not act on letters while writing a note", async () => {
    await openMine();
    await press("n");
    const text = await seen("note-text");
    text.element.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true, cancelable: true }));
    await flushPromises();
    expect(find("close-dialog").exists()).toBe(false);
    await text.setValue("Ringt, inget svar.");
    await app().get("#note-form").trigger("submit");
    await vi.waitFor(() => expect(app().findAll("[data-test=note]").at(-1)?.text()).toContain("Syns bara för mottagningen"));
  });
});

describe("searching", () => {
  it("finds by name, and says so when there is nothing", async () => {
    await start("SE2321000016-1001", "/search?q=skyddad");
    expect((await seen("case-row")).text()).toContain("Skyddad Exempelsson");
    await router.push("/search?q=finnsinte");
    expect((await seen("face-empty")).text()).toContain("Inget ärende matchar ”finnsinte”.");
  });

  const searched = async (text: string) => {
    await router.push({ name: "search", query: { q: text } });
    await vi.waitFor(() => expect(find("face-empty").text()).toContain(`”${text}”`));
    return find("face-empty").text();
  };
  it("says of a number that is none what is wrong with it and what to do, aloud too, and not while it is typed", async () => {
    await start("SE2321000016-1001", "/search?q=19900101-9999");
    const note = await seen("mistyped");
    expect(note.find("[data-test=number]").text()).toBe("19900101-9999");
    expect(note.text()).toMatch(/^.* är inget giltigt personnummer: kontrollsiffran stämmer inte\. Kontrollera siffrorna\.$/);
    expect(find("face-empty").text()).not.toContain("Pröva en del av namnet");
    expect(find("announcement").text()).toBe("19 90 01 01, 99 99 är inget giltigt personnummer: kontrollsiffran stämmer inte. Kontrollera siffrorna.");
    expect(await searched("19901301-9804")).toContain("datumet finns inte");
    expect(await searched("19900101-999")).toContain("Pröva en del av namnet");
    expect(find("mistyped").exists()).toBe(false);
    expect(await searched("19810203-9826")).toContain("Pröva en del av namnet");
    expect(find("mistyped").exists()).toBe(false);
  });

  it("says it above what was found, and in a narrowed list", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    const one = [...fake.state.cases.values()].find((other) => other.state === "new")!;
    one.messages[0]!.text += " Ring 900101-9999.";
    await router.push({ name: "search", query: { q: "900101-9999" } });
    await vi.waitFor(() => expect(app().findAll("[data-test=case-row]")).toHaveLength(1));
    expect((await seen("mistyped")).text()).toContain("stämmer inte");
    await router.push({ name: "search", query: { q: "900101-9999", state: "closed" } });
    expect((await seen("face-empty")).find("[data-test=mistyped]").exists()).toBe(true);
    expect(find("empty-all").exists()).toBe(true);
  });

  it("a list that cannot be read says what, why and what now", async () => {
    await start("SE2321000016-1001", "/cases/inbox");
    fake.state.options.failing.listCases = { code: "server-error", facts: {}, detail: "" };
    await router.push("/cases/distributed");
    const face = await seen("face-error");
    expect(face.text()).toContain("Listan kunde inte läsas");
    expect(face.text()).toContain("Inget har gått förlorat.");
    fake.state.options.failing = {};
    await tap("retry");
    await seen("case-row");
  });
});

describe("the response clock", () => {
  it("a list shows only what is late or due today if asked, and everything when asked again", async () => {
    await start("SE2321000016-1001", "/cases/distributed");
    await seen("case-row");
    const all = Number.parseInt(find("list-count").text(), 10);
    await tap("due-late");
    await vi.waitFor(() => expect(app().findAll("[data-test=case-row] .due").map((one) => one.classes("late"))).not.toContain(false));
    const late = Number.parseInt(find("list-count").text(), 10);
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(all);
    expect(find("due-late").attributes("aria-pressed")).toBe("true");
    await tap("case-row");
    await seen("thread");
    expect(router.currentRoute.value.query.due).toBe("late");
    expect(Number.parseInt(find("list-count").text(), 10)).toBe(late);
    await tap("due-late");
    await vi.waitFor(() => expect(Number.parseInt(find("list-count").text(), 10)).toBe(all));
  });

  it("a list that has nothing of the kind says so and leads back", async () => {
    await start("SE2321000016-1009", "/cases/waiting?due=late");
    expect((await seen("face-empty")).text()).toContain("Inget ärende här är försenat.");
    await tap("empty-all");
    expect(router.currentRoute.value.query.due).toBeUndefined();
  });

  it("what is closed is not sorted out by it", async () => {
    await start("SE2321000016-1001", "/cases/clinicClosed?due=late");
    await seen("case-row");
    expect(find("due-late").exists()).toBe(false);
  });

  it("a question that waits for the resident pauses it, in words, and v explains", async () => {
    await start("SE2321000016-1003", "/cases/mine");
    await seen("case-row");
    const asked = app().findAll("[data-test=case-row]").find((one) => one.attributes("data-state") === "awaitingResident")!;
    expect(asked.find(".due").text()).toBe("Pausad: väntar på invånarens svar");
    expect(asked.find(".facts").text(), "said once").not.toContain("väntar på svar");
    await asked.trigger("click");
    await seen("thread");
    expect(find("why").attributes("aria-expanded")).toBe("false");
    await press("v");
    const words = await seen("why-words");
    expect(words.text()).toContain("Klockan är pausad tills invånaren har svarat");
    expect(find("why").attributes("aria-controls")).toBe(words.attributes("id"));
    expect(document.activeElement).toBe(words.element);
    await press("v");
    expect(find("why-words").exists()).toBe(false);
  });
});

describe("a case that is not this person's to see", () => {
  it("is told in words, whatever the address says, and the list beside it goes on", async () => {
    await start("SE2321000016-1002", "/cases/mine");
    const own = [...fake.state.cases.values()];
    const foreign = own.find((one) => !fake.state.mayRead(one))!;
    for (const id of [foreign.id, "00000000-0000-4000-8000-00000000dead"]) {
      await router.push(`/case/${id}`);
      const face = await seen("face-error");
      expect(face.text()).toContain("Det finns inte, eller så har du inte behörighet att se det.");
      expect(face.text()).not.toContain(foreign.resident.name);
      expect(find("thread").exists()).toBe(false);
      expect(app().findAll("[data-test=case-row]").length).toBeGreaterThan(0);
    }
  });
});
