import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import TargetPicker from "@/features/distribute/TargetPicker.vue";
import { matching } from "@/features/distribute/match";
import { useBackend, type TargetView } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";

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

describe("whoever types before the names have come", () => {
  const open = async () => {
    const fake = fakeBackend({ latency: 0, step: 0 });
    let come = () => {};
    fake.commands.targets = () => new Promise((done) => { come = () => done({ status: "ok", data: ALL }); });
    useBackend(fake);
    const picker = mount(TargetPicker, { props: { caseId: "one", current: null, wanted: false, modelValue: null } });
    const chosen = () => (picker.emitted("update:modelValue")?.at(-1)?.[0] as TargetView | null | undefined)?.name;
    const arrive = async () => { await flushPromises(); come(); await flushPromises(); };
    return { picker, chosen, arrive };
  };
  it("has the first of them chosen when they come", async () => {
    const { picker, chosen, arrive } = await open();
    await picker.find("input").setValue("sara");
    expect(chosen()).toBeUndefined();
    await arrive();
    expect(chosen()).toBe("Sara Lindqvist");
    picker.unmount();
  });
  it("has nobody chosen without a word typed", async () => {
    const { picker, chosen, arrive } = await open();
    await arrive();
    expect(chosen()).toBeUndefined();
    picker.unmount();
  });
});
