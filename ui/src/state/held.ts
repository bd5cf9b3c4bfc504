// Own messages that the server holds until their undo window is over: what can still be taken back, and what became of it.
import { effectScope, ref, watch, type EffectScope } from "vue";
import { api, problemOf, type HeldMessage, type Problem } from "@/ipc";
import { announce } from "./announce";
import { sentence } from "./problem";
import { useReading } from "./read";
import { useSession } from "./session";
import { t } from "@/text";

let scope: EffectScope | null = null;
let made: ReturnType<typeof build> | null = null;

function build() {
  const { session } = useSession();
  const { data, reload } = useReading(() => (session.value ? api.heldMessages() : Promise.resolve([])), () => session.value !== null);
  /** Seconds, so that a row can count down; runs only while something is held. */
  const now = ref(Date.now());
  /** The case whose message came back: whoever has it before them goes on writing. */
  const back = ref<string | null>(null);
  const busy = ref<string | null>(null);
  /** What was asked back here. */
  const asked = new Set<string>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const left = (message: { releaseAt: string }) => Math.max(0, Math.ceil((Date.parse(message.releaseAt) - now.value) / 1000));

  // At the start nothing is asked: the look that follows the first picture asks this too.
  watch(session, () => { data.value = null; void reload(); });
  watch(data, (list, before) => {
    now.value = Date.now();
    clearInterval(timer);
    if (list?.length) timer = setInterval(() => (now.value = Date.now()), 1000);
    if (!list || !before) return;
    for (const message of before) if (!list.some((one) => one.messageId === message.messageId)) void gone(message);
  });

  /** It is called sent, or back, only when the case says so. */
  async function gone(message: HeldMessage): Promise<void> {
    try {
      const view = await api.readCaseAgain(message.caseId);
      const there = view.messages.find((one) => one.id === message.messageId);
      if (there?.delivery.state === "sent") announce(t(message.askedBack ? "undo.late" : "undo.sent", { name: message.residentName }));
      else if (!there) {
        // Asked back here, it becomes the draft in a moment, if it is not yet; else it lies at the server.
        const here = asked.delete(message.messageId) || message.askedBack;
        if (here) back.value = message.caseId;
        const who = view.history.filter((row) => row.event === "messageWithdrawn").at(-1)?.who ?? "";
        const mine = here || who === session.value?.staff.name;
        announce(here && view.draft ? t("undo.back") : t(mine ? "undo.byMe" : "undo.byOther", { name: who, resident: message.residentName }));
      }
    } catch {
      // The case has left this person: what became of the message is no longer theirs to see.
    }
  }
  async function takeBack(caseId: string, messageId: string): Promise<Problem | null> {
    if (busy.value) return null;
    busy.value = messageId;
    asked.add(messageId);
    try {
      await api.takeBackMessage(caseId, messageId);
      return null;
    } catch (cause) {
      const problem = problemOf(cause);
      announce(problem.code === "already-released" ? t("undo.tooLate") : sentence(problem));
      return problem;
    } finally {
      busy.value = null;
      await reload();
    }
  }
  return { held: data, left, now, back, busy, takeBack, stop: () => clearInterval(timer) };
}

export function useHeld() {
  if (!made) {
    scope = effectScope(true);
    made = scope.run(build)!;
  }
  return made;
}

/** For tests: forget everything. */
export function resetHeld(): void {
  made?.stop();
  scope?.stop();
  scope = null;
  made = null;
}
