// Type-ahead: what was typed against names, titles and groups; the beginning of a word counts most.
import type { TargetView } from "@/ipc";

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
