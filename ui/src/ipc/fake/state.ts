// The in-memory backend's memory: who is signed in, what has happened, and how it tells the screen.
import type { EventName, EventPayloads } from "../backend";
import type { AppSettings, Attending, CaseCompany, Doing, GuardianView, OtherClinic, PersonalSettings, Problem, SavedView, SessionView, SignAs, TakenOver, Unreachable } from "../bindings";
import { makeCases, NOW, type FakeCase } from "./cases";
import type { FakeOther, OtherDrafts } from "./drafts";
import { CLINICS, GROUPS, PEOPLE, type FakePerson } from "./people";
import { isCovered } from "./staffing";

export type FakeOptions = {
  /** How long a command takes, ms. */
  latency: number;
  /** How long an act stays in each of its delivery states, ms; 0 means at once. */
  step: number;
  cases: number;
  /** How long a message is held at the server, s; 0 sends at once. */
  undo: number;
  /** Why nothing reaches any resident. */
  unreachable: Unreachable | null;
  /** Every letter goes out from another clinic than the one before. */
  otherClinic: OtherClinic | null;
  /** A guardian who wrote every case. */
  guardian: GuardianView | null;
  /** The first attempt to send a reply is stopped: the thread has moved. */
  stopFirst: boolean;
  /** The taking of a case is stopped: a colleague was first. */
  stopTake: boolean;
  /** There are reply texts. */
  texts: boolean;
  /** The guard finds something in every letter. */
  guard: boolean;
  /** The resident writes as soon as somebody has begun a draft. */
  news: boolean;
  blocked: Problem | null;
  /** Why the last session did not go on. */
  trouble: Problem | null;
  /** Off: a server of the real kind, where nobody can pick who to be. */
  practice: boolean;
  /** The server elsewhere is a practice server. */
  practiceElsewhere: boolean;
  /** Where a settings file lies that could not be read. */
  settingsKept: string | null;
  /** What hinders the work in the background. */
  local: Problem | null;
  /** Why the server takes no acts for now. */
  refusing: Problem | null;
  /** What is being written elsewhere. */
  otherDrafts: OtherDrafts | null;
  /** A colleague has taken over every draft of the person's. */
  takenOver: TakenOver | null;
  /** What a colleague does at the case that is open. */
  company: Doing | null;
  /** Some at the first clinic are away; `many` of them so that few are left. */
  away: "some" | "many" | null;
  /** Commands that fail, by name. */
  failing: Record<string, Problem>;
  /** Commands that answer once and then fail. */
  failingLater: Record<string, Problem>;
};

export class Refusal extends Error {
  readonly problem: Problem;
  constructor(code: string, facts: Record<string, string> = {}) {
    super(code);
    this.problem = { code, facts, detail: "in-memory backend" };
  }
}

/** Somebody who is away has something to be covered. */
function giveToOskar(cases: Iterable<FakeCase>): void {
  for (const one of cases) if (one.state !== "closed" && one.assignee?.kind === "person" && one.assignee.name === "Leila Haddad") one.assignee = { kind: "person", hsaId: "SE2321000016-1009", name: "Oskar Lund" };
}

