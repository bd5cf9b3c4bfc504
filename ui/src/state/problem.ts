// From a problem's code to a sentence: what happened and what to do now.
import type { Problem } from "@/ipc";
import { hasText, t } from "@/text";

/** What passes by itself or once somebody has signed in or read: only then does trying the same act again make sense. */
const PASSING = new Set(["offline", "server-unreachable", "server-timeout", "server-error", "server-nonsense", "session-expired", "session-missing", "signed-out", "disk-full", "storage-full", "file-not-uploaded", "conflict", "thread-moved", "internal"]);
export const canRetry = (problem: Problem): boolean => PASSING.has(problem.code);

export function sentence(problem: Problem): string {
  const key = `problem.${problem.code}`;
  return hasText(key) ? t(key, { fileName: t("problem.file"), ...problem.facts }) : t("problem.unknown", { code: problem.code });
}

/** Why an act is not allowed now, by its reason code. */
export const whyNot = (code: string): string => sentence({ code, facts: {}, detail: "" });
