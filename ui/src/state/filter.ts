// What a list is narrowed to: in the address, in words, and in the person's saved views.
import type { CaseState, DueFilter, FilterChoices, HolderFilter, ListFilter, Unwatched } from "@/ipc";
import { t } from "@/text";
import { formatDay } from "@/text/format";

export const NO_FILTER: ListFilter = { states: [], caseTypes: [], due: null, holder: null, receivedFrom: null, receivedTo: null, unread: false, protectedIdentity: false, unwatched: [] };

type Query = Record<string, string | null | (string | null)[] | undefined>;
const STATES: CaseState[] = ["new", "assignedPerson", "assignedGroup", "inProgress", "awaitingResident", "closed"];
const DUE: DueFilter[] = ["late", "today"];
export const UNWATCHED: Unwatched[] = ["undistributed", "holderInactive", "holderAbsent", "groupUnstaffed", "notBegun"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const all = (value: Query[string]): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string" && one !== "");
const day = (value: Query[string]): string | null => all(value).find((one) => DAY.test(one)) ?? null;

function holderOf(value: Query[string]): HolderFilter | null {
  const [kind, id] = (all(value)[0] ?? "").split(/:(.*)/s);
  if (kind === "nobody") return { kind };
  if (kind === "person" && id) return { kind, hsaId: id };
  return kind === "group" && id ? { kind, id } : null;
}
export const holderKey = (holder: HolderFilter | null): string => (!holder ? "" : holder.kind === "nobody" ? "nobody" : `${holder.kind}:${holder.kind === "person" ? holder.hsaId : holder.id}`);
export const holderFrom = (key: string): HolderFilter | null => holderOf(key);

/** What an address asks for; what it says that nobody can understand is left out. */
export function filterOf(query: Query): ListFilter {
  return {
    states: STATES.filter((state) => all(query.state).includes(state)),
    caseTypes: all(query.type),
    due: DUE.find((due) => all(query.due).includes(due)) ?? null,
    holder: holderOf(query.holder),
    receivedFrom: day(query.from),
    receivedTo: day(query.to),
    unread: query.unread === "1",
    protectedIdentity: query.protected === "1",
    unwatched: UNWATCHED.filter((why) => all(query.unwatched).includes(why)),
  };
}

/** The same as an address; with it goes whatever else the address says. */
export function queryOf(filter: ListFilter): Record<string, string | string[] | undefined> {
  return {
    state: filter.states.length ? filter.states : undefined,
    type: filter.caseTypes.length ? filter.caseTypes : undefined,
    due: filter.due ?? undefined,
    holder: holderKey(filter.holder) || undefined,
    from: filter.receivedFrom ?? undefined,
    to: filter.receivedTo ?? undefined,
    unread: filter.unread ? "1" : undefined,
    protected: filter.protectedIdentity ? "1" : undefined,
    unwatched: filter.unwatched.length ? filter.unwatched : undefined,
  };
}

export const sameFilter = (one: ListFilter, other: ListFilter): boolean => JSON.stringify(filterOf(queryOf(one) as Query)) === JSON.stringify(filterOf(queryOf(other) as Query));
export const isNarrowed = (filter: ListFilter): boolean => !sameFilter(filter, NO_FILTER);

export type FilterPart = { key: string; words: string; without: ListFilter };

/** Each thing that a list is narrowed to, in words, with what is left when it goes. */
export function partsOf(filter: ListFilter, choices: FilterChoices | null): FilterPart[] {
  const parts: FilterPart[] = [];
  for (const state of filter.states) parts.push({ key: `state-${state}`, words: t(`filter.state.${state}`), without: { ...filter, states: filter.states.filter((one) => one !== state) } });
  for (const type of filter.caseTypes) parts.push({ key: `type-${type}`, words: type, without: { ...filter, caseTypes: filter.caseTypes.filter((one) => one !== type) } });
  if (filter.due) parts.push({ key: "due", words: t(`list.dueOnly.${filter.due}`), without: { ...filter, due: null } });
  if (filter.holder) parts.push({ key: "holder", words: holderWords(filter.holder, choices), without: { ...filter, holder: null } });
  if (filter.receivedFrom) parts.push({ key: "from", words: t("filter.since", { date: formatDay(filter.receivedFrom) }), without: { ...filter, receivedFrom: null } });
  if (filter.receivedTo) parts.push({ key: "to", words: t("filter.until", { date: formatDay(filter.receivedTo) }), without: { ...filter, receivedTo: null } });
  if (filter.unread) parts.push({ key: "unread", words: t("filter.unread"), without: { ...filter, unread: false } });
  if (filter.protectedIdentity) parts.push({ key: "protected", words: t("filter.protected"), without: { ...filter, protectedIdentity: false } });
  for (const why of filter.unwatched) parts.push({ key: `unwatched-${why}`, words: t(`unwatched.why.${why}`), without: { ...filter, unwatched: filter.unwatched.filter((one) => one !== why) } });
  return parts;
}

/** The name is known where the one has cases in the list; else it is only somebody. */
function holderWords(holder: HolderFilter, choices: FilterChoices | null): string {
  if (holder.kind === "nobody") return t("filter.nobody");
  const found = choices?.holders.find((one) => (one.kind === "person" && holder.kind === "person" ? one.hsaId === holder.hsaId : one.kind === "group" && holder.kind === "group" && one.id === holder.id));
  return found ? t("filter.with", { name: found.name }) : t("filter.withSomebody");
}
