// What the in-memory backend shows of a case; the real rules live in the domain crate, these are just enough to try the screen.
import type { ActName, ActView, CaseRow, CaseView, CountKey, CountedView, Counts, DraftView, DueView, FilterChoices, GroupView, JottingView, ListFilter, ListPage, ListQuery, MistypedNumber, OutboxPage, OutboxRow, Role, SavedView, Scope, StartCard, StartView, WhyDue } from "../bindings";
import { newsOf, outOf, recordedOf } from "./acts";
import { iso, NOW, type FakeCase } from "./cases";
import { jottingsOf } from "./drafts";
import { CLINICS, GROUPS } from "./people";
import { awayOf, coversAt, isCovered, ownAway, shortInboxes, unwatchedAt, unwatchedOf } from "./staffing";
import { Refusal, type FakeState } from "./state";

const DAY = 86_400_000;

function due(one: FakeCase): DueView {
  if (one.openQuestion) return { at: iso(one.dueAt), tone: "paused", workingDaysLeft: 0 };
  if (one.firstFeedbackAt) return { at: iso(one.dueAt), tone: "done", workingDaysLeft: 0 };
  const days = Math.floor(one.dueAt / DAY) - Math.floor(NOW / DAY);
  return { at: iso(one.dueAt), tone: days < 0 ? "late" : days === 0 ? "today" : "onTime", workingDaysLeft: days };
}

/** Without holidays, as in addWorkingDays. */
function whyOf(one: FakeCase): WhyDue {
  const [counted, skipped]: [string[], WhyDue["skipped"]] = [[], []];
  for (let at = one.receivedAt + DAY; at <= one.dueAt; at += DAY) {
    const day = iso(at).slice(0, 10);
    if ([0, 6].includes(new Date(at).getUTCDay())) skipped.push({ day, why: "weekend" });
    else counted.push(day);
  }
  const stopped = one.firstFeedbackAt ? { at: iso(one.firstFeedbackAt), by: "partialReply" as const, late: one.firstFeedbackAt > one.dueAt } : null;
  return { cause: "submitted", startedAt: iso(one.receivedAt), days: 2, level: "region", counted, skipped, pauses: [], dueAt: iso(one.dueAt), halfDay: null, stopped, paused: one.openQuestion !== null };
}

export function rowOf(state: FakeState, one: FakeCase): CaseRow {
  const me = state.who();
  return {
    id: one.id, clinic: one.clinic, clinicName: CLINICS.find((clinic) => clinic.id === one.clinic)?.name ?? "", caseType: one.caseType,
    state: one.state, unread: one.unreadBy.has(me.hsaId) && one.state !== "closed", residentName: one.resident.name, residentId: one.resident.personalId,
    protectedIdentity: one.resident.protectedIdentity, receivedAt: iso(one.receivedAt), due: due(one), assignee: one.assignee, mine: state.isMine(one), away: open(one) ? awayOf(state, one) : null, covered: isCovered(state, one),
    attachments: one.messages.reduce((sum, message) => sum + message.attachments.length, 0),
    partialReplySent: one.messages.some((message) => message.kind === "partialReply"), hasDraft: one.drafts.has(me.hsaId), jottings: jottingsOf(state, one).map((jotting) => jotting.kind), pendingOps: one.pending.length,
  };
}

const open = (one: FakeCase) => one.state !== "closed";

function inScope(state: FakeState, one: FakeCase, scope: Scope): boolean {
  const receiver = state.holds(one.clinic, "receiver");
  switch (scope) {
    case "inbox": return receiver && one.state === "new";
    case "distributed": return receiver && open(one) && one.state !== "new";
    case "clinicClosed": return receiver && !open(one);
    case "mine": return open(one) && state.isMine(one);
    case "groups": return open(one) && state.inMyGroup(one);
    case "covered": return open(one) && isCovered(state, one);
    case "waiting": return one.state === "awaitingResident" && state.isMine(one);
    case "drafts": return one.drafts.has(state.who().hsaId) || jottingsOf(state, one).length > 0;
    case "myClosed": return !open(one) && one.closedBy === state.who().hsaId;
    case "search": return true;
  }
}

function matches(one: FakeCase, search: string | null): boolean {
  const typed = (search ?? "").toLowerCase().trim();
  if (!typed) return true;
  const wanted = [typed, typed.replace(/^(\d{6,8})[- ]?(\d{4})$/, "$1$2")];
  return [one.caseType, one.resident.name, one.resident.personalId, ...one.messages.map((message) => message.text)].some((text) => wanted.some((words) => text.toLowerCase().includes(words)));
}

