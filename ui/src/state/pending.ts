// What of one's own acts in a case goes by itself, and what waits for a decision.
import type { OutboxRow } from "@/ipc";
import { hasText, t, type Facts } from "@/text";
import { useConnection } from "./connection";

/** Something done earlier in the case has stopped and is not decided about: what comes after it stays. A stopped note holds nothing up. */
export function isHeldUp(pending: OutboxRow[], opId: string): boolean {
  const at = pending.findIndex((row) => row.opId === opId);
  const first = pending.slice(0, Math.max(at, 0)).find((row) => row.delivery.state !== "atServer" && !(row.delivery.state === "stopped" && row.note !== null));
  return first?.delivery.state === "stopped";
}

/** What is said when it is done; without contact, what becomes of it: the server has not decided anything yet. */
export function doneWords(key: string, facts?: Facts): string {
  const later = `later.${key}`;
  return t(useConnection().outOfReach.value && hasText(later) ? later : key, facts);
}

/** What was done, by the name that the outbox has for it. */
export const isAct = (row: OutboxRow): boolean => !row.message && row.note === null && !["read", "start", "markRecorded", "withdrawMessage"].includes(row.what);
