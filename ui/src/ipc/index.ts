// The one door between the screen and the shell: nothing else may touch Tauri.
import type { Backend, Commands, EventPayloads, Result } from "./backend";
import type { Problem } from "./bindings";
import { tauriBackend } from "./tauri";

export type * from "./bindings";
export { attachmentLimits, maxText, reasonsKnownToResident } from "./bindings";

/** A command said no. The screen matches `problem.code`, never the text. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

export function problemOf(cause: unknown): Problem {
  return cause instanceof ProblemError ? cause.problem : { code: "internal", facts: {}, detail: String(cause) };
}

type Unwrapped<F> = F extends (...args: infer A) => Promise<Result<infer T>> ? (...args: A) => Promise<T> : never;
export type Api = { [Name in keyof Commands]: Unwrapped<Commands[Name]> };

let backend: Promise<Backend> | null = null;
let ready: Backend | null = null;

async function choose(): Promise<Backend> {
  if (__FAKE__ && !window.__TAURI_INTERNALS__) {
    const { fakeBackend } = await import("./fake");
    return fakeBackend();
  }
  return tauriBackend();
}

async function door(): Promise<Backend> {
  backend ??= choose();
  ready = await backend;
  return ready;
}

/** Tests put their own backend behind the door. */
export function useBackend(other: Backend | null): void {
  backend = other ? Promise.resolve(other) : null;
  ready = other;
}

async function call(name: keyof Commands, args: unknown[]): Promise<unknown> {
  const { commands } = await door();
  const run = commands[name] as (...values: unknown[]) => Promise<Result<unknown>>;
  const result = await run(...args);
  if (result.status === "error") throw new ProblemError(result.error);
  return result.data;
}

export const api = new Proxy({} as Api, {
  get: (_, name) => (typeof name === "string" ? (...args: unknown[]) => call(name as keyof Commands, args) : undefined),
});

function on<Name extends keyof EventPayloads>(name: Name, handler: (payload: EventPayloads[Name]) => void): () => void {
  let stop: (() => void) | null = null;
  let stopped = false;
  void door().then((open) => {
    if (!stopped) stop = open.listen(name, handler);
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

const movers = new Set<(payload: EventPayloads["moved"]) => void>();
export function onMoved(handler: (payload: EventPayloads["moved"]) => void): () => void {
  movers.add(handler);
  const stop = on("moved", handler);
  return () => {
    movers.delete(handler);
    stop();
  };
}

/** Reads everything on the screen once more, as soon as all is listened to: what moved before is then not missed. */
export async function readOnceMore(): Promise<void> {
  await (await door()).heard();
  for (const handler of [...movers]) handler({ cases: [] });
}
export const onConnection = (handler: (payload: EventPayloads["connection"]) => void) => on("connection", handler);
export const onLocalTrouble = (handler: (payload: EventPayloads["local-trouble"]) => void) => on("local-trouble", handler);
export const onCompany = (handler: (payload: EventPayloads["company"]) => void) => on("company", handler);
export const onOpenOutbox = (handler: () => void) => on("open-outbox", handler);
export const onOpenCase = (handler: (payload: EventPayloads["open-case"]) => void) => on("open-case", handler);
export const onSession = (handler: (payload: EventPayloads["session"]) => void) => on("session", handler);

/** Where one page's pixels are; `width` is in device pixels. */
export function previewUrl(token: string, page: number, width: number): string {
  return ready?.previewUrl(token, page, width) ?? "";
}
