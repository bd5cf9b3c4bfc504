/* The contract between shell and screen. Written by hand first; from then on generated from src-tauri/view.rs and
   src-tauri/commands/, and a test fails when it is stale. Times are RFC 3339 strings in UTC; ids are UUID strings. */

/* ---------- plain data ---------- */
export type Role = "receiver" | "handler" | "localAdmin" | "permissionAdmin" | "auditor" | "regionAdmin";
export type CaseState = "new" | "assignedPerson" | "assignedGroup" | "inProgress" | "awaitingResident" | "closed";
export type MessageKind = "submission" | "residentReply" | "partialReply" | "counterQuestion" | "finalReply" | "closure";
/** Kinds that a person can choose in the composer. */
export type ComposeKind = "partialReply" | "counterQuestion" | "finalReply";
export type CloseReason = "handledByPhone" | "handledAtVisit" | "duplicate" | "wrongClinic" | "residentWithdrew" | "other";
export type FileKind = "pdf" | "gif" | "jpeg" | "png";

/** What went wrong. The screen matches `code` (see text/sv.ts, `problem.*`), never `detail`. */
export type Problem = {
  code: string;
  /** Facts for the sentence, e.g. { fileName, limit }. */
  facts: { [key: string]: string };
  /** English, technical, for a support report; never about a patient. */
  detail: string;
};

/* ---------- session ---------- */
export type PracticePerson = {
  hsaId: string; name: string; title: string; protectedIdentity: boolean;
  assignments: { clinicName: string; roles: Role[] }[];
};
export type GroupView = { id: string; name: string };
export type AssignmentView = { clinic: string; clinicName: string; roles: Role[]; groups: GroupView[] };
export type StaffView = { hsaId: string; name: string; title: string; email: string | null; phone: string | null; protectedIdentity: boolean };
export type SessionView = { staff: StaffView; assignments: AssignmentView[] };
export type AppStateView = {
  version: string;
  practice: boolean;
  /** Practice mode only: is the built-in server running? */
  practiceServerRunning: boolean;
  serverAddress: string;
  session: SessionView | null;
  /** Something the app cannot work without is missing or broken (keychain, cache file …). */
  blocked: Problem | null;
};
export type ConnectionView =
  | { state: "connected" }
  | { state: "offline"; since: string | null; problem: Problem | null }
  | { state: "syncing"; done: number; total: number }
  | { state: "signedOutByServer" };

/* ---------- lists ---------- */
export type Scope =
  | "inbox"        // Mottagningen: undistributed
  | "distributed"  // Mottagningen: distributed and ongoing
  | "clinicClosed" // Mottagningen: closed
  | "mine"         // assigned to me, open
  | "groups"       // assigned to one of my groups, open, nobody took it
  | "waiting"      // mine, waiting for the resident
  | "drafts"       // cases where I have an unsent draft
  | "myClosed"
  | "search";      // everything I may see
export type ListQuery = { scope: Scope; clinic: string | null; search: string | null; offset: number; limit: number };
export type DueView = { at: string; tone: "onTime" | "today" | "late" | "done" | "none";
  /** Working days left, negative when late. */ workingDaysLeft: number };
export type AssigneeView =
  | { kind: "person"; hsaId: string; name: string }
  | { kind: "group"; id: string; name: string };
export type CaseRow = {
  id: string; clinic: string; clinicName: string; caseType: string; state: CaseState; unread: boolean;
  residentName: string; residentId: string; protectedIdentity: boolean;
  receivedAt: string; due: DueView; assignee: AssigneeView | null; mine: boolean;
  attachments: number; partialReplySent: boolean; hasDraft: boolean; pendingOps: number;
};
export type ListPage = { total: number; offset: number; rows: CaseRow[];
  /** Search only: the index does not hold everything yet. */ incomplete: boolean };
export type Counts = { inbox: number; distributed: number; mine: number; groups: number; waiting: number; drafts: number; outbox: number };