/** A likeness of the rule: whole numbers with their century, or divided ones without it. */
function mistyped(search: string | null): MistypedNumber | null {
  const read = /^(?:(\d{4})(\d{2})(\d{2})[- ]?|(\d{2})(\d{2})(\d{2})[- ])(\d{4})$/.exec((search ?? "").trim());
  if (!read) return null;
  const [year = "", month = "", day = "", last = ""] = read.slice(1).filter((part) => part !== undefined);
  const number = `${year}${month}${day}-${last}`;
  const born = new Date(`${year.length === 4 ? year : `19${year}`}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(born.getTime()) || born.getUTCDate() !== Number(day)) return { number, fault: "date" };
  const sum = [...`${year.slice(-2)}${month}${day}${last}`].reduce((all, digit, at) => { const weighted = Number(digit) * (2 - (at % 2)); return all + Math.floor(weighted / 10) + (weighted % 10); }, 0);
  return sum % 10 ? { number, fault: "checkDigit" } : null;
}

function fits(state: FakeState, one: FakeCase, filter: ListFilter): boolean {
  const { holder } = filter;
  const day = new Date(one.receivedAt).toISOString().slice(0, 10);
  const held = !holder || (holder.kind === "nobody" ? !one.assignee : holder.kind === "person" ? one.assignee?.kind === "person" && one.assignee.hsaId === holder.hsaId : one.assignee?.kind === "group" && one.assignee.id === holder.id);
  return held && (!filter.due || (open(one) && due(one).tone === filter.due))
    && (!filter.states.length || filter.states.includes(one.state)) && (!filter.caseTypes.length || filter.caseTypes.includes(one.caseType))
    && (!filter.receivedFrom || day >= filter.receivedFrom) && (!filter.receivedTo || day <= filter.receivedTo)
    && (!filter.unread || rowOf(state, one).unread) && (!filter.protectedIdentity || one.resident.protectedIdentity)
    && (!filter.unwatched.length || filter.unwatched.some((why) => why === unwatchedOf(state, one)));
}

export function choicesOf(state: FakeState, scope: Scope, clinic: string | null): FilterChoices {
  const cases = select(state, scope, clinic);
  const held = new Map(cases.flatMap((one) => (one.assignee ? [[one.assignee.name, one.assignee] as const] : [])));
  return { caseTypes: [...new Set(cases.map((one) => one.caseType))].sort((a, b) => a.localeCompare(b, "sv")), holders: [...held.values()].sort((a, b) => a.name.localeCompare(b.name, "sv")), unheld: cases.some((one) => !one.assignee) };
}

export function viewsOf(state: FakeState): CountedView[] {
  const views = state.views.get(state.who().hsaId) ?? [];
  return views.map((view) => ({ view, n: listOf(state, { ...view, offset: 0, limit: 0 }).total }));
}

export function saveViews(state: FakeState, views: SavedView[]): void {
  if (views.some((view) => !view.name.trim())) throw new Refusal("text-empty");
  if (new Set(views.map((view) => view.name.trim().toLowerCase())).size < views.length) throw new Refusal("name-taken");
  state.views.set(state.who().hsaId, views);
}

function select(state: FakeState, scope: Scope, clinic: string | null): FakeCase[] {
  return [...state.cases.values()].filter((one) => (!clinic || one.clinic === clinic) && state.mayRead(one) && inScope(state, one, scope));
}

export function listOf(state: FakeState, query: ListQuery): ListPage {
  const closed = query.scope === "clinicClosed" || query.scope === "myClosed";
  // Running clocks first.
  const key = (one: FakeCase) => (["paused", "done"].includes(due(one).tone) ? Number.MAX_SAFE_INTEGER : one.dueAt);
  const found = select(state, query.scope, query.clinic)
    .filter((one) => matches(one, query.search) && fits(state, one, query.filter))
    .sort((a, b) => (closed ? b.receivedAt - a.receivedAt : key(a) - key(b) || a.receivedAt - b.receivedAt));
  return { total: found.length, more: false, offset: query.offset, rows: found.slice(query.offset, query.offset + query.limit).map((one) => rowOf(state, one)), incomplete: false, mistyped: mistyped(query.search) };
}

export function outboxOf(state: FakeState): OutboxPage {
  const { online, options } = state;
  const waits = ({ delivery }: OutboxRow, before: OutboxRow[]): OutboxRow["waits"] => {
    if (delivery.state !== "here") return null;
    if (before.some((row) => row.delivery.state === "stopped" && row.note === null)) return { why: "earlierStopped", problem: null, retryAt: null };
    if (!online) return { why: "contact", problem: { code: "server-unreachable", facts: {}, detail: "" }, retryAt: null };
    if (before.length) return { why: "earlier", problem: null, retryAt: null };
    return options.refusing ? { why: "nextTry", problem: options.refusing, retryAt: new Date(Date.now() + 90_000).toISOString() } : { why: "turn", problem: null, retryAt: null };
  };
  const waiting = [...state.cases.values()].flatMap((one) => one.pending.map((row, n) => ({ ...row, waits: waits(row, one.pending.slice(0, n)) })));
  return { waiting, out: outOf(state) };
}

/** Drafts in cases that the person may not read any more. */
export function straysOf(state: FakeState): DraftView[] {
  return [...state.cases.values()].filter((one) => !state.mayRead(one)).flatMap((one) => one.drafts.get(state.who().hsaId) ?? []);
}

/** The same for internal words that were begun. */
export const strayJottingsOf = (state: FakeState): JottingView[] => [...state.cases.values()].filter((one) => !state.mayRead(one)).flatMap((one) => jottingsOf(state, one));

export function countsOf(state: FakeState, clinic: string | null): Counts {
  const n = (scope: Scope) => select(state, scope, clinic).length;
  return { inbox: n("inbox"), distributed: n("distributed"), mine: n("mine"), groups: n("groups"), covered: n("covered"), waiting: n("waiting"), drafts: n("drafts"), outbox: outboxOf(state).waiting.filter((row) => row.delivery.state !== "atServer").length, strayDrafts: straysOf(state).length + strayJottingsOf(state).length };
}

export function startOf(state: FakeState): StartView {
  const cards: StartCard[] = [];
  const me = state.who();
  for (const clinic of CLINICS) {
    const roles = me.roles[clinic.id] ?? [];
    const unread = (cases: FakeCase[]) => cases.filter((one) => one.unreadBy.has(me.hsaId)).length;
    const oldest = (cases: FakeCase[]) => {
      const first = cases.filter((one) => !one.openQuestion).sort((a, b) => a.receivedAt - b.receivedAt)[0];
      return first ? { caseId: first.id, caseType: first.caseType, receivedAt: iso(first.receivedAt) } : null;
    };
    const tone = (cases: FakeCase[], wanted: DueView["tone"]) => cases.filter((one) => due(one).tone === wanted).length;
    const pile = (whole: CountKey, cases: FakeCase[]): StartCard["counts"] => [{ key: whole, n: cases.length }, { key: "dueToday", n: tone(cases, "today") }, { key: "late", n: tone(cases, "late") }, { key: "unread", n: unread(cases) }];
    const card = (id: StartCard["id"], cases: FakeCase[], counts: StartCard["counts"]) => cards.push({ id, clinic: clinic.id, clinicName: clinic.name, counts, oldest: oldest(cases), unwatched: id === "clinicCases" ? unwatchedAt(state, clinic.id) : [], covers: id === "covered" ? coversAt(state, clinic.id) : [] });
    if (roles.includes("receiver")) {
      const inbox = select(state, "inbox", clinic.id);
      const rest = select(state, "distributed", clinic.id);
      card("clinicCases", inbox, [...pile("undistributed", inbox), { key: "dueTodayDistributed", n: tone(rest, "today") }, { key: "lateDistributed", n: tone(rest, "late") }]);
    }
    if (roles.includes("handler")) {
      const mine = select(state, "mine", clinic.id);
      card("assignedCases", mine, [...pile("open", mine), { key: "waiting", n: select(state, "waiting", clinic.id).length }]);
      const groups = select(state, "groups", clinic.id);
      if (state.session()?.assignments.some((one) => one.clinic === clinic.id && one.groups.length)) card("myGroups", groups, pile("groups", groups));
      const covered = select(state, "covered", clinic.id);
      if (coversAt(state, clinic.id).length) card("covered", covered, pile("covered", covered));
    }
  }
  const counts = countsOf(state, null);
  const own = (id: StartCard["id"], n: StartCard["counts"]): StartCard => ({ id, clinic: null, clinicName: null, counts: n, oldest: null, unwatched: [], covers: [] });
  if (cards.length) {
    cards.push(own("drafts", [{ key: "drafts", n: counts.drafts }]));
    cards.push(own("outbox", [{ key: "outbox", n: counts.outbox }]));
  }
  const holds = (...roles: Role[]) => Object.values(me.roles).some((held) => held?.some((role) => roles.includes(role)));
  if (holds("localAdmin", "permissionAdmin")) cards.push(own("staff", []));
  if (holds("localAdmin")) cards.push(own("clinicSettings", []), own("clinicTexts", []));
  if (holds("regionAdmin")) cards.push(own("regionSettings", []));
  if (holds("regionAdmin", "nationalAdmin")) cards.push(own("regionTexts", []));
  cards.push(own("personalSettings", []));
  return { cards, newSince: iso(NOW - 15 * 3_600_000), newCases: counts.inbox, shortInboxes: shortInboxes(state), away: ownAway(state) };
}

function acts(state: FakeState, one: FakeCase): ActView[] {
  const receiver = state.holds(one.clinic, "receiver");
  const mine = state.isMine(one);
  const closed = !open(one);
  const why = (act: ActName): string | null => {
    const own = closed ? "case-closed" : mine ? null : state.inMyGroup(one) ? "take-first" : isCovered(state, one) ? "take-over-first" : "not-assignee";
    switch (act) {
      case "distribute": return !receiver ? "forbidden" : one.state === "new" ? null : closed ? "case-closed" : "already-taken";
      case "redistribute": return closed ? "case-closed" : one.state === "new" ? "forbidden" : receiver || mine ? null : isCovered(state, one) ? "take-over-first" : "not-assignee";
      case "take": return closed ? "case-closed" : state.inMyGroup(one) || isCovered(state, one) ? null : "forbidden";
      case "partialReply": case "attach": return closed ? "case-closed" : receiver ? null : own;
      case "counterQuestion": return own ?? (one.openQuestion ? "pending-message" : null);
      case "finalReply": return own;
      case "withdrawQuestion": return own ?? (one.openQuestion ? null : "no-open-question");
      case "close": return closed ? "case-closed" : receiver || mine ? null : own;
      case "reopen": return !closed ? "forbidden" : NOW - one.receivedAt > 30 * DAY ? "reopen-window-passed" : receiver || one.closedBy === state.who().hsaId ? null : "forbidden";
      case "note": return receiver || mine || isCovered(state, one) ? null : "not-assignee";
      case "returnToReceiver": return own;
      case "markRecorded": return !receiver && !mine ? "not-assignee" : recordedOf(one)?.whole ? "already-recorded" : null;
    }
  };
  const names: ActName[] = ["distribute", "redistribute", "take", "partialReply", "counterQuestion", "finalReply", "attach", "withdrawQuestion", "close", "reopen", "note", "returnToReceiver", "markRecorded"];
  return names.map((act) => ({ act, allowed: why(act) === null, why: why(act) }));
}

/** The group from which somebody took the case, if that is how they have it. */
function takenFrom(one: FakeCase, name: string): GroupView | null {
  const last = [...one.history].reverse().find((row) => ["distributed", "redistributed", "taken"].includes(row.event));
  const group = last?.event === "taken" && last.who === name ? GROUPS.find((other) => other.name === last.facts.from) : undefined;
  return group ? { id: group.id, name: group.name } : null;
}

export function caseOf(state: FakeState, one: FakeCase): CaseView {
  const { resident } = one;
  const me = state.who();
  return {
    row: rowOf(state, one), after: null, whyDue: whyOf(one),
    resident: { name: resident.name, personalId: resident.personalId, idKind: "personnummer", age: resident.age, sex: resident.sex, protectedIdentity: resident.protectedIdentity, unreachable: state.options.unreachable ?? (resident.name === "Ali Fiktiv" ? "locked" : null), guardian: state.options.guardian, contact: { mobile: resident.protectedIdentity ? null : "070-174 06 05", email: resident.protectedIdentity ? null : "exempel@example.se" } },
    messages: one.messages.map((message) => ({ ...message, mine: message.senderName === me.name, mayTakeBack: message.delivery.state === "atServer" && message.delivery.releaseAt !== null })),
    recorded: recordedOf(one), takenFrom: takenFrom(one, me.name),
    undo: { partialReply: Math.min(10, state.options.undo), counterQuestion: Math.min(10, state.options.undo), finalReply: state.options.undo, closure: state.options.undo },
    notes: one.notes, history: one.history, acts: acts(state, one), openQuestion: one.openQuestion, threadVersion: one.threadVersion,
    unwatched: state.holds(one.clinic, "receiver") ? unwatchedOf(state, one) : null, closeReason: one.closeReason, draft: one.drafts.get(me.hsaId) ?? null, jottings: jottingsOf(state, one), draftTaken: one.drafts.has(me.hsaId) ? state.options.takenOver : null, ...state.signed(me, one.clinic, null), news: newsOf(state, one), pending: one.pending,
  };
}
