// What the one door needs from whoever stands behind it: the real shell or the in-memory one.
import type { commands, ConnectionView, Moved, OpenCase, Problem, SessionView } from "./bindings";

/** Every command of the shell, as generated. */
export type Commands = typeof commands;
export type Result<T> = { status: "ok"; data: T } | { status: "error"; error: Problem };

/** Events carry ids, not content; `session` says who is signed in now, or that nobody is. */
export type EventPayloads = {
  moved: Moved;
  connection: ConnectionView;
  "local-trouble": Problem | null;
  company: null;
  "open-case": OpenCase;
  "open-outbox": null;
  session: SessionView | null;
};
export type EventName = keyof EventPayloads;

export type Backend = {
  commands: Commands;
  /** Returns the function that stops listening. */
  listen<Name extends EventName>(name: Name, handler: (payload: EventPayloads[Name]) => void): () => void;
  /** Done when everything that was to be listened to so far is listened to. */
  heard(): Promise<void>;
  /** The address of one page's pixels; `width` in device pixels. */
  previewUrl(token: string, page: number, width: number): string;
};
