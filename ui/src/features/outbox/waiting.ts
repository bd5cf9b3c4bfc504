// Why something in the outbox is still here, in words: what hinders it, and that it goes by itself.
import type { Problem, Waits } from "@/ipc";
import { needsSignIn, sentence } from "@/state/problem";
import { hasText, t } from "@/text";
import { formatTime } from "@/text/format";

/** Sooner than this no time is named: it would be over before it is read. */
const SOON_MS = 60_000;

/** Nobody has to press anything, so the sentences that ask for another try do not fit here. */
const why = (problem: Problem): string => (hasText(`outbox.waitsWhy.${problem.code}`) ? t(`outbox.waitsWhy.${problem.code}`) : sentence(problem));

export function waitingWords({ why: waitsFor, problem, retryAt }: Waits, now = Date.now()): string {
  if (problem && needsSignIn(problem)) return t("outbox.waits.signIn");
  if (waitsFor === "contact") return problem && problem.code !== "offline" ? t("outbox.waits.contactWhy", { why: why(problem) }) : t("outbox.waits.contact");
  if (waitsFor !== "nextTry" || !problem) return t(`outbox.waits.${waitsFor}`);
  const soon = !retryAt || Date.parse(retryAt) - now < SOON_MS;
  return soon ? t("outbox.waits.soon", { why: why(problem) }) : t("outbox.waits.nextTry", { why: why(problem), at: formatTime(retryAt) });
}
