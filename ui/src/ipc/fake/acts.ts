// What the in-memory backend does: acts travel through the same delivery states as real ones.
import { reasonsKnownToResident } from "../bindings";
import type { JottingKind, NoteColleague, SignAs, CloseReason, ComposeKind, Delivery, DraftAttachment, DraftView, GuardFinding, GuardView, HeldMessage, MessageOut, MessageView, NewsView, OutboxRow, RecordedView, Target } from "../bindings";
import { addWorkingDays, iso, NOW, uuid, type FakeCase } from "./cases";
import { handedOver, putBack } from "./drafts";
import { GROUPS, PEOPLE, type FakePerson } from "./people";
import { Refusal, type FakeState } from "./state";

type Apply = (delivery: Delivery) => void;

/** Queues an act: here → on its way → at the server → sent; stays "here" while the network is away. */
export function queue(state: FakeState, one: FakeCase, what: string, apply: Apply, { note = null, message = false, aside = null }: { note?: string | null; message?: boolean; /** Internal words that go with it. */ aside?: { kind: JottingKind; words: string } | null } = {}): void {
  const opId = uuid(9, ++state.ids);
  if (aside) { asides.set(opId, aside); handedOver(state, one, aside.kind, aside.words); }
  const row: OutboxRow = { opId, caseId: one.id, caseType: one.caseType, residentName: one.resident.name, what, writtenAt: iso(state.now()), attempts: 0, note, message, delivery: { state: "here", opId }, waits: null };
  one.pending.push(row);
  const show = (delivery: Delivery) => {
    row.delivery = delivery;
    apply(delivery);
    state.tell("moved", { cases: [one.id] });
  };
  show(row.delivery);
  advance(state, one, row, show);
}

const runs = new Map<string, () => void>();
const asides = new Map<string, { kind: JottingKind; words: string }>();

function advance(state: FakeState, one: FakeCase, row: OutboxRow, show: Apply): void {
  const { opId } = row;
  const later = (run: () => void) => (state.options.step ? setTimeout(run, state.options.step) : run());
  const run = () => {
    if (!state.online) return;
    // As in the core: what comes after something that is stopped stays here.
    if (one.pending.slice(0, one.pending.indexOf(row)).some((earlier) => earlier.delivery.state === "stopped" && earlier.note === null)) return;
    row.attempts += 1;
    if (state.options.refusing) return show({ state: "here", opId });
    if (state.options.stopFirst && ["partialReply", "finalReply", "note"].includes(row.what) && row.attempts === 1) {
      return show({ state: "stopped", opId, problem: { code: row.what === "note" ? "not-assignee" : "thread-moved", facts: {}, detail: "in-memory backend" } });
    }
    if (state.options.stopTake && row.what === "take") return show({ state: "stopped", opId, problem: { code: "already-taken", facts: {}, detail: "in-memory backend" } });
    show({ state: "onTheWay", opId });
    later(() => {
      // A message that is held has come home: it waits in the thread, not in the outbox.
      const held = row.message && state.options.undo > 0;
      const done = () => {
        one.pending = one.pending.filter((other) => other !== row);
        runs.delete(opId);
        if (!one.messages.some((message) => message.delivery.state !== "sent" && message.delivery.opId === opId) && held) return;
        show({ state: "sent", at: iso(state.now()) });
      };
      if (held) one.pending = one.pending.filter((other) => other !== row);
      show({ state: "atServer", opId, releaseAt: held ? new Date(Date.now() + state.options.undo * 1000).toISOString() : null });
      if (held) setTimeout(done, state.options.undo * 1000);
      else later(done);
    });
  };
  runs.set(opId, run);
  later(run);
}

/** The network is back, or somebody pressed "try again". */
export function push(opId?: string): void {
  if (opId) runs.get(opId)?.();
  else for (const run of [...runs.values()]) run();
}

