// Who is away at the in-memory backend's clinics, who covers, and what nobody watches; just enough to try the screen.
import type { AwayView, CoversView, NewAbsence, OwnAway, ShortInbox, StaffingView, StaffRow, TargetAway, Unwatched, UnwatchedView } from "../bindings";
import { addWorkingDays, iso, NOW, type FakeCase } from "./cases";
import { CLINICS, GROUPS, PEOPLE, type FakePerson } from "./people";
import { Refusal, type FakeState } from "./state";

const TODAY = iso(NOW).slice(0, 10);
const [bjork] = CLINICS;
/** Those who are away where the option says so: one is covered, one is not, and with `many` few look into the inbox too. */
const AWAY: Record<"some" | "many", [string, NewAbsence][]> = {
  some: [["SE2321000016-1009", { from: "2026-11-20", to: "2026-12-03", substitute: "SE2321000016-1002" }], ["SE2321000016-1003", { from: "2026-11-24", to: "2026-11-27", substitute: null }]],
  many: [["SE2321000016-1001", { from: "2026-11-23", to: "2026-12-11", substitute: null }], ["SE2321000016-1002", { from: "2026-11-25", to: "2026-11-26", substitute: null }], ["SE2321000016-1003", { from: "2026-11-24", to: "2026-11-27", substitute: null }]],
};
const decided = new WeakMap<FakeState, Map<string, NewAbsence[]>>();

function all(state: FakeState): Map<string, NewAbsence[]> {
  const known = decided.get(state) ?? new Map((state.options.away ? AWAY[state.options.away] : []).map(([who, absence]) => [`${bjork.id} ${who}`, [absence]]));
  decided.set(state, known);
  return known;
}
const absencesOf = (state: FakeState, clinic: string, who: string) => (all(state).get(`${clinic} ${who}`) ?? []).filter((one) => one.to >= TODAY);
const nowAway = (state: FakeState, clinic: string, who: string) => absencesOf(state, clinic, who).find((one) => one.from <= TODAY);
const person = (id: string) => PEOPLE.find((one) => one.hsaId === id);
const at = (clinic: string) => PEOPLE.filter((one) => one.roles[clinic]?.length);
const isThere = (state: FakeState, clinic: string) => (one: FakePerson) => !nowAway(state, clinic, one.hsaId);

export function substituteOf(state: FakeState, clinic: string, who: string): FakePerson | null {
  const found = person(nowAway(state, clinic, who)?.substitute ?? "");
  return found && isThere(state, clinic)(found) ? found : null;
}
export function awayOf(state: FakeState, one: FakeCase): AwayView | null {
  const away = one.assignee?.kind === "person" && nowAway(state, one.clinic, one.assignee.hsaId);
  return away && one.assignee?.kind === "person" ? { until: away.to, substitute: substituteOf(state, one.clinic, one.assignee.hsaId)?.name ?? null } : null;
}
export function targetAway(state: FakeState, clinic: string, who: string): TargetAway | null {
  const away = nowAway(state, clinic, who);
  const covers = substituteOf(state, clinic, who);
  return away ? { until: away.to, substitute: covers?.hsaId ?? null, substituteName: covers?.name ?? null } : null;
}
/** Is it a colleague's who is away and whom this person covers? */
export const isCovered = (state: FakeState, one: FakeCase): boolean => one.assignee?.kind === "person" && substituteOf(state, one.clinic, one.assignee.hsaId)?.hsaId === state.who().hsaId;
export const membersThere = (state: FakeState, group: (typeof GROUPS)[number]): number => group.members.filter((id) => !nowAway(state, group.clinic, id)).length;

