// From a problem's code to a sentence: what happened and what to do now.
import type { Problem } from "@/ipc";
import { hasText, t } from "@/text";

export function sentence(problem: Problem): string {
  const key = `problem.${problem.code}`;
  return hasText(key) ? t(key, { fileName: t("problem.file"), ...problem.facts }) : t("problem.unknown", { code: problem.code });
}

/** Why an act is not allowed now, by its reason code. */
export const whyNot = (code: string): string => sentence({ code, facts: {}, detail: "" });
