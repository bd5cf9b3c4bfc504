// Nothing moves while somebody writes, and letters come first: what lies beside the text is read again when the keys rest.

/** So long after a key somebody is still writing. */
export const REST_MS = 400;
/** So long it waits at the most for who never pauses. */
export const PATIENCE_MS = 10_000;

let key = -Infinity;
let since = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Set<() => void>();

addEventListener("keydown", ({ target }) => { if (target instanceof HTMLTextAreaElement) key = performance.now(); }, true);

function look(): void {
  const now = performance.now();
  const rest = Math.min(key + REST_MS, since + PATIENCE_MS) - now;
  clearTimeout(timer);
  timer = undefined;
  if (rest > 0) { timer = setTimeout(look, rest); return; }
  const acts = [...waiting];
  waiting.clear();
  for (const act of acts) act();
}

/** Does it now, or, while somebody writes, once when they rest. The same that waits already is not done twice. */
export function whenRested(act: () => void): void {
  if (!waiting.size) since = performance.now();
  waiting.add(act);
  if (timer === undefined) look();
}

/** It need not be done any more. */
export const neverMind = (act: () => void): void => { waiting.delete(act); };
