import { mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { NO_FILTER } from "@/state/filter";
import { singleKeysOn } from "@/components/keys";
import OutboxList from "@/features/outbox/OutboxList.vue";
import UndoBar from "@/features/undo/UndoBar.vue";
import { api, useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { colleagueTakesBack } from "@/ipc/fake/drafts";
import { PEOPLE } from "@/ipc/fake/people";
import { hush, useAnnouncements } from "@/state/announce";
import { resetHeld, useHeld } from "@/state/held";
import { useSession } from "@/state/session";

const SECONDS = 30;
let bar: VueWrapper;
let caseId: string;
let fake: ReturnType<typeof fakeBackend>;
const row = () => bar.find("[data-test=undo-row]");
const settle = async (ms = 0) => { await vi.advanceTimersByTimeAsync(ms); await nextTick(); };
const press = (key: string) => { window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); return settle(50); };

async function send(text: string): Promise<void> {
  await api.saveDraft(caseId, "finalReply", text, null);
  await api.sendDraft(caseId);
  await settle(10);
}

beforeEach(async () => {
  vi.useFakeTimers();
  fake = fakeBackend({ latency: 0, step: 0, undo: SECONDS });
  useBackend(fake);
  await useSession().signIn("SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "mine", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows.find((one) => one.state !== "awaitingResident")!.id;
  await api.openCase(caseId);
  bar = mount(UndoBar);
  await settle();
});
afterEach(() => {
  bar.unmount();
  resetHeld();
  hush();
  singleKeysOn.value = true;
  vi.useRealTimers();
});

describe("what was just sent", () => {
  it("is not there before, counts down second by second, and is called sent only when it is", async () => {
    expect(row().exists()).toBe(false);
    await send("Receptet är förnyat.");
    const left = () => bar.get("[data-test=undo-left]").text();
    expect(left()).toBe("skickas om 30 s");
    expect(useAnnouncements().said.value).toContain("Tryck Z för att ångra");
    await settle(12_000);
    expect(left()).toBe("skickas om 18 s");
    await settle(17_000);
    expect(useAnnouncements().said.value).not.toContain("Skickat");
    await settle(2_000);
    expect(row().exists()).toBe(false);
    expect(useAnnouncements().said.value).toMatch(/^Skickat till .+\.$/);
    expect((await api.readCaseAgain(caseId)).row.state).toBe("closed");
  });

  it("comes back as a draft, and the case is opened to write on", async () => {
    await send("Till fel person.");
    await bar.get("[data-test=undo]").trigger("click");
    await settle(10);
    expect(bar.emitted("open")).toEqual([[caseId]]);
    expect(row().exists()).toBe(false);
    expect(useHeld().back.value).toBe(caseId);
    expect(useAnnouncements().said.value).toContain("tillbaka som utkast");
    const view = await api.readCaseAgain(caseId);
    expect(view.draft?.text).toBe("Till fel person.");
    await settle(60_000);
    expect((await api.readCaseAgain(caseId)).messages.some((message) => message.text === "Till fel person.")).toBe(false);
  });

  it("stands in the outbox as long as it is held, counts down there too, and comes back from there", async () => {
    const list = mount(OutboxList, { global: { stubs: { RouterLink: RouterLinkStub } } });
    await settle(10);
    expect(list.text()).toContain("Utkorgen är tom");
    await send("Till fel person.");
    const out = () => list.findAll("[data-test=outbox-out]");
    const when = () => list.get("[data-test=outbox-when]").text();
    expect(out().map((one) => one.attributes("data-state"))).toEqual(["atServer"]);
    expect(when()).toBe("skickas om 30 s");
    expect(list.find("[data-test=outbox-row]").exists()).toBe(false);
    await settle(12_000);
    expect(when()).toBe("skickas om 18 s");
    await list.get("[data-test=outbox-undo]").trigger("click");
    await settle(10);
    expect(list.emitted("open")).toEqual([[caseId]]);
    expect(out()).toEqual([]);
    expect((await api.readCaseAgain(caseId)).draft?.text).toBe("Till fel person.");

    await send("Till rätt person.");
    await settle((SECONDS + 1) * 1000);
    expect(out().map((one) => one.attributes("data-state"))).toEqual(["sent"]);
    expect(when()).toMatch(/^Skickat \d\d\.\d\d$/);
    expect(list.find("[data-test=outbox-undo]").exists()).toBe(false);
    list.unmount();
  });

  it("comes back by key, unless single keys are off or somebody is typing", async () => {
    await send("Ett svar.");
    singleKeysOn.value = false;
    await press("z");
    expect(row().exists()).toBe(true);
    expect(bar.find("kbd").exists()).toBe(false);
    singleKeysOn.value = true;
    await press("z");
    expect(row().exists()).toBe(false);
  });

  it("says so when it is too late", async () => {
    await send("Ett svar.");
    fake.state.options.failing.takeBackMessage = { code: "already-released", facts: {}, detail: "" };
    await bar.get("[data-test=undo]").trigger("click");
    await settle(10);
    expect(bar.emitted("open")).toBeUndefined();
    expect(useAnnouncements().said.value).toBe("Det går inte att ångra: meddelandet är redan skickat.");
  });

  it("that a colleague takes back is told to its author, and its text lies in the case", async () => {
    await send("Till fel person.");
    const one = fake.state.get(caseId);
    colleagueTakesBack(fake.state, one, one.messages.at(-1)!.id, PEOPLE.find((person) => person.name === "Anna Nordin")!);
    await settle(50);
    expect(row().exists()).toBe(false);
    expect(useAnnouncements().said.value).toBe(`Anna Nordin tog tillbaka ditt meddelande till ${one.resident.name}. Det har inte skickats, och texten finns kvar i ärendet.`);
    expect(useHeld().back.value).toBeNull();
    expect(await api.caseDrafts(caseId)).toMatchObject([{ mine: true, cameBack: true, characters: "Till fel person.".length }]);
  });

  it("is another person's no longer when somebody else signs in", async () => {
    await send("Ett svar.");
    await useSession().signOut();
    await settle();
    expect(row().exists()).toBe(false);
    await useSession().signIn("SE2321000016-1005");
    await settle();
    expect(row().exists()).toBe(false);
  });
});
