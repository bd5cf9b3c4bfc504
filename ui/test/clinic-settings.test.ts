// What a clinic decides: beside what the region says, within what makes sense, and saved as a whole.
import { expect, it, vi } from "vitest";
import { api } from "@/ipc";
import { router } from "@/router";
import { app, backend, find, leave, seen, show, signedIn, type Fake } from "./whole";

let fake: Fake;

async function start(hsaId: string, path = "/clinic"): Promise<void> {
  fake = backend();
  await signedIn(fake, hsaId);
  await show(path);
}

it("own days, closed days, an eve, reminders and undo windows are saved together", async () => {
  await start("SE2321000016-1005");
  await seen("days-region");
  expect(app().text()).toContain("Samma som regionen: 3 arbetsdagar");
  await find("days-own").trigger("change");
  await find("days").setValue(1);
  await find("closed-day").setValue("2026-13-30");
  await find("closed-day").trigger("change");
  expect(app().text()).toContain("Skriv dagen som 2026-11-28.");
  await find("closed-day").setValue("20261230");
  await find("closed-day").trigger("change");
  await find("closed-add").trigger("click");
  await app().findAll("[data-test=closed-remove]")[0]!.trigger("click");
  await find("eve-littleChristmas").setValue("off");
  await find("undo-own").trigger("change");
  await find("undo-finalReply").setValue(60);
  const saved = vi.spyOn(fake.commands, "saveClinicSettings");
  await find("clinic-settings").trigger("submit");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.calls[0]![1]).toMatchObject({ responseDays: 1, closedDays: ["2026-12-30"], undo: { partialReply: 10, counterQuestion: 10, finalReply: 60 } });
  expect(saved.mock.calls[0]![1].eves.find((eve) => eve.code === "littleChristmas")?.rule).toBe("off");
});

it("adding no day says what is missing, at the field, and stands in it", async () => {
  await start("SE2321000016-1005");
  await seen("closed-day");
  await find("closed-add").trigger("click");
  await vi.waitFor(() => expect(app().text()).toContain("Skriv en dag först, till exempel 2026-12-28."));
  expect(document.activeElement).toBe(find("closed-day").element);
  await find("closed-day").setValue("2026-12-28");
  await find("closed-day").trigger("change");
  await vi.waitFor(() => expect(app().text()).not.toContain("Skriv en dag först"));
});

it("receivers are not reminded before whoever has the case, and too much is refused in words", async () => {
  await start("SE2321000016-1005");
  await seen("remind-receivers");
  const saved = vi.spyOn(fake.commands, "saveClinicSettings");
  await find("remind-receivers").setValue("7");
  expect(find("remind-wrong").exists()).toBe(true);
  await find("clinic-settings").trigger("submit");
  expect(saved).not.toHaveBeenCalled();
  await find("remind-receivers").setValue("9");
  await find("days-own").trigger("change");
  await find("days").setValue(99);
  await find("clinic-settings").trigger("submit");
  await vi.waitFor(() => expect(app().text()).toContain("Ett värde är för stort. Högst 60 går att välja."));
});

it("a case type has a target of its own, and an emptied field gives it back", async () => {
  await start("SE2321000016-1005");
  await seen("type-days-0");
  expect(find("type-days-0").attributes("placeholder")).toBe("3");
  expect(find("type-days-1").attributes("placeholder"), "the type itself says one day").toBe("1");
  await find("type-days-0").setValue(5);
  await find("type-days-1").setValue(2);
  await find("type-days-1").setValue("");
  const saved = vi.spyOn(fake.commands, "saveClinicSettings");
  await find("clinic-settings").trigger("submit");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.calls[0]![1].caseTypes.slice(0, 2).map((one) => one.days)).toEqual([5, null]);
});

it("the region's administrator decides for all clinics, and what they decide stands beside each clinic's own", async () => {
  await start("SE2321000016-1010", "/region");
  await seen("region-days");
  expect(app().find("[data-test=nav-region]").exists()).toBe(true);
  await find("region-days").setValue(4);
  await find("type-days-0").setValue(7);
  await find("eve-nationalDayEve").setValue("half");
  await find("undo-finalReply").setValue(45);
  const saved = vi.spyOn(fake.commands, "saveRegionSettings");
  await find("region-settings").trigger("submit");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.calls[0]![1]).toMatchObject({ responseDays: 4, undo: { finalReply: 45 } });
  await signedIn(fake, "SE2321000016-1005");
  await router.push("/clinic");
  await seen("days-region");
  expect(app().text()).toContain("Samma som regionen: 4 arbetsdagar");
  expect(find("type-days-0").attributes("placeholder")).toBe("7");
});

it("what another administrator decided meanwhile is told, and one chooses between it and one's own", async () => {
  await start("SE2321000016-1005");
  await seen("days-own");
  const elsewhere = async (words: string) => { const clinic = "SE2321000016-1BJK"; await api.saveClinicSettings(clinic, { ...(await api.clinicSettings(clinic)), signature: words, minWatchers: 3 }); };
  await elsewhere("Teamet");
  await find("remind-assignee").setValue("9");
  await find("clinic-settings").trigger("submit");
  await seen("meanwhile");
  expect(find("clinic-settings").find("[role=alert]").text()).toContain("Ditt är inte sparat, men står kvar.");
  expect(find("meanwhile").text()).toBe("Ändrat av någon annan: Bevakning, Mottagningens signatur.");
  await find("meanwhile-insist").trigger("click");
  await vi.waitFor(() => expect(app().find("[data-test=meanwhile]").exists()).toBe(false));
  await vi.waitFor(() => expect((find("clinic-signature").element as HTMLTextAreaElement).value).toBe(""));
  expect((find("remind-assignee").element as HTMLSelectElement).value).toBe("9");
  await elsewhere("Vi vid ån");
  await find("remind-assignee").setValue("10");
  await find("clinic-settings").trigger("submit");
  await seen("meanwhile-adopt");
  await find("meanwhile-adopt").trigger("click");
  await vi.waitFor(() => expect((find("clinic-signature").element as HTMLTextAreaElement).value).toBe("Vi vid ån"));
  expect((find("remind-assignee").element as HTMLSelectElement).value).toBe("9");
});

it("nobody but a region's administrator comes to the region's pages", async () => {
  for (const path of ["/region", "/region/texts"]) {
    await start("SE2321000016-1005", path);
    expect(router.currentRoute.value.name).toBe("start");
    leave();
  }
  await start("SE2321000016-1010");
  expect(router.currentRoute.value.name, "nor do they come to a clinic's").toBe("start");
});

it("nobody else comes there", async () => {
  await start("SE2321000016-1001");
  expect(router.currentRoute.value.name).toBe("start");
});

it("one's own signature has a button that says what it saves, for as long as there is something to save", async () => {
  await start("SE2321000016-1002", "/settings");
  const field = await seen("signature");
  expect(find("save-personal").exists()).toBe(false);
  const was = (field.element as HTMLTextAreaElement).value;
  await field.setValue("Hälsningar\nSara");
  expect(find("save-personal").text()).toBe("Spara signatur och aviseringar");
  await field.setValue(was);
  expect(find("save-personal").exists()).toBe(false);
  await field.setValue("Hälsningar\nSara");
  await find("personal-settings").trigger("submit");
  await vi.waitFor(() => expect(find("save-personal").exists()).toBe(false));
  expect(document.activeElement?.closest("[data-test=personal-settings]"), "the focus is not lost with the button").not.toBeNull();
  expect((await api.personalSettings()).signature).toBe("Hälsningar\nSara");
});
