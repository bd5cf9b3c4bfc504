import { describe, expect, it } from "vitest";
import { formatDay, formatMoment, formatSince, formatSize, formatTime, initialsOf, personalIdParts, spokenPersonalId } from "@/text/format";
import { dueWords } from "@/state/words";

const now = new Date("2026-11-25T08:30:00Z");

describe("times", () => {
  it("are Swedish clinic time whatever the computer says", () => expect(formatTime("2026-11-25T08:30:00Z")).toBe("09.30"));
  it("say i dag and i går, by the Swedish calendar", () => {
    expect(formatMoment("2026-11-24T23:30:00Z", now)).toBe("i dag 00.30");
    expect(formatMoment("2026-11-24T22:30:00Z", now)).toBe("i går 23.30");
  });
  it("say the weekday, and the year only when it is another", () => {
    expect(formatMoment("2026-11-20T10:00:00Z", now)).toBe("fre 20 nov 11.00");
    expect(formatMoment("2025-11-20T10:00:00Z", now)).toBe("tors 20 nov 2025 11.00");
    expect(formatDay("2026-11-27T10:00:00Z")).toBe("fre 27 nov");
  });
});

describe("since", () => {
  it("says the time alone when it is today", () => {
    expect(formatSince("2026-11-25T07:23:00Z", now)).toBe("kl. 08.23");
    expect(formatSince("2026-11-24T07:23:00Z", now)).toBe("i går 08.23");
  });
});

describe("initials", () => {
  it.each([["Anna Nordin", "AN"], ["Maximiliana von Löwenhielm-Gyllenstråle af Västerfjället", "ML"], ["Karin Cederschiöld-Wachtmeister af Björneborg", "KC"], ["Anna Maria Ek", "AE"], ["Sara", "S"], ["", ""]])("of %s are %s", (name, initials) => expect(initialsOf(name)).toBe(initials));
});

describe("identity numbers and sizes", () => {
  it("are grouped as people read them", () => {
    expect(personalIdParts("199801019804")).toEqual(["19", "980101-9804"]);
    expect(personalIdParts("19980101-9804"), "as the core writes it").toEqual(["19", "980101-9804"]);
    expect(personalIdParts("RES-12AB")).toEqual(["RES-12AB"]);
  });
  it("are said two digits at a time", () => {
    for (const id of ["199801019804", "19980101-9804"]) expect(spokenPersonalId(id)).toBe("19 98 01 01, 98 04");
    expect(spokenPersonalId("RES-12AB")).toBe("RES-12AB");
  });
  it("are rounded", () => {
    expect(formatSize(900)).toBe("900 B");
    expect(formatSize(184_320)).toBe("180 kB");
    expect(formatSize(20 * 1024 * 1024)).toBe("20 MB");
    expect(formatSize(1_153_433)).toBe("1,1 MB");
  });
});

describe("due in words", () => {
  const at = "2026-11-27T10:00:00Z";
  it.each([
    [{ at, tone: "onTime", workingDaysLeft: 2 }, "Svar senast fre 27 nov"],
    [{ at, tone: "today", workingDaysLeft: 0 }, "Svar senast i dag"],
    [{ at, tone: "late", workingDaysLeft: 0 }, "Försenat i dag"],
    [{ at, tone: "late", workingDaysLeft: -1 }, "Försenat 1 arbetsdag"],
    [{ at, tone: "late", workingDaysLeft: -3 }, "Försenat 3 arbetsdagar"],
    [{ at, tone: "paused", workingDaysLeft: 0 }, "Pausad: väntar på invånarens svar"],
    [{ at, tone: "done", workingDaysLeft: 0 }, "Återkopplat"],
  ] as const)("%o", (due, words) => expect(dueWords(due)).toBe(words));
});
