// The real backend: calls the shell's commands and listens to its events.
import { listen } from "@tauri-apps/api/event";
import { commands, type Problem } from "./bindings";
import type { Backend, Commands, EventName, EventPayloads, Result } from "./backend";

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Commands that fail reject with a Problem; anything else (a missing command, say) becomes an `internal` one. */
function toProblem(cause: unknown): Problem {
  if (isProblem(cause)) return { code: cause.code, facts: cause.facts ?? {}, detail: cause.detail ?? "" };
  return { code: "internal", facts: {}, detail: String(cause) };
}

/** What was asked before the scripts were here (`first-look.js`): each answer is given once, to who asks the same. */
const first = (): Map<string, Promise<unknown>> | undefined => (window as { __MOTTAGET_FIRST__?: Map<string, Promise<unknown>> }).__MOTTAGET_FIRST__;
function askedAhead(name: string, values: unknown[]): Promise<unknown> | undefined {
  const key = `${name}:${JSON.stringify(values)}`;
  const answer = first()?.get(key);
  if (answer) first()?.delete(key);
  return answer;
}

/** The generated commands throw when the bridge itself fails (a missing command, say); the screen knows only Problems. */
function guarded<Name extends keyof Commands>(name: Name): Commands[Name] {
  const run = commands[name] as (...values: unknown[]) => Promise<Result<unknown>>;
  return (async (...values: unknown[]) => {
    try {
      const ahead = askedAhead(name, values);
      if (ahead) return { status: "ok", data: await ahead };
      const result = await run(...values);
      return result.status === "ok" ? result : { status: "error", error: toProblem(result.error) };
    } catch (cause) {
      return { status: "error", error: toProblem(cause) };
    }
  }) as Commands[Name];
}

/** On Windows and Android a custom scheme is reached as http://<scheme>.localhost. */
const previewBase = () => (/Windows|Android/.test(navigator.userAgent) ? "http://preview.localhost" : "preview://localhost");

export function tauriBackend(): Backend {
  const begun: Promise<unknown>[] = [];
  const all = Object.fromEntries((Object.keys(commands) as (keyof Commands)[]).map((name) => [name, guarded(name)]));
  return {
    commands: all as unknown as Commands,
    listen<Name extends EventName>(name: Name, handler: (payload: EventPayloads[Name]) => void) {
      const unlisten = listen<EventPayloads[Name]>(name, (event) => handler(event.payload));
      begun.push(unlisten);
      return () => void unlisten.then((stop) => stop());
    },
    heard: () => Promise.all(begun.splice(0)).then(() => undefined),
    previewUrl: (token, page, width) => `${previewBase()}/${encodeURIComponent(token)}/page/${page}?w=${Math.round(width)}`,
  };
}
