// The sign-in page when something on this machine does not open: what happened, what can be done, and nothing done unasked.
import { describe, expect, it, vi } from "vitest";
import type { Problem } from "@/ipc";
import { useSession, watchSession } from "@/state/session";
import { all, app, backend, find, seen, show, tap, type Fake } from "./whole";

let fake: Fake;
const FOLDER = "/data/cache";
const lost = (code: string): Problem => ({ code, facts: { startAnew: "0f3c", folder: FOLDER }, detail: "" });

async function start(trouble: Problem | null): Promise<void> {
  fake = backend({ trouble });
  await useSession().refresh();
  await show("/", watchSession());
}

describe("files that no key opens", () => {
  it.each(["keychain-changed", "keys-gone", "cache-locked"])("%s: are set aside only after a yes, and said where", async (code) => {
    await start(lost(code));
    const anew = vi.spyOn(fake.commands, "startAnew");
    expect((await seen("trouble")).text()).toContain("IT-stödet");
    expect(app().text()).not.toContain("Inget har gått förlorat");
    await tap("trouble-anew");
    const dialog = await seen("confirm-dialog");
    expect(dialog.text()).toMatch(/servern har kommer tillbaka.*kommer inte tillbaka.*den gamla nyckeln/s);
    expect(dialog.text()).toContain(FOLDER);
    expect(document.activeElement?.getAttribute("data-test")).toBe("confirm-cancel");
    await tap("confirm-cancel");
    expect(anew).not.toHaveBeenCalled();
    await tap("trouble-anew");
    await tap("confirm-go");
    expect(anew).toHaveBeenCalledExactlyOnceWith("0f3c");
    expect((await seen("set-aside")).text()).toMatch(/undanlagda.*set-aside-2026/s);
    expect(find("trouble").exists()).toBe(false);
    await seen("person");
  });

  it("that can't be set aside say why, and the way stays open", async () => {
    await start(lost("keys-gone"));
    fake.state.options.failing.startAnew = { code: "disk-full", facts: {}, detail: "" };
    await tap("trouble-anew");
    await tap("confirm-go");
    expect((await seen("confirm-dialog")).text()).toContain("Disken är full");
    expect(find("set-aside").exists()).toBe(false);
    await tap("confirm-cancel");
    await seen("trouble-anew");
  });

  it("are told of when they are met at signing in", async () => {
    await start(null);
    fake.state.options.failing.signIn = lost("keys-gone");
    await tap("person");
    expect((await seen("trouble")).attributes("data-code")).toBe("keys-gone");
    await tap("trouble-anew");
    await tap("confirm-go");
    await seen("set-aside");
    await tap("person");
    await seen("start");
  });

  it("are told of with the name of whose they are, and the same person can try again once the key is back", async () => {
    await start(null);
    fake.state.options.failing.signIn = lost("keys-gone");
    const second = (await vi.waitFor(() => { const people = all("person"); if (people.length < 2) throw new Error("nobody"); return people; }))[1]!;
    const name = second.get("b").text();
    await second.trigger("click");
    const box = await seen("trouble");
    expect(box.text()).toMatch(new RegExp(`^För ${name} `));
    await tap("trouble-retry");
    expect((await seen("trouble")).text()).toMatch(new RegExp(`^För ${name} `));
    delete fake.state.options.failing.signIn;
    await tap("trouble-retry");
    await seen("start");
    expect(useSession().session.value?.staff.name).toBe(name);
  });

  it("at the start are said to be those of whoever was signed in last; a server's silence is about nobody", async () => {
    await start(lost("keys-gone"));
    expect((await seen("trouble")).text()).toMatch(/^För den som var inloggad senast/);
    fake.state.options.trouble = null;
    fake.state.options.failing.signIn = { code: "server-unreachable", facts: {}, detail: "" };
    await tap("person");
    await vi.waitFor(() => expect(find("trouble").attributes("data-code")).toBe("server-unreachable"));
    expect(find("trouble").text()).not.toMatch(/^För /);
    await seen("trouble-retry");
  });
});

describe("files that open another time", () => {
  it("of a newer program: update it; nothing is thrown away, and others may sign in", async () => {
    await start({ code: "cache-newer", facts: {}, detail: "" });
    expect((await seen("trouble")).text()).toContain("Uppdatera programmet");
    expect(find("trouble-anew").exists()).toBe(false);
    await tap("person");
    await seen("start");
  });

  it("that were damaged: trying again goes on where one was", async () => {
    await start({ code: "cache-corrupt", facts: { file: "mirror.db", incomplete: "false" }, detail: "" });
    expect((await seen("trouble")).text()).toContain("hämtas på nytt");
    // It has been repaired, so it is told and not warned of.
    expect(find("trouble").find("[role=alert]").exists()).toBe(false);
    expect(find("trouble").find("[role=status]").exists()).toBe(true);
    fake.commands.resumeAgain = async () => { await fake.commands.signIn("SE2321000016-1001"); return { status: "ok", data: null }; };
    await tap("trouble-retry");
    await seen("start");
  });

  it("that were damaged and not all saved: that is warned of", async () => {
    await start({ code: "cache-corrupt", facts: { file: "unsent.db", incomplete: "true" }, detail: "" });
    expect((await seen("trouble")).find("[role=alert]").exists()).toBe(true);
  });

  it("an expired session asks for a sign-in, not for another try", async () => {
    await start({ code: "session-expired", facts: {}, detail: "" });
    expect((await seen("trouble")).text()).toContain("Logga in igen");
    expect(find("trouble-retry").exists()).toBe(false);
  });
});

describe("a read that fails", () => {
  it("of the people promises nothing about anybody's work", async () => {
    fake = backend();
    fake.state.options.failing.practicePeople = { code: "server-unreachable", facts: {}, detail: "" };
    await useSession().refresh();
    await show("/", watchSession());
    const face = await seen("face-error");
    expect(face.text()).toContain("Servern svarar inte");
    expect(face.text()).not.toMatch(/gått förlorat|sparas här/);
  });
});

describe("the people", () => {
  it("stand under the clinic where they work; who works at several, or is there for all, comes after", async () => {
    await start(null);
    await seen("person");
    const sections = app().findAll(".picker section").map((one) => ({ title: one.get("h2").text(), people: one.findAll("[data-test=person]").map((person) => person.text()) }));
    expect(sections.map((one) => one.title)).toEqual(["Björkens vårdcentral", "Strandens rehabmottagning", "På flera mottagningar", "För alla mottagningar"]);
    const everywhere = sections.at(-1)!.people.join();
    expect(everywhere).toContain("Per Sandberg");
    // The title has said it: it is not said again, once for each clinic.
    expect(everywhere.match(/regional administratör/gi)).toHaveLength(1);
    expect(everywhere).not.toContain("vårdcentral");
  });
});

it("copies the address of the residents' page, and says so", async () => {
  const written = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: written } });
  await start(null);
  const address = (await seen("resident-page")).get("code").text();
  await tap("resident-copy");
  expect(written).toHaveBeenCalledWith(address);
  await vi.waitFor(() => expect(find("announcement").text()).toContain("Adressen är kopierad."));
});