/* ---------- start page ---------- */
export type CardId = "clinicCases" | "assignedCases" | "myGroups" | "drafts" | "outbox" | "personalSettings";
export type StartCard = { id: CardId; clinic: string | null; clinicName: string | null;
  counts: { key: "undistributed" | "dueToday" | "late" | "unread" | "open" | "waiting" | "groups" | "drafts" | "outbox"; n: number }[];
  /** Oldest waiting case: type and time received, nothing about the resident. */
  oldest: { caseId: string; caseType: string; receivedAt: string } | null };
export type StartView = { cards: StartCard[]; newSince: string | null; newCases: number };

/* ---------- one case ---------- */
export type AttachmentView = { id: string; fileName: string; kind: FileKind; size: number; sha256: string;
  /** Bytes are on this machine and can be shown without a network. */ cached: boolean };
export type Answer = { question: string; answer: string };
export type MessageView = {
  id: string; kind: MessageKind; fromStaff: boolean; senderName: string; senderTitle: string | null; signature: string | null;
  text: string; answers: Answer[]; attachments: AttachmentView[]; at: string; mine: boolean; readByResidentAt: string | null;
  delivery: Delivery;
};
/** Where a message or act is: here, on its way, at the server waiting for release, sent. */
export type Delivery =
  | { state: "sent"; at: string }
  | { state: "here"; opId: string }
  | { state: "onTheWay"; opId: string }
  | { state: "atServer"; opId: string; releaseAt: string | null }
  | { state: "stopped"; opId: string; problem: Problem };
export type NoteView = { id: string; author: string; text: string; at: string; delivery: Delivery };
export type HistoryRow = { at: string; who: string; event: string; facts: { [key: string]: string } };
export type ResidentView = { name: string; personalId: string; idKind: string; age: number | null; sex: "female" | "male" | "unknown";
  protectedIdentity: boolean; reachable: boolean; contact: { mobile: string | null; email: string | null } };
/** Everything that can be done to a case. `why` names the reason code when it is not allowed now. */
export type ActName = "distribute" | "redistribute" | "take" | "partialReply" | "counterQuestion" | "finalReply" | "attach"
  | "withdrawQuestion" | "close" | "reopen" | "note" | "returnToReceiver";
export type ActView = { act: ActName; allowed: boolean; why: string | null };
export type CaseView = {
  row: CaseRow; resident: ResidentView; messages: MessageView[]; notes: NoteView[]; history: HistoryRow[];
  acts: ActView[]; openQuestion: string | null; threadVersion: number; closeReason: CloseReason | null;
  draft: DraftView | null; pending: OutboxRow[];
};

/* ---------- distribute ---------- */
export type TargetView = { kind: "person" | "group" | "receiver"; id: string; name: string; title: string | null; openCases: number; me: boolean; members: number | null };
export type Target = { kind: "person" | "group" | "receiver"; id: string };

/* ---------- composer ---------- */
export type DraftAttachment = { id: string; fileName: string; kind: FileKind; size: number; sha256: string; pages: number | null; reviewed: boolean };
export type DraftView = { caseId: string; kind: ComposeKind; text: string; attachments: DraftAttachment[]; updatedAt: string;
  /** Exactly what the resident will see under the text. */ signature: string };
export type AttachResult = { draft: DraftView; refused: { fileName: string; problem: Problem }[] };

/* ---------- preview ---------- */
/** A draft's file, or a file in the thread. */
export type PreviewSource = { from: "draft"; caseId: string; attachmentId: string } | { from: "case"; caseId: string; attachmentId: string };
/** Pixels: `preview://localhost/<token>/page/<n>?w=<css px wide × device pixel ratio>` (PNG). Pages count from 0; a GIF's frames are its pages. */
export type PreviewInfo = { token: string; fileName: string; kind: FileKind; size: number; sha256: string; pages: number;
  /** Page sizes in points (PDF) or pixels; one entry when all pages are alike. */ sizes: { width: number; height: number }[];
  /** GIF: how long each frame shows, ms. */ delays: number[] };

