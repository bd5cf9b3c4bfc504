// The invented cases: deterministic, in all states, received over the weeks before NOW.
import type { AssigneeView, AttachmentView, CaseState, CloseReason, DraftView, HistoryRow, JottingView, MessageView, NoteView, OutboxRow, SignAs } from "../bindings";
import { CASE_TYPES, CLINICS, GROUPS, PEOPLE, RESIDENTS } from "./people";

/** A Wednesday morning: everything below is told from here. */
export const NOW = Date.parse("2026-11-25T08:30:00Z");
const HOUR = 3_600_000;

export type FakeCase = {
  id: string; clinic: string; caseType: string; state: CaseState; resident: (typeof RESIDENTS)[number];
  receivedAt: number; dueAt: number; firstFeedbackAt: number | null; assignee: AssigneeView | null;
  messages: MessageView[]; notes: NoteView[]; history: HistoryRow[]; unreadBy: Set<string>;
  openQuestion: string | null; closeReason: CloseReason | null; closedBy: string | null; threadVersion: number;
  drafts: Map<string, DraftView>; /** By person and kind. */ jottings: Map<string, JottingView>; signs: Map<string, SignAs>; /** How much had happened when each draft was begun or reconciled. */ begun: Map<string, number>; pending: OutboxRow[];
};

export const uuid = (space: number, n: number) => `00000000-0000-4000-8000-${space.toString(16).padStart(4, "0")}${n.toString(16).padStart(8, "0")}`;
export const iso = (ms: number) => new Date(ms).toISOString();

/** Working days without holidays: enough for invented cases. */
export function addWorkingDays(from: number, days: number): number {
  let at = from;
  for (let left = days; left > 0; ) {
    at += 24 * HOUR;
    if (![0, 6].includes(new Date(at).getUTCDay())) left -= 1;
  }
  return at;
}

const FILES: [string, AttachmentView["kind"], number][] = [
  ["Läkemedelslista.pdf", "pdf", 184_320],
  ["Foto av utslag.jpg", "jpeg", 2_411_724],
  ["Rörelse.gif", "gif", 640_112],
  ["Skärmbild.png", "png", 98_304],
  ["Remiss från specialistmottagningen i Norra sjukvårdsområdet 2026-11-20 (slutlig version).pdf", "pdf", 1_204_224],
];

export function attachment(n: number, seed: number): AttachmentView {
  const [fileName, kind, size] = FILES[n % FILES.length]!;
  return { id: uuid(3, seed * 10 + n), fileName, kind, size, sha256: seed.toString(16).padStart(64, "0"), cached: seed % 9 !== 8 };
}

const WISHES = [
  "Hej! Mitt recept på blodtrycksmedicin tar slut på fredag. Kan ni förnya det? Jag mår bra och har mätt blodtrycket hemma.",
  "Hej, jag behöver boka om min tid den 3 december eftersom jag är bortrest då. Gärna en eftermiddag veckan efter.",
  "Jag undrar om svaren på blodproverna från förra veckan har kommit, och om jag behöver göra något.",
  "Jag är fortfarande inte återställd och skulle behöva förlänga min sjukskrivning. Det blev lite bättre av övningarna men jag klarar inte en hel arbetsdag än.",
];

function submission(n: number, caseType: string, resident: FakeCase["resident"], at: number): MessageView {
  const prescription = caseType === "Förnya recept";
  return {
    id: uuid(2, n * 10), kind: "submission", fromStaff: false, senderName: resident.name, senderTitle: null, signature: null,
    text: WISHES[n % WISHES.length]!,
    answers: prescription
      ? [
          { question: "Vilket läkemedel gäller det?", answer: "Enalapril 10 mg, 1 tablett på morgonen" },
          { question: "Hur länge räcker läkemedlet?", answer: "Till och med fredag" },
          { question: "Har du fått biverkningar?", answer: "Nej" },
          { question: "Var vill du hämta ut läkemedlet?", answer: "Valfritt apotek" },
        ]
      : [
          { question: "Vad gäller ditt ärende?", answer: caseType },
          { question: "När kan vi nå dig på telefon om det behövs?", answer: n % 2 ? "Vardagar efter klockan 15" : "" },
        ],
    attachments: n % 3 === 0 ? [attachment(0, n), attachment(1, n)] : n % 7 === 1 ? [attachment(2, n)] : n % 11 === 5 ? [attachment(4, n)] : [],
    at: iso(at), mine: false, readByResidentAt: null, mayTakeBack: false, delivery: { state: "sent", at: iso(at) },
  };
}