/** Without holidays, as in addWorkingDays. */
export function unwatchedOf(state: FakeState, one: FakeCase): Unwatched | null {
  const { assignee } = one;
  const late = addWorkingDays(one.receivedAt, 1) < NOW;
  if (one.state === "closed") return null;
  if (!assignee) return late ? "undistributed" : null;
  if (assignee.kind === "group") return GROUPS.some((group) => group.id === assignee.id && membersThere(state, group)) ? null : "groupUnstaffed";
  if (nowAway(state, one.clinic, assignee.hsaId) && !substituteOf(state, one.clinic, assignee.hsaId)) return "holderAbsent";
  return one.state === "assignedPerson" && !one.firstFeedbackAt && late ? "notBegun" : null;
}
const REASONS: Unwatched[] = ["undistributed", "holderInactive", "holderAbsent", "groupUnstaffed", "notBegun"];
export function unwatchedAt(state: FakeState, clinic: string): UnwatchedView[] {
  const cases = [...state.cases.values()].filter((one) => one.clinic === clinic);
  return REASONS.map((why) => ({ why, scope: why === "undistributed" ? "inbox" as const : "distributed" as const, n: cases.filter((one) => unwatchedOf(state, one) === why).length })).filter((one) => one.n > 0);
}
export function coversAt(state: FakeState, clinic: string): CoversView[] {
  return at(clinic).filter((one) => substituteOf(state, clinic, one.hsaId)?.hsaId === state.who().hsaId).map((one) => ({ name: one.name, until: nowAway(state, clinic, one.hsaId)!.to }));
}
const receiversThere = (state: FakeState, clinic: string) => at(clinic).filter((one) => one.roles[clinic]?.includes("receiver")).filter(isThere(state, clinic)).length;
const least = 2;
export function shortInboxes(state: FakeState): ShortInbox[] {
  return CLINICS.filter(({ id }) => state.who().roles[id]?.includes("localAdmin") && receiversThere(state, id) < least).map(({ id, name }) => ({ clinic: id, clinicName: name, there: receiversThere(state, id), least }));
}
export function ownAway(state: FakeState): OwnAway[] {
  const me = state.who().hsaId;
  return CLINICS.flatMap(({ id, name }) => { const away = nowAway(state, id, me); return away ? [{ clinic: id, clinicName: name, until: away.to, substitute: substituteOf(state, id, me)?.name ?? null }] : []; });
}

export function staffing(state: FakeState, clinic: string): StaffingView {
  const me = state.who();
  const mine = me.roles[clinic] ?? [];
  if (!mine.length) throw new Refusal("forbidden");
  const knows = mine.includes("receiver") || mine.includes("handler");
  const decides = mine.includes("receiver") || mine.includes("localAdmin");
  const has = (who: string) => [...state.cases.values()].filter((one) => one.clinic === clinic && one.state !== "closed" && one.assignee?.kind === "person" && one.assignee.hsaId === who).length;
  const people = at(clinic).map<StaffRow>((one) => ({
    hsaId: one.hsaId, name: one.name, title: one.title, active: true, roles: one.roles[clinic] ?? [], handles: one.roles[clinic]?.includes("handler") ?? false, openCases: knows ? has(one.hsaId) : null,
    absences: absencesOf(state, clinic, one.hsaId).map((absence) => ({ ...absence, substituteName: person(absence.substitute ?? "")?.name ?? null })),
    awayUntil: nowAway(state, clinic, one.hsaId)?.to ?? null, coveredBy: substituteOf(state, clinic, one.hsaId)?.name ?? null, me: one === me, maySet: one === me || decides,
  }));
  return {
    clinic, clinicName: CLINICS.find(({ id }) => id === clinic)?.name ?? "", people: people.sort((a, b) => a.name.localeCompare(b.name, "sv")),
    groups: GROUPS.filter((group) => group.clinic === clinic).map((group) => ({ id: group.id, name: group.name, there: membersThere(state, group), handlers: group.members.length })),
    receiversThere: receiversThere(state, clinic), minWatchers: least, today: TODAY,
  };
}
export function saveAbsences(state: FakeState, clinic: string, who: string, seen: NewAbsence[], absences: NewAbsence[]): void {
  if (!state.online) throw new Refusal("offline");
  if (!staffing(state, clinic).people.some((one) => one.hsaId === who && one.maySet)) throw new Refusal("forbidden");
  const inOrder = (all: NewAbsence[]) => all.map(({ from, to, substitute }) => ({ from, to, substitute })).sort((a, b) => a.from.localeCompare(b.from));
  if (JSON.stringify(inOrder(seen)) !== JSON.stringify(inOrder(absencesOf(state, clinic, who)))) throw new Refusal("decided-meanwhile");
  const sorted = inOrder(absences);
  if (sorted.some((one) => one.to < one.from)) throw new Refusal("dates-reversed");
  if (sorted.some((one, n) => n > 0 && one.from <= sorted[n - 1]!.to)) throw new Refusal("absences-overlap");
  if (sorted.some((one) => one.substitute && (one.substitute === who || !person(one.substitute)?.roles[clinic]?.includes("handler")))) throw new Refusal("substitute-unfit");
  all(state).set(`${clinic} ${who}`, sorted);
  state.tell("moved", { cases: [] });
}
