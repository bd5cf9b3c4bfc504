// Why a case is due when it is, as a sentence: what came in, who decided how long, which days counted and which did not.
import type { SkippedDay, WhyDue } from "@/ipc";
import { t } from "@/text";
import { formatDay, formatMoment, formatList } from "@/text/format";

/** More days than this are told as a number. */
const FEW = 3;

/** A day without a time is the same day wherever the computer stands. */
const dayWords = (day: string) => formatDay(`${day}T12:00:00Z`);
const days = (all: string[]) => (all.length > FEW ? t("why.days", {}, all.length) : formatList(all.map(dayWords)));

function counted(why: WhyDue): string {
  const [first, last] = [why.counted[0], why.counted.at(-1)];
  if (!first || !last) return "";
  const what = why.counted.length > FEW ? t("why.from", { n: why.counted.length, from: dayWords(first), to: dayWords(last) }) : days(why.counted);
  return t("why.counted", { days: what }, why.counted.length);
}

function skipped(all: SkippedDay[]): string {
  if (!all.length) return "";
  const groups = new Map<string, string[]>();
  for (const { day, why } of all) groups.set(why, [...(groups.get(why) ?? []), day]);
  return t("why.skipped", { days: formatList([...groups].map(([why, group]) => `${days(group)} (${t(`dayOff.${why}`)})`)) });
}

function due(why: WhyDue): string {
  const at = why.halfDay ? t("why.noon", { day: formatDay(why.dueAt), eve: t(`dayOff.${why.halfDay}`) }) : formatDay(why.dueAt);
  return t(why.stopped ? "why.was" : "why.is", { due: at });
}

function stopped(why: WhyDue): string {
  const { stopped } = why;
  if (!stopped) return "";
  const at = formatMoment(stopped.at);
  const end = stopped.by === null ? t("why.closed", { at }) : t(stopped.late ? "why.answeredLate" : "why.answered", { at });
  return ` ${end}${why.paused ? ` ${t("why.paused")}` : ""}`;
}

export function whyWords(why: WhyDue): string {
  const begun = t(`why.cause.${why.cause}`, { at: formatMoment(why.startedAt) });
  const target = why.days === 0 ? t(`why.sameDay.${why.level}`) : t(`why.target.${why.level}`, {}, why.days);
  const pauses = why.pauses.map((pause) => t("why.pause", { from: formatMoment(pause.from), to: formatMoment(pause.to) })).join("");
  return `${due(why)}: ${begun}, ${target}${counted(why)}${skipped(why.skipped)}${pauses}.${stopped(why)}`;
}