export function distribute(state: FakeState, one: FakeCase, target: Target, seen: Target | null, withDraft: boolean): void {
  const has = one.assignee && (one.assignee.kind === "person" ? one.assignee.hsaId : one.assignee.id);
  if (has !== (seen?.id ?? null)) throw new Refusal("already-distributed");
  if (withDraft && state.options.guard && guardOf(state, one).stops && state.confirmed.get(one.id) !== guardOf(state, one).fingerprint) throw new Refusal("guard-findings", { count: "1" });
  const from = one.assignee?.name ?? "";
  if (target.kind === "receiver") {
    one.assignee = null;
    one.state = "new";
  } else if (target.kind === "group") {
    const group = GROUPS.find((other) => other.id === target.id);
    if (!group) throw new Refusal("target-inactive");
    one.assignee = { kind: "group", id: group.id, name: group.name };
    one.state = "assignedGroup";
  } else {
    const person = PEOPLE.find((other) => other.hsaId === target.id);
    if (!person) throw new Refusal("target-inactive");
    one.assignee = { kind: "person", hsaId: person.hsaId, name: person.name };
    one.state = "assignedPerson";
  }
  one.threadVersion += 1;
  one.history.push({ at: iso(state.now()), who: state.who().name, event: from ? "redistributed" : "distributed", facts: { ...(one.assignee ? { to: one.assignee.name } : {}), ...(from ? { from } : {}) } });
  if (withDraft) send(state, one);
  else queue(state, one, "distribute", () => undefined);
}

/** What others have done since the draft was begun. */
export function newsOf(state: FakeState, one: FakeCase): NewsView | null {
  const me = state.who();
  if (!one.drafts.has(me.hsaId)) return null;
  const fresh = one.history.slice(one.begun.get(me.hsaId) ?? one.history.length).filter((row) => row.who !== me.name && ["residentReplied", "redistributed"].includes(row.event));
  const rows = fresh.map((what) => ({ what, messageId: one.messages.find((message) => message.at === what.at)?.id ?? null }));
  return rows.length ? { version: one.history.length, rows } : null;
}

/** The resident writes, as an answer to a question. */
export function residentReplies(state: FakeState, one: FakeCase, text: string): void {
  const at = iso(state.now());
  one.messages.push({ id: uuid(5, ++state.ids), kind: "residentReply", fromStaff: false, senderName: one.resident.name, senderTitle: null, signature: null, text, answers: [], attachments: [], at, mine: false, readByResidentAt: null, mayTakeBack: false, delivery: { state: "sent", at } });
  one.history.push({ at, who: "resident", event: "residentReplied", facts: {} });
  one.openQuestion = null;
  one.threadVersion += 1;
  state.tell("moved", { cases: [one.id] });
}

export function draftOf(state: FakeState, one: FakeCase, kind: ComposeKind, text: string): DraftView {
  const me = state.who();
  const before = one.drafts.get(me.hsaId);
  const draft: DraftView = { caseId: one.id, kind, text, attachments: before?.attachments ?? [], updatedAt: iso(state.now()), ...state.signed(me, one.clinic, one.signs.get(me.hsaId) ?? null) };
  if (!before) one.begun.set(me.hsaId, one.history.length);
  one.drafts.set(me.hsaId, draft);
  return draft;
}

export function signDraft(state: FakeState, one: FakeCase, kind: ComposeKind, signAs: SignAs): DraftView {
  const me = state.who();
  one.signs.set(me.hsaId, signAs);
  const before = one.drafts.get(me.hsaId);
  const signed = { ...(before ?? { caseId: one.id, kind, text: "", attachments: [], updatedAt: iso(state.now()) }), ...state.signed(me, one.clinic, signAs) };
  if (before) one.drafts.set(me.hsaId, signed);
  return signed;
}

/** The clinic's colleagues, and whether they see the case. */
export function colleagues(state: FakeState, one: FakeCase): NoteColleague[] {
  const reads = (person: FakePerson) => {
    const roles = person.roles[one.clinic] ?? [];
    const { assignee } = one;
    const has = assignee?.kind === "person" ? assignee.hsaId === person.hsaId : assignee ? GROUPS.find((group) => group.id === assignee.id)?.members.includes(person.hsaId) : false;
    return roles.includes("receiver") || (roles.includes("handler") && has === true);
  };
  const others = PEOPLE.filter((person) => person.roles[one.clinic] && person.hsaId !== state.who().hsaId);
  return others.map((person) => ({ hsaId: person.hsaId, name: person.name, title: person.title, reads: reads(person) })).sort((a, b) => a.name.localeCompare(b.name, "sv"));
}