/* ---------- outbox ---------- */
export type OutboxRow = { opId: string; caseId: string; caseType: string; what: string; writtenAt: string; attempts: number; delivery: Delivery };

/* ---------- settings ---------- */
export type PersonalSettings = { signature: string; notifyNewCase: boolean; notifyAssigned: boolean; notifyAnswered: boolean };
export type AppSettings = { theme: "light" | "dark" | "system"; language: "sv" | "en"; listWidth: number | null; singleKeys: boolean };

/* ---------- events (shell → screen); they carry ids, the screen reads again ---------- */
export type Moved = { cases: string[] };
export type OpenCase = { caseId: string };

export type Result<T> = { status: "ok"; data: T } | { status: "error"; error: Problem };

/* ---------- commands ---------- */
export type Commands = {
  appState(): Promise<Result<AppStateView>>;
  practicePeople(): Promise<Result<PracticePerson[]>>;
  practiceServer(running: boolean): Promise<Result<null>>;
  signIn(hsaId: string): Promise<Result<SessionView>>;
  signOut(): Promise<Result<null>>;
  connection(): Promise<Result<ConnectionView>>;
  retryConnection(): Promise<Result<null>>;
  startView(): Promise<Result<StartView>>;
  counts(clinic: string | null): Promise<Result<Counts>>;
  listCases(query: ListQuery): Promise<Result<ListPage>>;
  /** Reading is logged; opening as assignee starts the work (T7). */
  openCase(caseId: string): Promise<Result<CaseView>>;
  /** Read again without a new log row while the case stays open on screen. */
  readCaseAgain(caseId: string): Promise<Result<CaseView>>;
  targets(caseId: string): Promise<Result<TargetView[]>>;
  /** `withDraft`: send the case's partial-reply draft together with the distribution (T3b). */
  distribute(caseId: string, target: Target, withDraft: boolean, reason: string | null): Promise<Result<null>>;
  take(caseId: string): Promise<Result<null>>;
  saveDraft(caseId: string, kind: ComposeKind, text: string): Promise<Result<DraftView>>;
  discardDraft(caseId: string): Promise<Result<null>>;
  /** Opens the system's file dialog; empty when cancelled. */
  attachFiles(caseId: string): Promise<Result<AttachResult>>;
  removeAttachment(caseId: string, attachmentId: string): Promise<Result<DraftView>>;
  /** Freezes recipient, text and file hashes of the draft and puts it into the outbox. */
  sendDraft(caseId: string): Promise<Result<null>>;
  withdrawQuestion(caseId: string): Promise<Result<null>>;
  closeCase(caseId: string, reason: CloseReason, note: string | null): Promise<Result<null>>;
  reopenCase(caseId: string): Promise<Result<null>>;
  addNote(caseId: string, text: string): Promise<Result<null>>;
  previewOpen(source: PreviewSource): Promise<Result<PreviewInfo>>;
  previewClose(token: string): Promise<Result<null>>;
  /** The person has seen every page shown so far; marks the draft's file as reviewed (Granskad). */
  previewSeen(token: string): Promise<Result<null>>;
  outbox(): Promise<Result<OutboxRow[]>>;
  /** Try a stopped or waiting row again now. */
  outboxRetry(opId: string): Promise<Result<null>>;
  /** Give a stopped row up; a reply's text and files go back to the draft. */
  outboxToDraft(opId: string): Promise<Result<null>>;
  personalSettings(): Promise<Result<PersonalSettings>>;
  savePersonalSettings(settings: PersonalSettings): Promise<Result<null>>;
  appSettings(): Promise<Result<AppSettings>>;
  saveAppSettings(settings: AppSettings): Promise<Result<null>>;
};
