// Steps of magnification, and how many pixels to ask for.
export const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const;

export function nextStep(now: number, by: 1 | -1): number {
  const steps: readonly number[] = STEPS;
  const found = by > 0 ? steps.find((step) => step > now + 0.001) : [...steps].reverse().find((step) => step < now - 0.001);
  return found ?? now;
}

/** Rounded up to whole hundreds so that dragging a border does not render the same page many times; never more than the worker gives. */
export function pixelWidth(cssWidth: number, ratio: number): number {
  return Math.min(4000, Math.max(100, Math.ceil((cssWidth * ratio) / 100) * 100));
}
