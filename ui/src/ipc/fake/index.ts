// An in-memory backend: the whole screen runs on it in an ordinary browser and in tests. Never part of a production build.
import type { Backend } from "../backend";
import type { Commands, Result } from "../backend";
import { attachmentLimits, type AttachmentView, type ConnectionView, type Doing, type DraftAttachment, type PreviewInfo, type Problem, type TargetView, type Unreachable } from "../bindings";
import * as acts from "./acts";
import { bulk, bulkLook, bulkUndo } from "./bulk";
import { clinicSettings, regionSettings, saveClinicSettings, saveRegionSettings } from "./clinic";
import { caseDrafts, handedOver, keepJotting, takeDraft, type OtherDrafts } from "./drafts";
import { keepText, keptTexts, removeText, textsFor } from "./texts";
import { iso, NOW, uuid } from "./cases";
import { GROUPS, PEOPLE, practicePeople } from "./people";
import { drawPage, sizeOf } from "./pictures";
import { isCovered, membersThere, saveAbsences, staffing, targetAway } from "./staffing";
import { FakeState, Refusal, type FakeOptions } from "./state";
import { caseOf, choicesOf, countsOf, listOf, outboxOf, saveViews, startOf, strayJottingsOf, straysOf, viewsOf } from "./views";

export { FakeState } from "./state";
export { newCase, residentReplies } from "./acts";

const PAGES = { pdf: 3, gif: 6, jpeg: 1, png: 1 } as const;

function targetsOf(state: FakeState, clinic: string, mine: boolean, receiver: boolean): TargetView[] {
  const openCases = (test: (id: string) => boolean) => [...state.cases.values()].filter((one) => one.state !== "closed" && one.assignee && test(one.assignee.kind === "person" ? one.assignee.hsaId : one.assignee.id)).length;
  const people = PEOPLE.filter((person) => person.roles[clinic]?.includes("handler")).map<TargetView>((person) => ({
    kind: "person", id: person.hsaId, name: person.name, title: person.title, openCases: openCases((id) => id === person.hsaId), me: person.hsaId === state.who().hsaId, members: null, there: null, away: targetAway(state, clinic, person.hsaId),
  }));
  const groups = receiver ? GROUPS.filter((group) => group.clinic === clinic).map<TargetView>((group) => ({ kind: "group", id: group.id, name: group.name, title: null, openCases: openCases((id) => id === group.id), me: false, members: group.members.length, there: membersThere(state, group), away: null })) : [];
  const back: TargetView[] = mine && !receiver ? [{ kind: "receiver", id: clinic, name: "Mottagningens inkorg", title: null, openCases: 0, me: false, members: null, there: null, away: null }] : [];
  return [...people, ...groups, ...back];
}

const OFFLINE: ConnectionView = { state: "offline", since: iso(NOW), problem: { code: "server-unreachable", facts: {}, detail: "" } };

const PICKED: Omit<DraftAttachment, "id" | "reviewed">[] = [
  { fileName: "Egenvårdsråd vid högt blodtryck.pdf", kind: "pdf", size: 231_424, sha256: "a".repeat(64), pages: 3 },
  { fileName: "Så mäter du blodtryck.jpg", kind: "jpeg", size: 1_153_433, sha256: "b".repeat(64), pages: 1 },
  { fileName: "Övning.gif", kind: "gif", size: 640_112, sha256: "c".repeat(64), pages: 6 },
];

/** As the real one: what was taken back meanwhile stays before the new words. */
function cameBack(there: string, before: string | null, text: string): string {
  if (before === null || !there.trim() || there === before || text.includes(there)) return text;
  if (!before) return `${there}\n\n${text}`;
  if (there.startsWith(`${before.trimEnd()}\n\n`)) return `${text.trimEnd()}${there.slice(before.trimEnd().length)}`;
  return there.endsWith(`\n\n${before}`) ? there.slice(0, there.length - before.length) + text : text;
}

