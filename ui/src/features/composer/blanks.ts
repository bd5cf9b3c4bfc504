// What a reply text leaves to its writer: words between double braces. The rule is the domain's; this says early where it is.
const BLANK = /\{\{([^{}\n]{1,40})\}\}/;

export type Blank = { name: string; start: number; end: number };

/** The first that is left, and where. */
export function firstBlank(text: string): Blank | null {
  const found = BLANK.exec(text);
  return found && found[1]!.trim() ? { name: found[1]!.trim(), start: found.index, end: found.index + found[0].length } : null;
}

/** The text in pieces, blanks apart. */
export function pieces(text: string): { text: string; blank: boolean }[] {
  const found: { text: string; blank: boolean }[] = [];
  let rest = text;
  for (let blank = firstBlank(rest); blank; blank = firstBlank(rest)) {
    if (blank.start) found.push({ text: rest.slice(0, blank.start), blank: false });
    found.push({ text: blank.name, blank: true });
    rest = rest.slice(blank.end);
  }
  if (rest) found.push({ text: rest, blank: false });
  return found;
}

/** A text put in at the cursor, as a paragraph of its own where something stands around it. */
export function inserted(before: string, start: number, end: number, text: string): { text: string; from: number; to: number } {
  const [left, right] = [before.slice(0, start), before.slice(end)];
  const gap = left.trim() && !left.endsWith("\n\n") ? (left.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = right.trim() && !right.startsWith("\n") ? "\n\n" : "";
  const from = (left.trim() ? left.length : 0) + gap.length;
  return { text: (left.trim() ? left : "") + gap + text + tail + right, from, to: from + text.length };
}
