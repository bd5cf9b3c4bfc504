// What a clinic decides, in the in-memory backend.
import type { ClinicSettings } from "../bindings";
import { Refusal, type FakeState } from "./state";

const EVES = ["epiphanyEve", "maundyThursday", "walpurgisNight", "ascensionEve", "nationalDayEve", "allSaintsEve", "littleChristmas"];
const decided = new WeakMap<FakeState, Map<string, ClinicSettings>>();

export function clinicSettings(state: FakeState, clinic: string): ClinicSettings {
  return decided.get(state)?.get(clinic) ?? {
    responseDays: null, regionDays: 3, undo: null, regionUndo: { partialReply: 10, counterQuestion: 10, finalReply: 30 }, closedDays: ["2026-12-28"],
    eves: EVES.map((code, n) => ({ code, rule: null, region: n < 3 ? "half" as const : "working" as const })), remindAssigneeHour: 8, remindReceiversHour: 13, distributeWithinDays: 1, minWatchers: 2,
  };
}
export function saveClinicSettings(state: FakeState, clinic: string, settings: ClinicSettings): void {
  if (!state.online) throw new Refusal("offline");
  if ((settings.responseDays ?? 0) > 60) throw new Refusal("out-of-range", { limit: "60" });
  if (Math.max(settings.distributeWithinDays, settings.minWatchers) > 10) throw new Refusal("out-of-range", { limit: "10" });
  if (!decided.has(state)) decided.set(state, new Map());
  decided.get(state)!.set(clinic, structuredClone(settings));
}