export function fakeBackend(given: FakeState | Partial<FakeOptions> = {}): Backend & { state: FakeState } {
  const state = given instanceof FakeState ? given : new FakeState({ ...given, ...optionsFromAddress() });
  if (!(given instanceof FakeState)) signInFromAddress(state);
  const previews = new Map<string, { info: PreviewInfo; seen: () => void }>();
  const file = (caseId: string, id: string, from: "draft" | "case"): AttachmentView | DraftAttachment => {
    const one = state.get(caseId);
    const files = from === "draft" ? (one.drafts.get(state.who().hsaId)?.attachments ?? []) : one.messages.flatMap((message) => message.attachments);
    const found = files.find((other) => other.id === id);
    if (!found) throw new Refusal("preview-missing");
    if ("cached" in found && !found.cached && !state.online) throw new Refusal("file-not-cached", { fileName: found.fileName });
    return found;
  };
  const moved = (id: string) => state.tell("moved", { cases: [id] });
  const plain: { [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => unknown } = {
    pictureStands: () => undefined,
    appState: () => ({ version: "0.1.0", practice: state.options.practice, practiceServerRunning: state.options.practice && state.online, serverAddress: state.options.practice ? "http://127.0.0.1:8470" : "https://mottaget.region.example", session: state.session(), clinic: state.clinics.get(state.me?.hsaId ?? "") ?? null, writing: state.leftWriting(), blocked: state.options.blocked, trouble: state.me ? null : state.options.trouble, settingsKept: state.options.settingsKept }),
    practicePeople: () => {
      if (!state.options.practice && !state.options.practiceElsewhere) throw new Refusal("not-found");
      return practicePeople();
    },
    practiceServer: (running) => {
      state.online = running;
      state.tell("connection", running ? { state: "connected" } : OFFLINE);
      if (running) acts.push();
    },
    signIn: (hsaId) => {
      const person = PEOPLE.find((one) => one.hsaId === hsaId.replace(/\s/g, ""));
      if (!person) throw new Refusal("not-found");
      if (!state.online) throw new Refusal("offline");
      state.me = person;
      return state.session();
    },
    practise: () => { state.options.blocked = null; state.options.practice = true; },
    resumeAgain: () => { state.tell("session", state.session()); },
    startAnew: () => { state.options.trouble = null; delete state.options.failing.signIn; return "…/se.mottaget.desktop/cache/0f3c.set-aside-20261120T081500000Z"; },
    signOut: () => { state.me = null; state.writing = null; },
    connection: () => (state.online ? { state: "connected" } : OFFLINE),
    retryConnection: () => { if (!state.online) throw new Refusal("server-unreachable"); },
    localTrouble: () => state.options.local,
    localTroubleSeen: () => { state.options.local = null; state.tell("local-trouble", null); },
    startView: () => startOf(state),
    counts: (clinic) => countsOf(state, clinic),
    listCases: (query) => listOf(state, query),
    filterChoices: (scope, clinic) => choicesOf(state, scope, clinic),
    savedViews: () => viewsOf(state),
    saveViews: (views) => saveViews(state, views),
    openCase: (id) => {
      const one = state.get(id);
      const changed = one.unreadBy.delete(state.who().hsaId) || (state.isMine(one) && one.state === "assignedPerson");
      if (state.isMine(one) && one.state === "assignedPerson") one.state = "inProgress";
      if (changed) queueMicrotask(() => moved(id));
      return caseOf(state, one);
    },
    readCaseAgain: (id) => caseOf(state, state.get(id)),
    colleagues: (id) => acts.colleagues(state, state.get(id)),
    signDraft: (id, kind, as) => acts.signDraft(state, state.get(id), kind, as),
    targets: (id) => { const one = state.get(id); return targetsOf(state, one.clinic, state.isMine(one), state.holds(one.clinic, "receiver")); },
    attend: (at) => { state.attending = at; state.writing = at?.doing === "answering" ? at.caseId : null; state.tell("company", null); },
    company: () => state.companyNow(),
    distribute: (id, target, seen, withDraft, reason) => { const one = state.get(id); acts.distribute(state, one, target, seen, withDraft); handedOver(state, one, "redistribution", reason); },
    bulkPreview: (ids, wish) => bulkLook(state, ids, wish),
    bulk: (picks, wish) => bulk(state, picks, wish),
    bulkUndo: (opIds) => bulkUndo(opIds),
    take: (id) => {
      const one = state.get(id);
      const from = isCovered(state, one) ? one.assignee?.name : null;
      if (one.assignee?.kind !== "group" && !from) throw new Refusal("already-taken", { name: one.assignee?.name ?? "" });
      const me = state.who();
      const before = one.assignee?.name ?? "";
      one.assignee = { kind: "person", hsaId: me.hsaId, name: me.name };
      one.state = "inProgress";
      one.history.push({ at: iso(state.now()), who: me.name, event: from ? "takenOver" : "taken", facts: { from: before } });
      acts.queue(state, one, from ? "takeOver" : "take", () => undefined);
    },
    saveDraft: (id, kind, text, before) => { const known = state.get(id).drafts.has(state.who().hsaId); const draft = acts.draftOf(state, state.get(id), kind, cameBack(state.get(id).drafts.get(state.who().hsaId)?.text ?? "", before, text)); if (!known) { moved(id); if (state.options.news) setTimeout(() => acts.residentReplies(state, state.get(id), "Hej igen! Jag har tagit den sista tabletten nu och känner mig yr. Kan ni ringa mig i dag?"), 200); } return draft; },
    clinicSettings: (clinic) => clinicSettings(state, clinic),
    regionSettings: () => regionSettings(state),
    saveRegionSettings: (_, settings) => saveRegionSettings(state, settings),
    saveClinicSettings: (clinic, settings) => saveClinicSettings(state, clinic, settings),
    staffing: (clinic) => staffing(state, clinic),
    saveAbsences: (clinic, hsaId, seen, absences) => saveAbsences(state, clinic, hsaId, seen, absences),
    clinicTexts: (clinic) => keptTexts(state, clinic),
    keepText: (clinic, text) => keepText(state, clinic, text),
    removeText: (clinic, text) => removeText(state, clinic, text),
    replyTexts: (id, kind) => textsFor(state, state.get(id), kind),
    discardDraft: (id) => { state.cases.get(id)?.drafts.delete(state.who().hsaId); moved(id); },
    acknowledgeNews: (id, version) => { const one = state.get(id); one.begun.set(state.who().hsaId, Math.min(version, one.history.length)); moved(id); },
    strayDrafts: () => straysOf(state),
    keepJotting: (id, kind, text) => keepJotting(state, id, kind, text),
    strayJottings: () => strayJottingsOf(state),
    caseDrafts: (id) => caseDrafts(state, state.get(id)),
    takeDraft: (id, author, machine) => takeDraft(state, state.get(id), author, machine),
    attachFiles: (id) => {
      const one = state.get(id);
      const already = one.drafts.get(state.who().hsaId)?.attachments.length ?? 0;
      const picked = already === 0 ? PICKED.slice(0, 2) : PICKED.slice(2);
      const draft = acts.changeFiles(state, one, (files) => [...files, ...picked.map((pick) => ({ ...pick, id: uuid(8, ++state.ids), reviewed: false }))].slice(0, attachmentLimits.maxFiles));
      return { draft, refused: already === 0 ? [] : [{ fileName: "Röntgenfilm.pdf", problem: { code: "file-too-large", facts: { fileName: "Röntgenfilm.pdf", limit: String(attachmentLimits.maxBytes) }, detail: "" } satisfies Problem }] };
    },
    removeAttachment: (id, attachmentId) => acts.changeFiles(state, state.get(id), (files) => files.filter((one) => one.id !== attachmentId)),
    guardDraft: (id) => acts.guardOf(state, state.get(id)),
    confirmFindings: (id, fingerprint, typed) => acts.confirmFindings(state, state.get(id), fingerprint, typed),
    sendDraft: (id) => acts.send(state, state.get(id)),
    withdrawQuestion: (id) => {
      const one = state.get(id);
      one.openQuestion = null;
      one.state = "inProgress";
      one.history.push({ at: iso(state.now()), who: state.who().name, event: "questionWithdrawn", facts: {} });
      acts.queue(state, one, "withdrawQuestion", () => undefined);
    },
    closeCase: (id, reason, note, withDraft, seen) => { if (!withDraft && seen < state.get(id).threadVersion) throw new Refusal("thread-moved"); acts.close(state, state.get(id), reason, note, withDraft); },
    reopenCase: (id) => {
      const one = state.get(id);
      one.state = one.assignee ? "inProgress" : "new";
      one.closeReason = null;
      one.history.push({ at: iso(state.now()), who: state.who().name, event: "reopened", facts: {} });
      acts.queue(state, one, "reopen", () => undefined);
    },
    markRecorded: (id, through) => acts.markRecorded(state, state.get(id), through),
    copiedToRecord: (id) => { state.get(id); },
    printCase: (id) => { state.get(id); },
    addNote: (id, text) => acts.addNote(state, state.get(id), text),
    previewOpen: (source) => {
      const found = file(source.caseId, source.attachmentId, source.from);
      const pages = PAGES[found.kind];
      const token = uuid(10, ++state.ids);
      const info: PreviewInfo = { token, fileName: found.fileName, kind: found.kind, size: found.size, sha256: found.sha256, pages, sizes: [sizeOf(found.kind)], delays: found.kind === "gif" ? Array.from({ length: pages }, () => 120) : [] };
      const one = state.get(source.caseId);
      previews.set(token, { info, seen: () => { if (source.from === "draft") { acts.changeFiles(state, one, (files) => files.map((other) => (other.id === source.attachmentId ? { ...other, reviewed: true } : other))); moved(source.caseId); } } });
      return info;
    },
    previewClose: (token) => { previews.delete(token); },
    previewSeen: (token) => previews.get(token)?.seen(),
    takeBackMessage: (id, messageId) => acts.takeBack(state, state.get(id), messageId),
    outbox: () => outboxOf(state),
    heldMessages: () => acts.heldOf(state),
    outboxRetry: (opId) => { if (!state.online) throw new Refusal("offline"); acts.push(opId); },
    outboxToDraft: (opId) => acts.toDraft(state, opId),
    outboxDiscardNote: (opId) => acts.discardNote(state, opId),
    personalSettings: () => state.personal(state.who()),
    zoom: (by) => (state.zoom = by === "in" ? state.zoom + 10 : by === "out" ? state.zoom - 10 : by === "whole" ? 100 : state.zoom),
    savePersonalSettings: (settings) => { state.settings.set(state.who().hsaId, settings); },
    appSettings: () => state.app,
    saveAppSettings: (settings) => { state.app = settings; },
    chooseClinic: (clinic) => { if (clinic) state.clinics.set(state.who().hsaId, clinic); else state.clinics.delete(state.who().hsaId); },
  };
  const commands = Object.fromEntries(Object.entries(plain).map(([name, run]) => [name, async (...args: unknown[]): Promise<Result<unknown>> => {
    if (state.options.latency) await new Promise((done) => setTimeout(done, state.options.latency));
    const failing = state.options.failing[name];
    if (failing) return { status: "error", error: failing };
    const later = state.options.failingLater[name];
    if (later) state.options.failing[name] = later;
    try {
      // Copied, as through a real process border: the screen can never change the backend's own objects.
      return { status: "ok", data: structuredClone((run as (...values: unknown[]) => unknown)(...args) ?? null) };
    } catch (cause) {
      if (cause instanceof Refusal) return { status: "error", error: cause.problem };
      throw cause;
    }
  }])) as unknown as Commands;
  return {
    state, commands,
    listen: (name, handler) => state.listen(name, handler),
    heard: () => Promise.resolve(),
    previewUrl: (token, page) => { const found = previews.get(token)?.info; return found ? drawPage(found.kind, found.fileName, page, found.pages) : ""; },
  };
}

/** For screenshots: `index.html?person=…&cases=…&latency=…&blocked=…&refusing=storage-full&fail=listCases:server-error`. */
function optionsFromAddress(): Partial<FakeOptions> {
  const asked = new URLSearchParams(location.search);
  const options: Partial<FakeOptions> = {};
  const number = (name: string) => (asked.has(name) ? Number(asked.get(name)) : undefined);
  const company = asked.get("company");
  if (company) options.company = company as Doing;
  const otherDrafts = asked.get("drafts");
  if (otherDrafts) options.otherDrafts = otherDrafts as OtherDrafts;
  if (asked.has("takenOver")) options.takenOver = { who: "Karin Cederschiöld-Wachtmeister af Björneborg", at: iso(NOW - 900_000) };
  for (const name of ["cases", "latency", "step", "undo"] as const) { const value = number(name); if (value !== undefined) options[name] = value; }
  const problem = (code: string): Problem => ({ code, facts: {}, detail: "asked for in the address" });
  options.stopFirst = asked.has("stop") && asked.get("stop") !== "take";
  if (asked.get("stop") === "take") options.stopTake = true;
  options.news = asked.has("news");
  if (asked.has("guard")) options.guard = true;
  if (asked.has("otherClinic")) options.otherClinic = { now: "Strandens rehabmottagning", last: "Björkens vårdcentral" };
  const unreachable = asked.get("unreachable");
  if (unreachable) options.unreachable = unreachable as Unreachable;
  if (asked.has("guardian")) options.guardian = { personalId: "19850217-9848", reads: asked.get("guardian") !== "not" };
  const away = asked.get("away");
  if (away) options.away = away === "many" ? "many" : "some";
  const blocked = asked.get("blocked");
  if (blocked) options.blocked = { ...problem(blocked), facts: { kept: "…/se.mottaget.desktop/settings.damaged-1763626500000.json", file: "…/se.mottaget.desktop/settings.json", folder: "…/se.mottaget.desktop" } };
  const trouble = asked.get("trouble");
  if (trouble) options.trouble = { ...problem(trouble), facts: asked.has("anew") ? { startAnew: "0f3c", folder: "…/se.mottaget.desktop/cache" } : {} };
  const local = asked.get("local");
  if (local) options.local = { ...problem(local.split(":")[0] ?? local), facts: local.includes(":") ? { file: local.split(":")[1] ?? "", incomplete: "false" } : {} };
  const refusing = asked.get("refusing");
  if (refusing) options.refusing = problem(refusing);
  if (asked.has("kept")) options.settingsKept = "…/se.mottaget.desktop/settings.damaged-1763626500000.json";
  const failing = (which: string) => Object.fromEntries(asked.getAll(which).map((pair) => { const [name = "", code = "internal"] = pair.split(":"); return [name, problem(code)]; }));
  options.failing = failing("fail");
  options.failingLater = failing("failLater");
  return options;
}

function signInFromAddress(state: FakeState): void {
  const asked = new URLSearchParams(location.search);
  state.me = PEOPLE.find((one) => one.hsaId.endsWith(asked.get("person") ?? "-")) ?? null;
  state.online = !asked.has("offline");
  if (asked.has("stray") && state.me) acts.leaveDraft(state);
}
