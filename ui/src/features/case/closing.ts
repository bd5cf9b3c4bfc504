// A closing act that has not gone yet: the case is neither going on nor closed.
import type { CaseView } from "@/ipc";

const UNDERWAY = new Set(["here", "onTheWay", "atServer"]);

/** How the case is about to be closed: by a reply, without one, or not at all. What is stopped closes nothing. */
export function closingBy({ row, messages, pending }: CaseView): "reply" | "silence" | null {
  if (row.state === "closed") return null;
  const underWay = (delivery: { state: string }) => UNDERWAY.has(delivery.state);
  if (messages.some((one) => one.fromStaff && one.kind === "finalReply" && underWay(one.delivery))) return "reply";
  if (messages.some((one) => one.fromStaff && one.kind === "closure" && underWay(one.delivery))) return "silence";
  return pending.some((one) => one.what === "close" && underWay(one.delivery)) ? "silence" : null;
}