export function changeFiles(state: FakeState, one: FakeCase, change: (files: DraftAttachment[]) => DraftAttachment[]): DraftView {
  const me = state.who();
  const before = one.drafts.get(me.hsaId) ?? draftOf(state, one, "finalReply", "");
  const attachments = change(before.attachments);
  // that a file has been looked at is no change of the letter
  const updatedAt = attachments.length === before.attachments.length ? before.updatedAt : iso(state.now());
  const draft = { ...before, attachments, updatedAt };
  one.drafts.set(me.hsaId, draft);
  return draft;
}

/** Words that the invented guard knows: numbers, and these names. */
const STRANGER = /\d{8}-\d{4}|Margareta Holmgren|Bertil Strand/g;

/** With the option `guard`: finds what is in the text and, where there are files, something in them. */
export function guardOf(state: FakeState, one: FakeCase): GuardView {
  const draft = one.drafts.get(state.who().hsaId);
  if (!draft) throw new Refusal("no-draft");
  const fingerprint = JSON.stringify([draft.text, draft.kind, draft.attachments.map((file) => file.id)]);
  const { otherClinic } = state.options;
  if (!state.options.guard) return { fingerprint, findings: [], total: 0, unsearched: [], proof: null, otherClinic, stops: otherClinic !== null };
  const findings: GuardFinding[] = [...draft.text.matchAll(STRANGER)].map((match) => ({
    kind: /\d/.test(match[0]) ? "identityNumber" : "personName", place: { in: "text", start: match.index, end: match.index + match[0].length },
    found: match[0], before: draft.text.slice(Math.max(0, match.index - 30), match.index), after: draft.text.slice(match.index + match[0].length).slice(0, 30),
  }));
  const [first, second] = draft.attachments;
  if (first) {
    findings.push({ kind: "birthDate", place: { in: "fileName", attachmentId: first.id, fileName: first.fileName }, found: "1951-07-07", before: "född ", after: "" });
    findings.push({ kind: "personName", place: { in: "page", attachmentId: first.id, fileName: first.fileName, page: 1 }, found: "Karl-Bertil Cederschiöld-Wachtmeister", before: "Hej ", after: ", här är svaret på" });
  }
  const unsearched = second ? [{ attachmentId: second.id, fileName: second.fileName, pages: [0, 2], problem: null }] : [];
  const proof = one.resident.protectedIdentity ? "lastFour" as const : null;
  return { fingerprint, findings, total: findings.length, unsearched, proof, otherClinic, stops: findings.length + unsearched.length > 0 || proof !== null || otherClinic !== null };
}

export function confirmFindings(state: FakeState, one: FakeCase, fingerprint: string, typed: string | null): void {
  const told = guardOf(state, one);
  if (told.fingerprint !== fingerprint) throw new Refusal("guard-changed");
  if (told.proof && !one.resident.personalId.endsWith((typed ?? "").trim().padStart(4, "-"))) throw new Refusal("guard-typed");
  state.confirmed.set(one.id, fingerprint);
}

function passGuard(state: FakeState, one: FakeCase): void {
  const told = guardOf(state, one);
  if (told.stops && state.confirmed.get(one.id) !== told.fingerprint) throw new Refusal("guard-findings", { count: String(told.total + told.unsearched.length) });
  state.confirmed.delete(one.id);
}

export function send(state: FakeState, one: FakeCase, closing: CloseReason | null = null): void {
  const me = state.who();
  const draft = one.drafts.get(me.hsaId);
  if (!draft) throw new Refusal("not-found");
  if (!draft.text.trim()) throw new Refusal("text-empty");
  if (newsOf(state, one)) throw new Refusal("thread-moved");
  passGuard(state, one);
  one.drafts.delete(me.hsaId);
  const at = iso(state.now());
  const message: MessageView = {
    id: uuid(5, ++state.ids), kind: draft.kind, fromStaff: true, senderName: me.name, senderTitle: me.title, signature: draft.signature, text: draft.text,
    answers: [], attachments: draft.attachments.map((file) => ({ id: file.id, fileName: file.fileName, kind: file.kind, size: file.size, sha256: file.sha256, cached: true })),
    at, mine: true, readByResidentAt: null, mayTakeBack: false, delivery: { state: "here", opId: "" },
  };
  one.messages.push(message);
  queue(state, one, draft.kind === "closure" ? "close" : draft.kind, (delivery) => {
    message.delivery = delivery;
    if (delivery.state !== "sent") return;
    one.firstFeedbackAt ??= NOW;
    one.threadVersion += 1;
    if (draft.kind === "counterQuestion") {
      one.state = "awaitingResident";
      one.openQuestion = message.id;
    }
    if (draft.kind === "finalReply" || draft.kind === "closure") {
      one.state = "closed";
      one.closeReason = closing;
      one.closedBy = me.hsaId;
      one.history.push({ at: delivery.at, who: me.name, event: "closed", facts: {} });
    }
  }, { message: true });
}

