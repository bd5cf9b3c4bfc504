// What hinders sending, in words and with the place to go. The rules themselves are the domain's; this only says them early.
import { attachmentLimits, maxText, type ActName, type ActView, type ComposeKind, type DraftAttachment } from "@/ipc";
import type { FileOwnCode } from "@/state/unshown";
import { firstBlank } from "./blanks";

/** What one chooses among; what is told at a closing goes with the closing. */
export const KINDS: Exclude<ComposeKind, "closure">[] = ["partialReply", "counterQuestion", "finalReply"];

export type Hindrance =
  | { id: "kind"; why: string }
  | { id: "news" }
  | { id: "text" }
  | { id: "long"; over: number }
  | { id: "blank"; name: string }
  | { id: "files"; tooMany: number }
  | { id: "review"; attachmentId: string; fileName: string }
  | { id: "unshown"; attachmentId: string; fileName: string; code: FileOwnCode };

export type Letter = { kind: ComposeKind | null; text: string; attachments: DraftAttachment[]; acts: ActView[]; news?: boolean; /** What can't be shown can't be reviewed. */ unshown?: (attachmentId: string) => FileOwnCode | null };

export function allowed(acts: ActView[], act: ActName): boolean {
  return acts.some((one) => one.act === act && one.allowed);
}

export const allowedKinds = (acts: ActView[]): ComposeKind[] => KINDS.filter((kind) => allowed(acts, kind));

/** The kind a new letter starts with: what the draft had, else the most finishing one that is allowed. */
export function firstKind(acts: ActView[], draft: ComposeKind | null): ComposeKind | null {
  // What was meant to be told at the closing is a text like any other once somebody answers instead.
  if (draft && draft !== "closure") return draft;
  const open = allowedKinds(acts);
  return open.includes("finalReply") ? "finalReply" : (open[0] ?? null);
}

/** How many characters more the text may have, counted as the rules do; of a short text at least so many. */
export function textLeft(text: string): number {
  return text.length <= maxText / 2 ? maxText - text.length : maxText - [...text].length;
}

export function hindrances({ kind, text, attachments, acts, news, unshown }: Letter): Hindrance[] {
  const found: Hindrance[] = news ? [{ id: "news" }] : [];
  const name: ActName | null = kind === "closure" ? "close" : kind;
  const act = name ? acts.find((one) => one.act === name) : undefined;
  if (!kind || !act?.allowed) found.push({ id: "kind", why: act?.why ?? "" });
  if (!text.trim()) found.push({ id: "text" });
  const over = -textLeft(text);
  if (over > 0) found.push({ id: "long", over });
  const blank = firstBlank(text);
  if (blank) found.push({ id: "blank", name: blank.name });
  const { maxFiles } = attachmentLimits;
  if (attachments.length > maxFiles) found.push({ id: "files", tooMany: attachments.length - maxFiles });
  for (const file of attachments.filter((one) => !one.reviewed)) {
    const [of, code] = [{ attachmentId: file.id, fileName: file.fileName }, unshown?.(file.id)];
    found.push(code ? { id: "unshown", ...of, code } : { id: "review", ...of });
  }
  return found;
}
