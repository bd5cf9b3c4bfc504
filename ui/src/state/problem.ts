// From a problem's code to a sentence: what happened and what to do now.
import { attachmentLimits, type Problem } from "@/ipc";
import { hasText, t } from "@/text";
import { limitFacts } from "./limits";

/** What passes by itself or once somebody has signed in or read: only then does trying the same act again make sense. */
const PASSING = new Set(["offline", "server-unreachable", "server-timeout", "server-error", "server-nonsense", "session-expired", "session-missing", "signed-out", "disk-full", "storage-full", "file-not-uploaded", "busy", "internal"]);
export const canRetry = (problem: Problem): boolean => PASSING.has(problem.code);

/** What the end of a file's name says that it is, if that may be sent. */
function namedAs(fileName = ""): string {
  const ending = /\.([a-z]+)$/.exec(fileName.toLowerCase())?.[1] ?? "";
  const kind = attachmentLimits.kinds.find((one) => one === (ending === "jpg" ? "jpeg" : ending));
  return kind ? t(`fileKind.${kind}`) : "";
}

/** A damaged file is told by what was in it and by what could be saved of it. */
function words(problem: Problem): string {
  if (problem.code === "file-type-not-allowed" && namedAs(problem.facts.fileName)) return "file-type-disguised";
  if (problem.code !== "cache-corrupt") return problem.code;
  if (problem.facts.incomplete === "true") return "cache-corrupt-incomplete";
  if (problem.facts.file === "unsent.db") return "cache-corrupt-unsent";
  return problem.facts.file === "blobs.db" ? "cache-corrupt-files" : "cache-corrupt";
}

/** May the screen promise that nothing is lost? Not when a file with unsent things was damaged or can't be read any more, nor of settings that were damaged. */
const UNSURE = new Set(["keychain-changed", "keys-gone", "cache-locked", "cache-corrupt-incomplete", "cache-corrupt-unsent", "cache-corrupt-files", "server-unknown"]);
export const nothingLost = (problem: Problem): boolean => !UNSURE.has(words(problem));

/** Only signing in helps, so trying to go on is no use. */
const SIGN_IN = new Set(["session-expired", "session-missing", "signed-out"]);
export const needsSignIn = (problem: Problem): boolean => SIGN_IN.has(problem.code);

/** About what one person has saved on this computer: whose it is has to be said beside it. */
const OF_ONE = new Set([...SIGN_IN, "keychain-changed", "keys-gone", "cache-locked", "cache-corrupt", "cache-newer", "cache-in-use"]);
export const isOfOne = (problem: Problem): boolean => OF_ONE.has(problem.code);

/** Repaired already and nothing is lost: it is told, not warned of. */
export const isMended = (problem: Problem): boolean => problem.code === "cache-corrupt" && nothingLost(problem) && !startAnewOf(problem);

/** Nothing opens this profile's files any more: its name and the folder, for starting over. */
export function startAnewOf(problem: Problem): { profile: string; folder: string } | null {
  const profile = problem.facts.startAnew;
  return profile ? { profile, folder: problem.facts.folder ?? "" } : null;
}

export function sentence(problem: Problem): string {
  const key = `problem.${words(problem)}`;
  return hasText(key) ? t(key, { fileName: t("problem.file"), kind: namedAs(problem.facts.fileName), ...limitFacts(), ...problem.facts }) : t("problem.unknown", { code: problem.code });
}

/** Why an act is not allowed now, by its reason code. */
export const whyNot = (code: string): string => sentence({ code, facts: {}, detail: "" });
