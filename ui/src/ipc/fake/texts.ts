// Reply texts of the in-memory backend: enough to try the picker.
import type { ClinicTexts, ComposeKind, KeptText, ReplyText } from "../bindings";
import { uuid, type FakeCase } from "./cases";
import { Refusal, type FakeState } from "./state";

const TEXTS: { title: string; text: string; kind: ComposeKind | null; central: boolean }[] = [
  { title: "Receptet är förnyat", text: "Hej {{förnamn}}!\n\nReceptet på {{läkemedel}} är förnyat och finns på apoteket.", kind: "finalReply", central: true },
  { title: "Vi har tagit emot ditt ärende", text: "Hej {{förnamn}}!\n\nVi har tagit emot ditt ärende och återkommer när vi har läst det.", kind: "partialReply", central: true },
  { title: "Du är bokad", text: "Hej {{förnamn}}!\n\nDu har fått en tid hos oss: {{dag och tid}}. Anmäl dig i receptionen när du kommer.", kind: "finalReply", central: true },
  { title: "Provtagning på drop-in, en längre rubrik för att se vad som händer när den inte får plats på en rad", text: "Hej {{förnamn}}!\n\nDu kan komma till provtagningen utan tid, vardagar 7.30–10.00.", kind: null, central: false },
];

export function textsFor(state: FakeState, one: FakeCase, kind: ComposeKind): ReplyText[] {
  const first = one.resident.name.split(" ")[0] ?? "";
  return state.options.texts ? TEXTS.filter((text) => !text.kind || text.kind === kind).map((text, n) => ({ id: uuid(12, n), title: text.title, text: text.text.replace("{{förnamn}}", first), central: text.central })) : [];
}

const kept = new WeakMap<FakeState, Map<string, KeptText[]>>();
/** A clinic's own, or the region's; under one name for all clinics. */
const REGION = "region";
function ownedBy(state: FakeState, owner: string): KeptText[] {
  if (!kept.has(state)) kept.set(state, new Map());
  const all = kept.get(state)!;
  const central = owner === REGION;
  if (!all.has(owner)) all.set(owner, state.options.texts ? TEXTS.filter((text) => text.central === central).map((text, n) => ({ id: uuid(central ? 12 : 13, n), title: text.title, text: text.text, kind: text.kind, caseType: null, central, seen: null })) : []);
  return all.get(owner)!;
}
export function keptTexts(state: FakeState, clinic: string): ClinicTexts {
  const names = [...new Set([...state.cases.values()].map((one) => one.caseType))].sort((a, b) => a.localeCompare(b, "sv"));
  return { texts: [...ownedBy(state, REGION), ...ownedBy(state, clinic)].map((text) => ({ ...text, seen: seenOf(text) })), caseTypes: names.map((name, n) => ({ id: uuid(14, n), name })) };
}
const seenOf = (text: KeptText | undefined): string | null => (text ? JSON.stringify({ ...text, seen: null }) : null);
export function keepText(state: FakeState, clinic: string, text: KeptText): void {
  if (!state.online) throw new Refusal("offline");
  if (!text.title.trim() || !text.text.trim()) throw new Refusal("text-empty");
  const all = ownedBy(state, text.central ? REGION : clinic);
  const at = all.findIndex((one) => one.id === text.id);
  if (seenOf(all[at]) !== text.seen) throw new Refusal("decided-meanwhile");
  if (at >= 0) all[at] = { ...text };
  else all.push({ ...text, id: uuid(13, ++state.ids + 100) });
}
export function removeText(state: FakeState, clinic: string, text: KeptText): void {
  if (!state.online) throw new Refusal("offline");
  const all = ownedBy(state, text.central ? REGION : clinic);
  const at = all.findIndex((one) => one.id === text.id);
  if (seenOf(all[at]) !== text.seen) throw new Refusal("decided-meanwhile");
  all.splice(at, 1);
}
