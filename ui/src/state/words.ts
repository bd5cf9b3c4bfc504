// How a case is told in a row: due in words, who has it, what has been done.
import type { AwayView, CaseRow, DueView, HistoryRow, ResidentView, Role } from "@/ipc";
import { useConnection } from "./connection";
import { useStopped } from "./counts";
import { hasText, t } from "@/text";
import { formatDay, formatMoment, momentParts, spokenPersonalId } from "@/text/format";

export function dueWords(due: DueView): string {
  switch (due.tone) {
    case "onTime": return t("due.by", { date: formatDay(due.at) });
    case "today": return t("due.today");
    case "late": return due.workingDaysLeft < 0 ? t("due.late", {}, -due.workingDaysLeft) : t("due.lateToday");
    case "paused": return t("due.paused");
    case "done": return t("due.done");
    case "none": return t("due.none");
  }
}

/** The same for a whole case: of one that is closed, that it is. That it was answered in time once is not what one looks for. */
export const dueOf = (row: CaseRow): string => (row.state === "closed" ? t("state.closed") : dueWords(row.due));
/** How that is coloured. */
export const toneOf = (row: CaseRow): string => (row.state === "closed" ? "closed" : row.due.tone);

export function assigneeWords(row: CaseRow): string {
  if (!row.assignee) return t("row.new");
  if (row.mine) return t("row.you");
  return row.assignee.kind === "group" ? t("row.toGroup", { name: row.assignee.name }) : row.assignee.name;
}

/** That whoever has it is away, and who covers; nothing of what is one's own. */
function awayFacts(row: CaseRow, scope: string): string[] {
  if (!row.away || row.mine) return [];
  const covers = row.covered ? (scope === "covered" ? "" : t("row.youCover")) : substituteWords(row.away);
  return [t("row.away", { until: formatDay(row.away.until) }), covers].filter(Boolean);
}
const substituteWords = ({ substitute }: AwayView) => (substitute ? t("row.substitute", { name: substitute }) : "");

/** Nothing is called "being sent" while there is nowhere to send it. */
export function pendingWords(row: CaseRow): string {
  if (useStopped().value.has(row.id)) return t("row.stopped");
  const state = useConnection().connection.value?.state;
  return t(state === "offline" || state === "signedOutByServer" ? "row.pendingHere" : "row.pending");
}

/** When it came in. */
export const receivedWords = (row: CaseRow): string => t("row.received", { at: formatMoment(row.receivedAt) });
/** The same with its day apart, which alone is said where there is little room: `Kom `, `tors `, `19 nov`, ` 17.54`. */
export function receivedParts(row: CaseRow): { before: string; weekday: string; day: string; time: string } {
  return { before: t("row.received", { at: "" }), ...momentParts(row.receivedAt) };
}

/** The second line's facts, most telling first: the last ones go first where there is little room. */
export function rowFacts(row: CaseRow, scope: string): string[] {
  const facts: string[] = [];
  const written = [...(row.hasDraft ? [t("row.draft")] : []), ...row.jottings.map((kind) => (scope === "drafts" ? t(`row.jottingShort.${kind}`) : t(`row.jotting.${kind}`)))];
  // Among the drafts it is what tells them apart.
  if (scope === "drafts") facts.push(...written);
  if (scope !== "mine" && scope !== "inbox" && scope !== "waiting") facts.push(row.assignee && !row.mine ? row.assignee.name : assigneeWords(row), ...awayFacts(row, scope));
  if (row.state === "awaitingResident" && row.due.tone !== "paused" && scope !== "waiting") facts.push(t("row.awaiting"));
  if (scope !== "drafts") facts.push(...written);
  if (row.pendingOps) facts.push(pendingWords(row));
  if (row.partialReplySent) facts.push(t("row.partial"));
  if (row.attachments) facts.push(t("row.files", {}, row.attachments));
  return facts;
}

/** The whole row as one sentence, for screen readers; from the words that the row shows. */
export function rowSentence(row: CaseRow, due: string, facts: string[]): string {
  return t("list.row", {
    unread: row.unread ? t("list.unread") : "", type: row.caseType, name: row.residentName, id: spokenPersonalId(row.residentId),
    protected: row.protectedIdentity ? `, ${t("protected.words")}` : "", due, rest: [...facts, receivedWords(row)].join(", "),
  });
}

/** The same of the case that is open, as a line of its own; empty if nobody is away. */
export function awayWords(row: CaseRow): string {
  if (!row.away) return "";
  const words = [t("row.away", { until: formatDay(row.away.until) }), row.covered ? t("row.youCover") : substituteWords(row.away)].filter(Boolean).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A line of the history in words. */
export function eventWords(row: HistoryRow): string {
  const key = row.event === "redistributed" && !row.facts.to ? "event.returned" : `event.${row.event}`;
  const kind = row.facts.kind && hasText(`messageKind.${row.facts.kind}`) ? t(`messageKind.${row.facts.kind}`).toLowerCase() : "";
  const reason = row.facts.reason && hasText(`reason.${row.facts.reason}`) ? ` – ${t(`reason.${row.facts.reason}`).toLowerCase()}` : row.facts.reason ? ` – ${row.facts.reason}` : "";
  const words = t(key, { to: "", from: "", was: "", ...row.facts, kind }).trim() + reason + inSpite(row);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the sender confirmed to the guard; an auditor reads it here. */
function inSpite(row: HistoryRow): string {
  const [findings, unsearched] = [Number(row.facts.findings ?? 0), Number(row.facts.unsearched ?? 0)];
  return (findings ? `, ${t("guard.inSpite", {}, findings)}` : "") + (unsearched ? `, ${t("guard.withUnsearched", {}, unsearched)}` : "");
}

/** Roles in a row: only the first begins with a capital, and not even that after a clinic's name. */
export function roleWords(roles: Role[], clinic = ""): string {
  const words = roles.map((role) => t(`role.${role}`));
  return clinic ? `${clinic}: ${words.join(", ").toLowerCase()}` : words.map((word, n) => (n ? word.toLowerCase() : word)).join(", ");
}

/** Who did it. */
export const doerWords = (who: string): string => (hasText(`event.who.${who}`) ? t(`event.who.${who}`) : who);

/** Why nothing that is written here reaches the resident, and what to do instead; empty if it does. */
export function unreachableWords({ unreachable }: ResidentView): string {
  if (!unreachable) return "";
  return `${t(`reach.${unreachable}`)} ${t(unreachable === "deceased" ? "reach.nobody" : "reach.otherwise")}`;
}

/** Who wrote in the resident's place, and whether they read the answer; empty if nobody did. */
export function guardianWords({ guardian }: ResidentView): string {
  return guardian ? t(guardian.reads ? "reach.guardianReads" : "reach.guardianReadsNot") : "";
}
