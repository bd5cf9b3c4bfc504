// Several cases at once in the in-memory backend: looked at, held for a while, and done unless taken back.
import type { BulkCase, BulkDone, BulkPick, BulkWish, Target } from "../bindings";
import { close, distribute } from "./acts";
import { uuid, type FakeCase } from "./cases";
import { isCovered } from "./staffing";
import { Refusal, type FakeState } from "./state";

const HOLD_MS = 10_000;
const held = new Map<string, { timer: ReturnType<typeof setTimeout>; run: () => void }>();

const holder = (one: FakeCase): Target | null => (!one.assignee ? null : one.assignee.kind === "person" ? { kind: "person", id: one.assignee.hsaId } : { kind: "group", id: one.assignee.id });

function why(state: FakeState, one: FakeCase, wish: BulkWish): string | null {
  const receiver = state.holds(one.clinic, "receiver");
  if (one.state === "closed") return "case-closed";
  if (wish.kind === "take") return state.inMyGroup(one) || isCovered(state, one) ? null : "forbidden";
  if (isCovered(state, one) && !receiver) return "take-over-first";
  if (!receiver && !state.isMine(one)) return "not-assignee";
  if (wish.kind === "give") return holder(one)?.id === wish.to.id ? "same-assignee" : null;
  return wish.reason === "other" && !wish.note?.trim() ? "reason-missing" : null;
}

export function bulkLook(state: FakeState, ids: string[], wish: BulkWish): BulkCase[] {
  return ids.map((caseId) => {
    const one = state.cases.get(caseId);
    if (!one || !state.mayRead(one)) return { caseId, caseType: "", residentName: "", protectedIdentity: false, seen: null, why: "not-found" };
    return { caseId, caseType: one.caseType, residentName: one.resident.name, protectedIdentity: one.resident.protectedIdentity, seen: { version: one.threadVersion, assignee: holder(one) }, why: why(state, one, wish) };
  });
}

export function bulk(state: FakeState, picks: BulkPick[], wish: BulkWish): BulkDone {
  if (picks.length > 200) throw new Refusal("too-many-cases", { limit: "200" });
  const looked = bulkLook(state, picks.map((pick) => pick.caseId), wish).filter((row) => row.why === null);
  const opIds = looked.map((row) => {
    const opId = uuid(11, ++state.ids);
    const run = () => {
      held.delete(opId);
      const one = state.get(row.caseId);
      if (wish.kind === "give") distribute(state, one, wish.to, holder(one), false);
      else if (wish.kind === "close") close(state, one, wish.reason, wish.note ?? null, false);
      else { const me = state.who(); one.assignee = { kind: "person", hsaId: me.hsaId, name: me.name }; one.state = "inProgress"; }
      state.tell("moved", { cases: [one.id] });
    };
    held.set(opId, { run, timer: setTimeout(run, HOLD_MS) });
    return opId;
  });
  return { opIds, refused: picks.length - opIds.length, until: new Date(Date.now() + HOLD_MS).toISOString() };
}

export function bulkUndo(opIds: string[]): number {
  const here = opIds.filter((opId) => held.has(opId));
  for (const opId of here) { clearTimeout(held.get(opId)!.timer); held.delete(opId); }
  return here.length;
}

/** For tests: what is held is done now. */
export function bulkNow(): void {
  for (const { timer, run } of [...held.values()]) { clearTimeout(timer); run(); }
}
