import { describe, expect, it } from "vitest";
import { matching } from "@/features/distribute/match";
import type { TargetView } from "@/ipc";

const one = (name: string, title: string | null = null, kind: TargetView["kind"] = "person"): TargetView => ({ kind, id: name, name, title, openCases: 0, me: false, members: null, there: null, away: null });
const ALL = [one("Sara Lindqvist", "Distriktssköterska"), one("Leila Haddad", "Verksamhetschef"), one("Karin Cederschiöld-Wachtmeister"), one("Diabetessköterskor", null, "group"), one("Oskar Lund", "Läkare")];
const names = (typed: string) => matching(ALL, typed).map((found) => found.name);

describe("type-ahead", () => {
  it("shows everybody until something is typed", () => expect(names(" ")).toHaveLength(ALL.length));
  it("puts beginnings of names first, then other names' beginnings", () => {
    expect(names("l")).toEqual(["Leila Haddad", "Sara Lindqvist", "Oskar Lund"]);
    expect(names("wacht")).toEqual(["Karin Cederschiöld-Wachtmeister"]);
  });
  it("finds by title and by the middle of a word from three letters", () => {
    expect(names("sköt")).toEqual(["Sara Lindqvist", "Diabetessköterskor"]);
    expect(names("sa")).toEqual(["Sara Lindqvist"]);
  });
  it("finds nobody rather than somebody else", () => expect(names("xyz")).toEqual([]));
});
