// What the keys and buttons of a case do: which dialog opens, or which sentence says why not.
import { nextTick, ref } from "vue";
import { api, type ActName, type AssigneeView, type CaseView, type CloseReason, type Target, type TargetView } from "@/ipc";
import { announce } from "@/state/announce";
import { doneWords } from "@/state/pending";
import { whyNot } from "@/state/problem";

export type Open = "distribute" | "close" | "note" | "reopen" | "withdrawQuestion" | "returnToReceiver" | "returnToGroup" | "record" | null;

type Room = {
  view: () => CaseView | null;
  may: (act: ActName) => boolean;
  why: (act: ActName) => string | null;
  run: (command: () => Promise<unknown>, done?: string) => Promise<boolean>;
  clear: () => void;
};

/** Who had the case, as a command is told. */
const targetOf = (who: AssigneeView | null): Target | null => (who === null ? null : who.kind === "person" ? { kind: who.kind, id: who.hsaId } : { kind: who.kind, id: who.id });

const REPLIES: ActName[] = ["finalReply", "counterQuestion", "partialReply"];

export function useActs({ view, may, why, run, clear }: Room) {
  const open = ref<Open>(null);
  const composing = ref(false);
  /** The case stands on paper: printed as soon as it does. */
  const printing = ref(false);
  // Who had the case when the question was asked: an answer holds for that alone.
  let asked: Target | null = null;
  // What had been read then: closing holds for that alone.
  let read = 0;
  const id = () => view()?.row.id ?? "";
  const first = (acts: ActName[]) => acts.find((act) => why(act) && why(act) !== "forbidden") ?? acts[0]!;
  const refuse = (acts: ActName[]) => announce(whyNot(why(first(acts)) ?? "forbidden"));

  /** What is in the record already may be copied again. */
  const mayRecord = () => may("markRecorded") || why("markRecorded") === "already-recorded";

  function act(name: string): void {
    if (!view()) return;
    clear();
    asked = targetOf(view()?.row.assignee ?? null);
    read = view()?.threadVersion ?? 0;
    if (name === "distribute") {
      if (may("distribute") || may("redistribute")) open.value = "distribute";
      else refuse(["distribute", "redistribute"]);
    } else if (name === "reply") {
      if (REPLIES.some(may) || view()?.draft) composing.value = true;
      else refuse(REPLIES);
    } else if (name === "continue") {
      // Where what stands in the draft was begun.
      if (view()?.draft?.kind === "closure" && may("close")) open.value = "close";
      else act("reply");
    } else if (name === "take") {
      if (may("take")) void run(() => api.take(id()), view()?.row.covered ? "done.takeOver" : "done.take");
      else refuse(["take"]);
    } else if (name === "record") {
      if (mayRecord()) open.value = name;
      else refuse(["markRecorded"]);
    } else if (name === "print") {
      // Laid out anew each time: it is of this very moment.
      printing.value = false;
      if (mayRecord()) void nextTick(() => { printing.value = true; });
      else refuse(["markRecorded"]);
    } else if (name === "returnToGroup") {
      if (view()?.takenFrom) open.value = name;
    } else if (may(name as ActName)) open.value = name as Open;
    else refuse([name as ActName]);
  }
  const close = () => { open.value = null; };
  const finish = async (command: () => Promise<unknown>, done?: string): Promise<boolean> => {
    const accepted = await run(command, done);
    if (accepted) close();
    return accepted;
  };
  const distribute = async (target: TargetView, seen: AssigneeView | null, withReply: boolean, reason: string | null): Promise<boolean> => {
    const done = await finish(() => api.distribute(id(), { kind: target.kind, id: target.id }, targetOf(seen), withReply, reason));
    if (done) announce(doneWords("distribute.done", { name: target.name }));
    return done;
  };
  const closeCase = (reason: CloseReason, note: string | null, told: boolean) => finish(() => api.closeCase(id(), reason, note, told, read), told ? "close.queued" : "close.done");
  const markRecorded = (through: number) => finish(() => api.markRecorded(id(), through), "record.marked");
  const addNote = (text: string) => finish(() => api.addNote(id(), text), "note.done");
  const confirm = () => {
    const name = open.value;
    if (name === "reopen") return finish(() => api.reopenCase(id()), "done.reopen");
    if (name === "withdrawQuestion") return finish(() => api.withdrawQuestion(id()), "done.withdrawQuestion");
    const group = view()?.takenFrom;
    if (name === "returnToGroup" && group) return finish(() => api.distribute(id(), { kind: "group", id: group.id }, asked, false, null), "done.returnToGroup");
    return finish(() => api.distribute(id(), { kind: "receiver", id: view()?.row.clinic ?? "" }, asked, false, null), "done.returnToReceiver");
  };
  return { open, composing, printing, act, close, distribute, closeCase, addNote, markRecorded, confirm };
}
