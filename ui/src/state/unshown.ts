// Files that can be shown to nobody, whoever tries again: locked, damaged, or beyond what is shown. What can't be looked at can't
// be sent.
import { reactive } from "vue";
import type { Problem } from "@/ipc";

export const FILE_OWN_CODES = ["file-encrypted", "file-damaged", "file-too-large-to-show"] as const;
export type FileOwnCode = (typeof FILE_OWN_CODES)[number];

const known = reactive(new Map<string, FileOwnCode>());

/** Is it the file's own trouble? Then the answer will be the same next time. */
export function ofFile({ code }: Problem): FileOwnCode | null {
  return FILE_OWN_CODES.find((own) => own === code) ?? null;
}
/** A draft's file was opened, or was to be. */
export function tellShown(attachmentId: string, problem: Problem | null): void {
  const own = problem && ofFile(problem);
  if (own) known.set(attachmentId, own);
  else if (!problem) known.delete(attachmentId);
}
/** Why this file can't be shown, as far as anybody has tried. */
export const whyUnshown = (attachmentId: string): FileOwnCode | null => known.get(attachmentId) ?? null;
