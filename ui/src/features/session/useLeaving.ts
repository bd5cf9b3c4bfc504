// Signing out: first everything is saved and what is unsent is looked at, then, if there is anything to say, it is asked.
import { ref } from "vue";
import { api, problemOf, type Problem } from "@/ipc";
import { announce } from "@/state/announce";
import { useSession } from "@/state/session";
import { saveAll } from "@/state/unsaved";
import { t } from "@/text";

/** What is only on this computer; `null` where it could not be read. */
export type Unsent = { drafts: number | null; outbox: number | null; /** Something that was written could not be saved. */ unsaved: boolean };

/** What the server has is not unsent, and what stands in the outbox is told by where it is, not by a number of old. */
const ONLY_HERE = new Set(["here", "onTheWay", "stopped"]);

async function look(): Promise<Unsent> {
  const unsaved = await saveAll().then(() => false, () => true);
  const [counts, outbox] = await Promise.all([api.counts(null).catch(() => null), api.outbox().catch(() => null)]);
  return {
    drafts: counts && counts.drafts + counts.strayDrafts,
    outbox: outbox && outbox.waiting.filter((row) => ONLY_HERE.has(row.delivery.state)).length,
    unsaved,
  };
}
const nothing = (unsent: Unsent) => unsent.drafts === 0 && unsent.outbox === 0 && !unsent.unsaved;

export function useLeaving() {
  const { signOut } = useSession();
  const unsent = ref<Unsent | null>(null);
  const busy = ref(false);
  const problem = ref<Problem | null>(null);

  async function go(): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      announce(t("signOut.going"), false);
      await signOut();
      unsent.value = null;
    } catch (cause) {
      problem.value = problemOf(cause);
      unsent.value ??= { drafts: 0, outbox: 0, unsaved: false };
    } finally {
      busy.value = false;
    }
  }
  async function leave(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    const found = await look();
    busy.value = false;
    if (nothing(found)) await go();
    else unsent.value = found;
  }
  /** The question is a step of its own: a second press while it runs would ask twice. */
  async function confirm(): Promise<void> {
    if (!busy.value) await go();
  }
  const stay = () => { unsent.value = null; };
  return { unsent, busy, problem, leave, confirm, stay };
}
