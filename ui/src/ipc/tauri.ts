// The real backend: calls the shell's commands and listens to its events.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Commands, Problem } from "./bindings";
import type { Backend, EventName, EventPayloads } from "./backend";

/** The names of each command's arguments, in the order of the contract. */
const ARGUMENTS = {
  appState: [],
  practicePeople: [],
  practiceServer: ["running"],
  signIn: ["hsaId"],
  signOut: [],
  connection: [],
  retryConnection: [],
  startView: [],
  counts: ["clinic"],
  listCases: ["query"],
  openCase: ["caseId"],
  readCaseAgain: ["caseId"],
  targets: ["caseId"],
  distribute: ["caseId", "target", "withDraft", "reason"],
  take: ["caseId"],
  saveDraft: ["caseId", "kind", "text"],
  discardDraft: ["caseId"],
  attachFiles: ["caseId"],
  removeAttachment: ["caseId", "attachmentId"],
  sendDraft: ["caseId"],
  withdrawQuestion: ["caseId"],
  closeCase: ["caseId", "reason", "note"],
  reopenCase: ["caseId"],
  addNote: ["caseId", "text"],
  previewOpen: ["source"],
  previewClose: ["token"],
  previewSeen: ["token"],
  outbox: [],
  outboxRetry: ["opId"],
  outboxToDraft: ["opId"],
  personalSettings: [],
  savePersonalSettings: ["settings"],
  appSettings: [],
  saveAppSettings: ["settings"],
} as const satisfies Record<keyof Commands, readonly string[]>;

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Commands that fail reject with a Problem; anything else (a missing command, say) becomes an `internal` one. */
function toProblem(cause: unknown): Problem {
  if (isProblem(cause)) return { code: cause.code, facts: cause.facts ?? {}, detail: cause.detail ?? "" };
  return { code: "internal", facts: {}, detail: String(cause) };
}

function command(name: keyof Commands): (...values: unknown[]) => Promise<unknown> {
  return async (...values) => {
    const args = Object.fromEntries(ARGUMENTS[name].map((key, index) => [key, values[index] ?? null]));
    try {
      return { status: "ok", data: await invoke(snakeCase(name), args) };
    } catch (cause) {
      return { status: "error", error: toProblem(cause) };
    }
  };
}

/** On Windows and Android a custom scheme is reached as http://<scheme>.localhost. */
const previewBase = () => (/Windows|Android/.test(navigator.userAgent) ? "http://preview.localhost" : "preview://localhost");

export function tauriBackend(): Backend {
  const commands = Object.fromEntries(
    (Object.keys(ARGUMENTS) as (keyof Commands)[]).map((name) => [name, command(name)]),
  ) as unknown as Commands;
  return {
    commands,
    listen<Name extends EventName>(name: Name, handler: (payload: EventPayloads[Name]) => void) {
      const unlisten = listen<EventPayloads[Name]>(name, (event) => handler(event.payload));
      return () => void unlisten.then((stop) => stop());
    },
    previewUrl: (token, page, width) => `${previewBase()}/${encodeURIComponent(token)}/page/${page}?w=${Math.round(width)}`,
  };
}