const isHeld = (message: MessageView) => message.delivery.state === "atServer" && message.delivery.releaseAt !== null;

/** Own messages that are held. */
export function heldOf(state: FakeState): HeldMessage[] {
  return [...state.cases.values()].flatMap((one) => one.messages.filter((message) => isHeld(message) && message.senderName === state.who().name).map((message) => ({
    caseId: one.id, messageId: message.id, kind: message.kind, residentName: one.resident.name, askedBack: false,
    releaseAt: message.delivery.state === "atServer" ? (message.delivery.releaseAt ?? "") : "",
  })));
}

/** Own messages that have left this computer: what is held, and what was sent since the beginning, the last first. */
export function outOf(state: FakeState): MessageOut[] {
  const own = [...state.cases.values()].flatMap((one) => one.messages.filter((message) => message.fromStaff && message.senderName === state.who().name).map((message) => ({ one, message })));
  const sentAt = ({ delivery }: MessageView) => (delivery.state === "sent" ? Date.parse(delivery.at) : 0);
  const held = own.filter(({ message }) => isHeld(message));
  const sent = own.filter(({ message }) => sentAt(message) >= NOW).sort((a, b) => sentAt(b.message) - sentAt(a.message)).slice(0, 20);
  return [...held, ...sent].map(({ one, message }) => ({ caseId: one.id, messageId: message.id, kind: message.kind, caseType: one.caseType, residentName: one.resident.name, delivery: message.delivery, askedBack: false }));
}

/** What is held comes back as a draft; what is out stays out. */
export function takeBack(state: FakeState, one: FakeCase, messageId: string): void {
  const message = one.messages.find((other) => other.id === messageId);
  if (!message || !isHeld(message)) throw new Refusal("already-released");
  one.messages = one.messages.filter((other) => other !== message);
  const draft = draftOf(state, one, message.kind as ComposeKind, message.text);
  draft.attachments.push(...message.attachments.map((file) => ({ id: file.id, fileName: file.fileName, kind: file.kind, size: file.size, sha256: file.sha256, pages: 3, reviewed: true })));
  one.history.push({ at: iso(state.now()), who: state.who().name, event: "messageWithdrawn", facts: { kind: message.kind } });
  state.tell("moved", { cases: [one.id] });
}

export function toDraft(state: FakeState, opId: string): void {
  for (const one of state.cases.values()) {
    const message = one.messages.find((other) => other.delivery.state !== "sent" && other.delivery.opId === opId);
    if (!one.pending.some((row) => row.opId === opId)) continue;
    const given = one.pending.find((row) => row.opId === opId);
    const aside = asides.get(opId) ?? (given?.note ? { kind: "note" as const, words: given.note } : null);
    if (aside) putBack(state, one, aside.kind, aside.words);
    one.pending = one.pending.filter((row) => row.opId !== opId);
    one.notes = one.notes.filter((note) => note.delivery.state === "sent" || note.delivery.opId !== opId);
    runs.delete(opId);
    if (message) {
      one.messages = one.messages.filter((other) => other !== message);
      draftOf(state, one, message.kind as ComposeKind, message.text);
      changeFiles(state, one, () => message.attachments.map((file) => ({ ...file, pages: 1, reviewed: true })));
    }
    state.tell("moved", { cases: [one.id] });
    // What waited for the decision goes.
    for (const row of one.pending) if (row.delivery.state === "here") runs.get(row.opId)?.();
  }
}

