// What a clinic and its region decide, in the in-memory backend.
import type { CaseTypeDays, ClinicSettings, RegionSettings } from "../bindings";
import { uuid } from "./cases";
import { CLINICS } from "./people";
import { Refusal, type FakeState } from "./state";

const EVES = ["epiphanyEve", "maundyThursday", "walpurgisNight", "ascensionEve", "nationalDayEve", "allSaintsEve", "littleChristmas"];
const decided = new WeakMap<FakeState, Map<string, ClinicSettings>>();
const ofRegion = new WeakMap<FakeState, RegionSettings>();

function types(state: FakeState): CaseTypeDays[] {
  const names = [...new Set([...state.cases.values()].map((one) => one.caseType))].sort((a, b) => a.localeCompare(b, "sv"));
  return names.map((name, n) => ({ id: uuid(14, n), name, days: null, otherwise: n === 1 ? 1 : null }));
}
/** With what it is, as it is to be handed back. */
const handedOut = <T extends { seen: string }>(settings: T): T => ({ ...settings, seen: JSON.stringify({ ...settings, seen: "" }) });
export const regionSettings = (state: FakeState): RegionSettings => handedOut(decidedRegion(state));
function decidedRegion(state: FakeState): RegionSettings {
  return ofRegion.get(state) ?? {
    seen: "",
    regionName: "Region Skogslandet", responseDays: 3, undo: { partialReply: 10, counterQuestion: 10, finalReply: 30 },
    eves: EVES.map((code, n) => ({ code, rule: n < 3 ? "half" as const : null, region: "working" as const })), caseTypes: types(state),
  };
}
export function saveRegionSettings(state: FakeState, settings: RegionSettings): void {
  if (!state.online) throw new Refusal("offline");
  if (settings.responseDays > 60) throw new Refusal("out-of-range", { limit: "60" });
  if (settings.seen !== regionSettings(state).seen) throw new Refusal("decided-meanwhile");
  ofRegion.set(state, JSON.parse(JSON.stringify(settings)));
}
export const clinicSettings = (state: FakeState, clinic: string): ClinicSettings => handedOut(decidedAt(state, clinic));
function decidedAt(state: FakeState, clinic: string): ClinicSettings {
  const region = regionSettings(state);
  return decided.get(state)?.get(clinic) ?? {
    seen: "",
    responseDays: null, regionDays: region.responseDays, undo: null, regionUndo: region.undo, closedDays: ["2026-12-28"],
    caseTypes: region.caseTypes.map((one) => ({ ...one, days: null, otherwise: one.days ?? one.otherwise })),
    eves: region.eves.map((eve) => ({ code: eve.code, rule: null, region: eve.rule ?? "working" })), remindAssigneeHour: 8, remindReceiversHour: 13, distributeWithinDays: 1, minWatchers: 2,
    signature: "", clinicName: CLINICS.find((one) => one.id === clinic)?.name ?? "",
  };
}
export function saveClinicSettings(state: FakeState, clinic: string, settings: ClinicSettings): void {
  if (!state.online) throw new Refusal("offline");
  if ((settings.responseDays ?? 0) > 60) throw new Refusal("out-of-range", { limit: "60" });
  if (Math.max(settings.distributeWithinDays, settings.minWatchers) > 10) throw new Refusal("out-of-range", { limit: "10" });
  if (settings.seen !== clinicSettings(state, clinic).seen) throw new Refusal("decided-meanwhile");
  if (!decided.has(state)) decided.set(state, new Map());
  decided.get(state)!.set(clinic, JSON.parse(JSON.stringify(settings)));
}
