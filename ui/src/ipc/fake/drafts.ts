// Drafts of colleagues, of one's own on another computer, and internal words that were begun, in the in-memory backend.
import type { AttachResult, CaseDraft, ComposeKind, DraftAttachment, JottingKind, JottingView, TakenOver } from "../bindings";
import { attachmentLimits } from "../bindings";
import { iso, NOW, uuid, type FakeCase } from "./cases";
import { PEOPLE, type FakePerson } from "./people";
import { Refusal, type FakeState } from "./state";

/** A draft that lies elsewhere. */
export type FakeOther = { author: FakePerson; machine: string; kind: ComposeKind; text: string; files: DraftAttachment[]; updatedAt: number; taken: TakenOver | null; why: string | null; cameBack?: boolean };

/** What of them a screen is tried with. */
export type OtherDrafts = "colleague" | "mine" | "taken" | "refused" | "several" | "back";

const HOUR = 3_600_000;
const TEXT = "Hej! Jag har läst ditt ärende och förnyat receptet. Du kan hämta ut läkemedlet på vilket apotek som helst från och med i morgon.";

/** As many as the option asks for, the same for every case. */
function invented(state: FakeState, one: FakeCase): FakeOther[] {
  const me = state.who();
  const here = PEOPLE.filter((person) => person.hsaId !== me.hsaId && person.roles[one.clinic]?.includes("handler"));
  const long = { ...here[0]!, name: "Karin Cederschiöld-Wachtmeister af Björneborg" };
  const file = (n: number) => ({ id: uuid(15, n), fileName: n ? "Så mäter du blodtryck.jpg" : "Egenvårdsråd vid högt blodtryck.pdf", kind: n ? "jpeg" as const : "pdf" as const, size: 231_424 * (n + 1), sha256: String(n).repeat(64), pages: null, reviewed: false });
  const theirs = (author: FakePerson, n = 0): FakeOther => ({ author, machine: uuid(16, n), kind: "finalReply", text: TEXT, files: [file(0), file(1)], updatedAt: NOW - HOUR, taken: null, why: null });
  const mine: FakeOther = { ...theirs(me, 9), files: [], updatedAt: NOW - 20 * HOUR };
  switch (state.options.otherDrafts) {
    case "colleague": return [theirs(here[0]!)];
    case "mine": return [mine];
    case "back":
      one.history.push({ at: iso(NOW - HOUR), who: "Anna Nordin", event: "messageWithdrawn", facts: { kind: mine.kind } });
      return [{ ...mine, updatedAt: NOW - HOUR, cameBack: true }];
    case "taken": return [{ ...theirs(here[0]!), taken: { who: here[1]!.name, at: iso(NOW - HOUR / 2) } }];
    case "refused": return [{ ...theirs(here[0]!), why: "not-assignee" }];
    case "several": return [theirs(here[0]!), { ...theirs(long, 1), kind: "partialReply" }, mine];
    default: return [];
  }
}

export function othersOf(state: FakeState, one: FakeCase): FakeOther[] {
  const key = `${state.who().hsaId} ${one.id}`;
  const known = state.others.get(key) ?? invented(state, one);
  state.others.set(key, known);
  return known;
}

export function caseDrafts(state: FakeState, one: FakeCase): CaseDraft[] {
  if (!state.online || one.state === "closed") return [];
  return othersOf(state, one).map((other) => ({ author: other.author.hsaId, authorName: other.author.name, machine: other.machine, kind: other.kind, updatedAt: iso(other.updatedAt), characters: other.text.length, files: other.files.length, mine: other.author.hsaId === state.who().hsaId, cameBack: other.cameBack ?? false, taken: other.taken, why: other.why }));
}

