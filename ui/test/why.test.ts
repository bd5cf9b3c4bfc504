// The sentence behind "Varför?", in both languages.
import { afterEach, describe, expect, it } from "vitest";
import { dayOffCodes } from "@/ipc/bindings";
import type { WhyDue } from "@/ipc";
import { whyWords } from "@/state/why";
import en from "@/text/en";
import sv from "@/text/sv";
import { useLanguage } from "@/text";

afterEach(() => useLanguage("sv"));

const weekend = (...all: string[]) => all.map((day) => ({ day, why: "weekend" }));
const plain: WhyDue = {
  cause: "submitted", startedAt: "2026-11-20T09:00:00Z", days: 2, level: "region", counted: ["2026-11-23", "2026-11-24"], skipped: weekend("2026-11-21", "2026-11-22"),
  pauses: [], dueAt: "2026-11-24T22:59:59Z", halfDay: null, stopped: null, paused: false,
};

describe("why a case is due when it is", () => {
  it("names what came in, who decided, and every day", () => {
    expect(whyWords(plain)).toBe("Svar senast tis 24 nov: ärendet kom in fre 20 nov 10.00, regionen har bestämt 2 arbetsdagar, mån 23 nov och tis 24 nov räknas, men inte lör 21 nov och sön 22 nov (helg).");
  });
  it("names holidays, closed days and a half-day, and counts what is many", () => {
    const why: WhyDue = {
      ...plain, cause: "answered", startedAt: "2026-12-22T09:00:00Z", days: 5, level: "clinic", counted: ["2026-12-23", "2026-12-29", "2026-12-30", "2027-01-04", "2027-01-05"],
      skipped: [{ day: "2026-12-24", why: "christmasEve" }, { day: "2026-12-25", why: "christmasDay" }, { day: "2026-12-26", why: "boxingDay" }, ...weekend("2026-12-27", "2027-01-02", "2027-01-03", "2027-01-09"), { day: "2026-12-28", why: "closed" }],
      dueAt: "2027-01-05T11:00:00Z", halfDay: "epiphanyEve",
    };
    expect(whyWords(why)).toBe("Svar senast tis 5 jan kl. 12 (trettondagsafton, halvdag): invånaren svarade på frågan tis 22 dec 10.00, mottagningen har bestämt 5 arbetsdagar, 5 dagar från ons 23 dec till tis 5 jan räknas, men inte tors 24 dec (julafton), fre 25 dec (juldagen), lör 26 dec (annandag jul), 4 dagar (helg) och mån 28 dec (mottagningen är stängd).");
  });
  it("tells a pause, and what ended it", () => {
    const why: WhyDue = { ...plain, days: 1, level: "caseType", counted: ["2026-11-23"], skipped: [], pauses: [{ from: "2026-11-20T10:00:00Z", to: "2026-11-20T12:00:00Z" }], stopped: { at: "2026-11-25T09:00:00Z", by: "counterQuestion", late: true }, paused: true };
    expect(whyWords(why)).toMatch(/^Svar skulle ges senast tis 24 nov: .*, för ärendetypen är 1 arbetsdag bestämd, mån 23 nov räknas, och klockan stod stilla från fre 20 nov 11\.00 till fre 20 nov 13\.00 då ärendet var avslutat\. Invånaren fick svar .*10\.00, för sent\. Klockan är pausad tills/);
    expect(whyWords({ ...plain, stopped: { at: "2026-11-23T09:00:00Z", by: null, late: false } })).toMatch(/Ärendet avslutades mån 23 nov 10\.00\.$/);
  });
  it("says the same working day", () => {
    expect(whyWords({ ...plain, days: 0, counted: [], skipped: [] })).toBe("Svar senast tis 24 nov: ärendet kom in fre 20 nov 10.00, regionen har bestämt svar samma arbetsdag.");
  });
  it("is told in English too", async () => {
    await useLanguage("en");
    expect(whyWords(plain)).toBe("Reply by Tue 24 Nov: the case came in Fri 20 Nov 10:00, the region has decided on 2 working days, Mon 23 Nov and Tue 24 Nov count, but not Sat 21 Nov and Sun 22 Nov (weekend).");
  });
  it("has a word for every kind of day", () => {
    for (const texts of [sv, en]) expect(Object.keys(texts.dayOff).sort()).toEqual([...dayOffCodes].sort());
  });
});
