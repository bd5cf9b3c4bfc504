// Steps of magnification, and how many pixels to ask for.
import { reactive } from "vue";

export const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const;

/** A page narrower than this is not read as a whole. */
export const LEAST_WHOLE = 320;

/** Whether a page fills the breadth, though it is then higher than the room: what one gets is to be read, what one sends is
 * looked through as a whole. What was chosen last holds for the next file. */
export const broad = reactive({ case: true, draft: false });

/** Pages counted from 0 as one names them: "1, 3–5". */
export function named(pages: number[]): string {
  const runs: [number, number][] = [];
  for (const page of pages) {
    const last = runs.at(-1);
    if (last && last[1] === page - 1) last[1] = page;
    else runs.push([page, page]);
  }
  return runs.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}–${to + 1}`)).join(", ");
}

export function nextStep(now: number, by: 1 | -1): number {
  const steps: readonly number[] = STEPS;
  const found = by > 0 ? steps.find((step) => step > now + 0.001) : [...steps].reverse().find((step) => step < now - 0.001);
  return found ?? now;
}

/** Rounded up to whole hundreds so that dragging a border does not render the same page many times; never more than the worker gives. */
export function pixelWidth(cssWidth: number, ratio: number): number {
  return Math.min(4000, Math.max(100, Math.ceil((cssWidth * ratio) / 100) * 100));
}