export class FakeState {
  readonly options: FakeOptions;
  readonly cases: Map<string, FakeCase>;
  readonly settings = new Map<string, PersonalSettings>();
  readonly views = new Map<string, SavedView[]>();
  /** What the guard was told to let pass, by case. */
  readonly confirmed = new Map<string, string>();
  /** What is being written elsewhere, by person and case. */
  readonly others = new Map<string, FakeOther[]>();
  /** The clinic that each person looked at last. */
  readonly clinics = new Map<string, string>();
  app: AppSettings = { theme: "system", language: "sv", listWidth: null, singleKeys: true };
  zoom = 100;
  attending: Attending | null = null;
  /** The case whose composer is open. */
  writing: string | null = null;
  me: FakePerson | null = null;
  online = true;
  ids = 0;
  tick = 0;
  private readonly handlers = new Map<EventName, Set<(payload: never) => void>>();

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = { latency: 30, step: 900, cases: 80, undo: 0, unreachable: null, guardian: null, otherClinic: null, stopFirst: false, stopTake: false, texts: true, guard: false, news: false, blocked: null, trouble: null, practice: true, practiceElsewhere: false, settingsKept: null, local: null, refusing: null, otherDrafts: null, takenOver: null, company: null, away: null, failing: {}, failingLater: {}, ...options };
    this.cases = new Map(makeCases(this.options.cases).map((one) => [one.id, one]));
    if (this.options.away) giveToOskar(this.cases.values());
  }

  now(): number {
    this.tick += 1000;
    return NOW + this.tick;
  }

  listen<Name extends EventName>(name: Name, handler: (payload: EventPayloads[Name]) => void): () => void {
    const set = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, set);
    set.add(handler as (payload: never) => void);
    return () => set.delete(handler as (payload: never) => void);
  }

  tell<Name extends EventName>(name: Name, payload: EventPayloads[Name]): void {
    for (const handler of this.handlers.get(name) ?? []) (handler as (payload: EventPayloads[Name]) => void)(payload);
  }

  companyNow(): CaseCompany[] {
    const { company: doing } = this.options;
    const [other] = PEOPLE.filter((person) => person.hsaId !== this.me?.hsaId && Object.values(person.roles).some((roles) => roles?.includes("handler")));
    if (!this.online || !doing || !this.attending || !other) return [];
    return [{ caseId: this.attending.caseId, people: [{ hsaId: other.hsaId, name: other.name, doing, since: new Date(NOW).toISOString() }] }];
  }

  leftWriting(): string | null {
    const draft = this.writing !== null && this.me && this.cases.get(this.writing)?.drafts.has(this.me.hsaId);
    return draft ? this.writing : null;
  }

  who(): FakePerson {
    if (!this.me) throw new Refusal("session-expired");
    return this.me;
  }

  session(): SessionView | null {
    const me = this.me;
    if (!me) return null;
    return {
      staff: { hsaId: me.hsaId, name: me.name, title: me.title, email: null, phone: null, protectedIdentity: me.protectedIdentity },
      assignments: CLINICS.flatMap((clinic) => {
        const roles = me.roles[clinic.id];
        if (!roles) return [];
        const groups = GROUPS.filter((group) => group.clinic === clinic.id && group.members.includes(me.hsaId)).map(({ id, name }) => ({ id, name }));
        return [{ clinic: clinic.id, clinicName: clinic.name, roles, groups }];
      }),
    };
  }

  personal(person: FakePerson): PersonalSettings {
    return this.settings.get(person.hsaId) ?? { signature: `Vänliga hälsningar\n${person.name}, ${person.title.toLowerCase()}`, signAs: "person", notifyNewCase: true, notifyAssigned: true, notifyAnswered: true, notifyMentioned: true };
  }

  /** What stands under a letter at that clinic, as chosen for it or for all. */
  signed(person: FakePerson, clinic: string, chosen: SignAs | null): { signature: string; signAs: SignAs } {
    const { signature, signAs: all } = this.personal(person);
    const signAs = chosen ?? all;
    return { signature: signAs === "person" ? signature : CLINICS.find((one) => one.id === clinic)?.name ?? "", signAs };
  }

  holds(clinic: string, role: "receiver" | "handler"): boolean {
    return this.who().roles[clinic]?.includes(role) ?? false;
  }

  inMyGroup(one: FakeCase): boolean {
    const { assignee } = one;
    return assignee?.kind === "group" && (GROUPS.find((group) => group.id === assignee.id)?.members.includes(this.who().hsaId) ?? false);
  }

  isMine(one: FakeCase): boolean {
    return one.assignee?.kind === "person" && one.assignee.hsaId === this.who().hsaId;
  }

  mayRead(one: FakeCase): boolean {
    return this.holds(one.clinic, "receiver") || (this.holds(one.clinic, "handler") && (this.isMine(one) || this.inMyGroup(one) || isCovered(this, one) || one.closedBy === this.who().hsaId));
  }

  get(id: string): FakeCase {
    const one = this.cases.get(id);
    if (!one || !this.mayRead(one)) throw new Refusal("not-found");
    return one;
  }
}