function staffMessage(n: number, nth: number, kind: MessageView["kind"], text: string, author: string, at: number): MessageView {
  const person = PEOPLE.find((one) => one.hsaId === author) ?? PEOPLE[1]!;
  return {
    id: uuid(2, n * 10 + nth), kind, fromStaff: true, senderName: person.name, senderTitle: person.title,
    signature: `Vänliga hälsningar\n${person.name}, ${person.title.toLowerCase()}`, text, answers: [],
    attachments: kind === "finalReply" && n % 2 ? [attachment(3, n)] : [],
    at: iso(at), mine: false, readByResidentAt: n % 2 ? iso(at + 2 * HOUR) : null, mayTakeBack: false, delivery: { state: "sent", at: iso(at) },
  };
}

const STATES: CaseState[] = ["new", "new", "assignedPerson", "inProgress", "new", "awaitingResident", "closed", "assignedGroup", "inProgress", "closed"];
const HANDLERS: Record<string, string[]> = {
  [CLINICS[0].id]: ["SE2321000016-1002", "SE2321000016-1003", "SE2321000016-1005", "SE2321000016-1009"],
  [CLINICS[1].id]: ["SE2321000016-1004", "SE2321000016-1006"],
};

function assigneeOf(state: CaseState, clinic: string, n: number): AssigneeView | null {
  if (state === "new") return null;
  if (state === "assignedGroup") {
    const group = GROUPS.find((one) => one.clinic === clinic)!;
    return { kind: "group", id: group.id, name: group.name };
  }
  const handlers = HANDLERS[clinic]!;
  const person = PEOPLE.find((one) => one.hsaId === handlers[n % handlers.length])!;
  return { kind: "person", hsaId: person.hsaId, name: person.name };
}

function makeCase(n: number): FakeCase {
  const clinic = CLINICS[n % 4 === 3 ? 1 : 0]!;
  const state = STATES[n % STATES.length]!;
  const resident = RESIDENTS[(n * 3 + (n >> 3)) % RESIDENTS.length]!;
  const caseType = n % 17 === 7 ? CASE_TYPES[7] : CASE_TYPES[n % 7]!;
  const age = state === "closed" ? 200 + n * 9 : state === "new" ? 1 + n * 0.9 : 20 + n * 1.7;
  const receivedAt = NOW - age * HOUR;
  const assignee = assigneeOf(state, clinic.id, n);
  const author = assignee?.kind === "person" ? assignee.hsaId : HANDLERS[clinic.id]![0]!;
  const messages = [submission(n, caseType, resident, receivedAt)];
  const history: HistoryRow[] = [{ at: iso(receivedAt), who: "resident", event: "created", facts: {} }];
  let firstFeedbackAt: number | null = null;
  if (state !== "new") history.push({ at: iso(receivedAt + HOUR), who: "Anna Nordin", event: "distributed", facts: { to: assignee?.name ?? "" } });
  if (n % 6 === 3 || state === "awaitingResident") {
    firstFeedbackAt = receivedAt + 2 * HOUR;
    messages.push(staffMessage(n, 1, "partialReply", "Tack, vi har tagit emot ditt ärende och återkommer senast på fredag.", "SE2321000016-1001", firstFeedbackAt));
  }
  let openQuestion: string | null = null;
  if (state === "awaitingResident") {
    const question = staffMessage(n, 2, "counterQuestion", "Vilka värden har du haft när du mätt blodtrycket hemma den senaste veckan?", author, receivedAt + 5 * HOUR);
    messages.push(question);
    openQuestion = question.id;
  }
  if (state === "closed") {
    firstFeedbackAt = receivedAt + 6 * HOUR;
    messages.push(staffMessage(n, 3, "finalReply", "Receptet är förnyat och finns på apoteket från och med i dag. Hör gärna av dig om du får några besvär.", author, firstFeedbackAt));
    history.push({ at: iso(firstFeedbackAt), who: assignee?.name ?? "", event: "closed", facts: {} });
  }
  const notes: NoteView[] = n % 5 === 3 ? [{ id: uuid(4, n), author: "Anna Nordin", text: "Ringde 09.10, inget svar. Försöker igen i eftermiddag.", mentions: [], missed: [], at: iso(receivedAt + 3 * HOUR), delivery: { state: "sent", at: iso(receivedAt + 3 * HOUR) } }] : [];
  return {
    id: uuid(1, n), clinic: clinic.id, caseType, state, resident, receivedAt, dueAt: addWorkingDays(receivedAt, 2), firstFeedbackAt,
    assignee, messages, notes, history, unreadBy: n % 3 === 0 || state === "new" ? new Set(PEOPLE.map((one) => one.hsaId)) : new Set(),
    openQuestion, closeReason: null, closedBy: state === "closed" ? author : null, threadVersion: messages.length, drafts: new Map(), jottings: new Map(), signs: new Map(), begun: new Map(), pending: [],
  };
}

export function makeCases(count = 80): FakeCase[] {
  return Array.from({ length: count }, (_, n) => makeCase(n));
}