/** Theirs after one's own; it is not offered again. */
export function takeDraft(state: FakeState, one: FakeCase, author: string, machine: string): AttachResult {
  if (!state.online) throw new Refusal("offline");
  const me = state.who();
  const all = othersOf(state, one);
  const other = all.find((draft) => draft.author.hsaId === author && draft.machine === machine);
  if (!other) throw new Refusal("draft-gone");
  if (other.why) throw new Refusal(other.why);
  all.splice(all.indexOf(other), 1);
  const before = one.drafts.get(me.hsaId);
  const files = [...(before?.attachments ?? []), ...other.files.map((file) => ({ ...file, id: uuid(8, ++state.ids) }))];
  const kept = files.slice(0, attachmentLimits.maxFiles);
  const draft = { caseId: one.id, kind: other.kind, text: before?.text.trim() ? `${before.text}\n\n${other.text}` : other.text, attachments: kept, updatedAt: iso(state.now()), ...state.signed(me, one.clinic, one.signs.get(me.hsaId) ?? null) };
  if (!before) one.begun.set(me.hsaId, one.history.length);
  one.drafts.set(me.hsaId, draft);
  if (author !== me.hsaId) one.history.push({ at: iso(state.now()), who: me.name, event: "draftTaken", facts: { from: other.author.name } });
  state.tell("moved", { cases: [one.id] });
  return { draft, refused: files.slice(kept.length).map((file) => ({ fileName: file.fileName, problem: { code: "too-many-files", facts: { fileName: file.fileName, limit: String(attachmentLimits.maxFiles) }, detail: "" } })) };
}

const KINDS: JottingKind[] = ["note", "closing", "redistribution"];
const keyOf = (state: FakeState, kind: JottingKind) => `${state.who().hsaId} ${kind}`;

export const jottingsOf = (state: FakeState, one: FakeCase): JottingView[] => KINDS.flatMap((kind) => one.jottings.get(keyOf(state, kind)) ?? []);

/** As the real one: nobody begins in a case that they do not see; what was begun there is kept. */
export function keepJotting(state: FakeState, caseId: string, kind: JottingKind, text: string): string {
  const one = state.cases.get(caseId);
  if (!one || (!state.mayRead(one) && !one.jottings.has(keyOf(state, kind)))) throw new Refusal("not-found");
  const [key, updatedAt] = [keyOf(state, kind), iso(state.now())];
  const there = one.jottings.has(key);
  if (text.trim()) one.jottings.set(key, { caseId, kind, text, updatedAt });
  else one.jottings.delete(key);
  if (there !== one.jottings.has(key)) state.tell("moved", { cases: [caseId] });
  return updatedAt;
}

/** The words are in the outbox now. */
export function handedOver(state: FakeState, one: FakeCase, kind: JottingKind, words: string | null): void {
  if (one.jottings.get(keyOf(state, kind))?.text.trim() === words?.trim()) one.jottings.delete(keyOf(state, kind));
}

/** The act that had them is given up. */
export function putBack(state: FakeState, one: FakeCase, kind: JottingKind, words: string): void {
  const there = one.jottings.get(keyOf(state, kind))?.text ?? "";
  const text = there.includes(words) ? there : [words, there].filter(Boolean).join("\n\n");
  one.jottings.set(keyOf(state, kind), { caseId: one.id, kind, text, updatedAt: iso(state.now()) });
}

/** As a colleague does it at another computer: it lies at the server as its author's draft. */
export function colleagueTakesBack(state: FakeState, one: FakeCase, messageId: string, who: FakePerson): void {
  const message = one.messages.find((other) => other.id === messageId)!;
  one.messages = one.messages.filter((other) => other !== message);
  const files = message.attachments.map((file) => ({ id: file.id, fileName: file.fileName, kind: file.kind, size: file.size, sha256: file.sha256, pages: 3, reviewed: false }));
  othersOf(state, one).push({ author: state.who(), machine: messageId, kind: message.kind as ComposeKind, text: message.text, files, updatedAt: state.now(), taken: null, why: null, cameBack: true });
  one.history.push({ at: iso(state.now()), who: who.name, event: "messageWithdrawn", facts: { kind: message.kind } });
  state.tell("moved", { cases: [one.id] });
}
