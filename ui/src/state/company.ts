// Colleagues who have cases before them, and what this window has before it: told to each other while there is contact.
import { computed, effectScope, onScopeDispose, shallowRef, watch, type ComputedRef, type EffectScope } from "vue";
import { api, onCompany, onSession, type Attending, type Colleague } from "@/ipc";
import { announce } from "./announce";
import { t } from "@/text";
import { formatTime } from "@/text/format";

const company = shallowRef<ReadonlyMap<string, Colleague[]>>(new Map());
let watching: EffectScope | null = null;

export async function refreshCompany(): Promise<void> {
  try {
    company.value = new Map((await api.company()).map((one) => [one.caseId, one.people]));
  } catch {
    // Nobody is signed in, or the shell is gone: nothing is known of colleagues, and other places say why.
    company.value = new Map();
  }
}

/** The colleagues at a case, who began first comes first. */
export function useCompany(): { at: (caseId: string) => Colleague[] } {
  if (!watching) {
    watching = effectScope(true);
    watching.run(() => {
      const stops = [onCompany(() => void refreshCompany()), onSession(() => void refreshCompany())];
      onScopeDispose(() => stops.forEach((stop) => stop()));
    });
  }
  return { at: (caseId) => company.value.get(caseId) ?? [] };
}

let order: Promise<unknown> = Promise.resolve();
let holder = 0;

/** Says what is before the person for as long as the caller lives. One word after the other, so that the last one counts. */
export function useAttending(at: () => Attending): void {
  const mine = ++holder;
  const say = (what: Attending | null) => { order = order.then(() => api.attend(what)).catch(() => undefined); };
  watch(at, (now) => { if (holder === mine) say(now); }, { immediate: true, deep: true });
  // Whoever goes from one case to the next has not left in between.
  onScopeDispose(() => setTimeout(() => { if (holder === mine) say(null); }));
}

/** What matters most of what they do, in words; empty if nobody is there. */
export function companyWords(people: Colleague[]): string {
  for (const doing of ["answering", "distributing", "reading"] as const) {
    const there = people.filter((one) => one.doing === doing);
    const [first] = there;
    if (first) return there.length > 1 ? t(`company.${doing}More`, { name: first.name, n: there.length - 1 }) : t(`company.${doing}`, { name: first.name });
  }
  return "";
}

/** Who is at the same thing already, since when, and what comes of it; empty if nobody. Said aloud too: who writes has the eyes on the text. */
export function useInTheWay(caseId: () => string, doing: "answering" | "distributing"): ComputedRef<string> {
  const { at } = useCompany();
  const words = computed(() => {
    const people = at(caseId());
    const first = people.find((one) => one.doing === "answering") ?? people.find((one) => one.doing === "distributing");
    if (!first) return "";
    return `${t(`company.${first.doing}Since`, { name: first.name, since: formatTime(first.since) })} ${t(doing === "answering" ? "company.yoursIsHeld" : "company.firstDecides")}`;
  });
  watch(words, (now) => { if (now) announce(now, false); });
  return words;
}

/** For tests: forget everything. */
export function resetCompany(): void {
  watching?.stop();
  watching = null;
  company.value = new Map();
  order = Promise.resolve();
}
