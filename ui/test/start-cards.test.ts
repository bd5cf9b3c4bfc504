// The cards of administrators: each leads to its page, whichever clinic is looked at.
import { expect, it, vi } from "vitest";
import { useSession } from "@/state/session";
import { router } from "@/router";
import { app, backend, find, seen, show, tap } from "./whole";

const PERMISSIONS = "SE2321000016-1007";
const AUDITOR = "SE2321000016-1008";
const REGION = "SE2321000016-1010";
/** Administers the first of her two clinics; receives and handles besides. */
const LEILA = "SE2321000016-1005";
const OTHER_CLINIC = "SE2321000016-2STR";

const cards = () => app().findAll("[data-test=card]").map((one) => one.attributes("data-card"));

async function start(hsaId: string, clinic: string | null = null): Promise<void> {
  backend();
  await useSession().signIn(hsaId);
  await useSession().chooseClinic(clinic ?? useSession().clinic.value);
  await show("/");
  await seen("card");
}

it.each([
  [PERMISSIONS, ["staff", "personalSettings"]],
  [AUDITOR, ["personalSettings"]],
  [REGION, ["regionSettings", "regionTexts", "personalSettings"]],
])("%s has the cards of what is theirs, and is not told of cases", async (hsaId, expected) => {
  await start(hsaId);
  expect(cards()).toEqual(expected);
  expect(app().get("[data-test=news]").text()).toBe("Välj vad du vill göra.");
});

it.each([
  [PERMISSIONS, "staff", "staff-view"],
  [LEILA, "staff", "staff-view"],
  [LEILA, "clinicSettings", "clinic-view"],
  [LEILA, "clinicTexts", "texts-view"],
  [REGION, "regionSettings", "region-settings-view"],
  [REGION, "regionTexts", "region-texts-view"],
])("the card of %s for %s leads to its page", async (hsaId, card, page) => {
  await start(hsaId);
  await app().get(`[data-card=${card}]`).trigger("click");
  await seen(page);
});

it("leads there also when another clinic is looked at than the one that is administered", async () => {
  await start(LEILA, OTHER_CLINIC);
  expect(app().find("[data-test=nav-clinic]").exists()).toBe(false);
  await app().get("[data-card=clinicSettings]").trigger("click");
  expect((await seen("clinic-view")).text()).toContain("Björkens vårdcentral");
});

it("who gives permissions reads who works there, says nothing of others' absence, and has the page in the menu", async () => {
  await start(PERMISSIONS);
  await app().get("[data-test=nav-staff]").trigger("click");
  await seen("staff-row");
  const rows = app().findAll("[data-test=staff-row]");
  expect(rows.length).toBeGreaterThan(3);
  const may = rows.filter((row) => row.find("[data-test=staff-change]").exists());
  expect(may.map((row) => row.attributes("data-staff"))).toEqual([PERMISSIONS]);
  // A column of its own, so that the buttons stand below one another however long an absence is told.
  expect(may[0]!.get("[data-test=staff-change]").element.closest("td")!.textContent).toBe("Ändra");
});

it("counts four things of one's own cases, and says apart how many of them wait for the resident", async () => {
  await start("SE2321000016-1003");
  const card = app().get("[data-card=assignedCases]");
  expect(card.findAll(".whole [data-count]").map((one) => one.attributes("data-count"))).toEqual(["open", "dueToday", "late", "unread"]);
  const waiting = card.get("[data-test=card-waiting]");
  expect(waiting.text()).toMatch(/^Av dem väntar \d+ på invånarens svar$/);
  await waiting.trigger("click");
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe("/cases/waiting"));
});

it("says nothing of waiting where nothing waits, and calls no case the one that has waited longest", async () => {
  await start("SE2321000016-1009");
  expect(find("card-waiting").exists()).toBe(false);
  await start("SE2321000016-1001");
  expect(find("card-oldest").text()).toMatch(/^Äldst att ta hand om: /);
  await tap("card-oldest");
});

it("marks the page that one is on in the menu, and no other whose address begins alike", async () => {
  await start(REGION);
  await tap("nav-region-texts");
  await seen("region-texts-view");
  expect(app().findAll("[aria-current=page]").map((one) => one.attributes("data-test"))).toEqual(["nav-region-texts"]);
  await tap("nav-region");
  await seen("region-settings-view");
  expect(app().findAll("[aria-current=page]").map((one) => one.attributes("data-test"))).toEqual(["nav-region"]);
});