export function close(state: FakeState, one: FakeCase, reason: CloseReason, note: string | null, withDraft: boolean): void {
  const known: readonly string[] = reasonsKnownToResident;
  if ((reason === "other" || (!withDraft && !known.includes(reason))) && !note?.trim()) throw new Refusal("reason-missing");
  if (withDraft) {
    if (one.drafts.get(state.who().hsaId)?.kind !== "closure") throw new Refusal("no-draft");
    send(state, one, reason);
    if (note) { addNote(state, one, note); handedOver(state, one, "closing", note); }
    return;
  }
  one.state = "closed";
  one.closeReason = reason;
  one.closedBy = state.who().hsaId;
  one.openQuestion = null;
  one.history.push({ at: iso(state.now()), who: state.who().name, event: "closed", facts: { reason } });
  if (note) addNote(state, one, note);
  queue(state, one, "close", () => undefined, { aside: note ? { kind: "closing", words: note } : null });
}

export function markRecorded(state: FakeState, one: FakeCase, through: number): void {
  if (recordedOf(one)?.whole) throw new Refusal("already-recorded");
  one.history.push({ at: iso(state.now()), who: state.who().name, event: "recorded", facts: { through: String(Math.min(through, one.threadVersion)) } });
  queue(state, one, "markRecorded", () => undefined);
}

export function recordedOf(one: FakeCase): RecordedView | null {
  const last = [...one.history].reverse().find((row) => row.event === "recorded");
  return last ? { who: last.who, at: last.at, whole: Number(last.facts.through) >= one.threadVersion } : null;
}

/** Whom a note speaks to: a plain stand-in for the core's rule. */
function spokenTo(state: FakeState, one: FakeCase, text: string): { mentions: string[]; missed: string[] } {
  const meant = colleagues(state, one).filter((person) => text.includes(`@${person.name}`));
  return { mentions: meant.filter((person) => person.reads).map((person) => person.name), missed: meant.filter((person) => !person.reads).map((person) => person.name) };
}

export function addNote(state: FakeState, one: FakeCase, text: string): void {
  const note = { id: uuid(6, ++state.ids), author: state.who().name, text, ...spokenTo(state, one, text), at: iso(state.now()), delivery: { state: "here", opId: "" } as Delivery };
  one.notes.push(note);
  queue(state, one, "note", (delivery) => (note.delivery = delivery), { note: text, aside: { kind: "note", words: text } });
}

/** A note that was stopped is thrown away. */
export function discardNote(state: FakeState, opId: string): void {
  const one = [...state.cases.values()].find((other) => other.pending.some((row) => row.opId === opId && row.note !== null));
  if (!one) throw new Refusal("not-found");
  const note = one.notes.find((other) => other.delivery.state !== "sent" && other.delivery.opId === opId);
  one.pending = one.pending.filter((row) => row.opId !== opId);
  one.notes = one.notes.filter((other) => other !== note);
  runs.delete(opId);
  state.tell("moved", { cases: [one.id] });
}

export function newCase(state: FakeState): FakeCase {
  const first = [...state.cases.values()][0]!;
  const one: FakeCase = { ...first, id: uuid(7, ++state.ids), state: "new", receivedAt: state.now(), dueAt: addWorkingDays(NOW, 2), firstFeedbackAt: null, assignee: null, notes: [], unreadBy: new Set(PEOPLE.map((person) => person.hsaId)), drafts: new Map(), jottings: new Map(), begun: new Map(), pending: [] };
  state.cases.set(one.id, one);
  state.tell("moved", { cases: [one.id] });
  return one;
}

/** A draft with a file and a begun note, in a case that the person does not see any more. */
export function leaveDraft(state: FakeState): void {
  const me = state.who();
  const one = [...state.cases.values()].find((other) => !state.mayRead(other));
  const file = { id: uuid(8, ++state.ids), fileName: "Egenvårdsråd vid högt blodtryck.pdf", kind: "pdf" as const, size: 231_424, sha256: "a".repeat(64), pages: 3, reviewed: true };
  if (one) putBack(state, one, "note", "Ring i morgon efter klockan 15, hen arbetar natt.");
  one?.drafts.set(me.hsaId, { caseId: one.id, kind: "finalReply", text: "Hej! Jag har läst ditt ärende och föreslår att du mäter blodtrycket morgon och kväll i en vecka.\n\nSkriv sedan upp värdena och", attachments: [file], updatedAt: iso(NOW - 5 * 3_600_000), signature: state.personal(me).signature, signAs: "person" });
}
