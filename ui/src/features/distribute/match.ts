// Type-ahead: what was typed against names, titles and groups; the beginning of a word counts most.
import type { TargetView } from "@/ipc";
import { t } from "@/text";
import { formatDay } from "@/text/format";

const plain = (text: string) => text.toLowerCase().normalize("NFC");

function score(target: TargetView, wanted: string): number {
  const name = plain(target.name);
  if (name.startsWith(wanted)) return 3;
  if (name.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return 2;
  // In the middle of a word two letters say too little.
  return wanted.length > 2 && (name.includes(wanted) || plain(target.title ?? "").includes(wanted)) ? 1 : 0;
}

export function matching(targets: TargetView[], typed: string): TargetView[] {
  const wanted = plain(typed.trim());
  if (!wanted) return targets;
  return targets
    .map((target) => ({ target, points: score(target, wanted) }))
    .filter((one) => one.points > 0)
    .sort((a, b) => b.points - a.points)
    .map((one) => one.target);
}

/** That nobody would see to it there today, as a sentence; empty if somebody would. */
export function awayTarget({ kind, name, members, there, away }: TargetView): string {
  if (kind === "group") return members && there === 0 ? t("distribute.awayGroup", { name }) : "";
  if (!away) return "";
  const until = formatDay(away.until);
  return away.substituteName ? t("distribute.awayCovered", { name, until, substitute: away.substituteName }) : t("distribute.away", { name, until });
}
/** The same as a few words beside the name. */
export function awayFacts({ away, members, there }: TargetView): string[] {
  if (away) return [t("row.away", { until: formatDay(away.until) }), ...(away.substituteName ? [t("row.substitute", { name: away.substituteName })] : [])];
  return members !== null && there !== null && there < members ? [t("distribute.there", { n: there })] : [];
}
