// Which list an address asks for.
import type { RouteLocationNormalized } from "vue-router";
import type { ListWish } from "@/features/inbox/useCaseList";
import type { Scope } from "@/ipc";
import { filterOf } from "@/state/filter";
import { useSession } from "@/state/session";

const SCOPES: Scope[] = ["inbox", "distributed", "clinicClosed", "mine", "groups", "covered", "waiting", "drafts", "myClosed", "search"];

/** A case opened from a notification stands beside the list its reader works in. */
export function scopeOf(route: RouteLocationNormalized): Scope {
  if (route.name === "search") return "search";
  const asked = route.params.scope as Scope;
  return SCOPES.includes(asked) ? asked : useSession().holds("receiver") ? "inbox" : "mine";
}

/** Lists of what is closed have nothing that could be late. */
const CLOSED: Scope[] = ["clinicClosed", "myClosed"];
export const hasDue = (scope: Scope): boolean => !CLOSED.includes(scope);

export function wishOf(route: RouteLocationNormalized): ListWish {
  const scope = scopeOf(route);
  const filter = filterOf(route.query);
  return { scope, clinic: useSession().clinic.value, search: scope === "search" ? String(route.query.q ?? "").trim() : null, filter: hasDue(scope) ? filter : { ...filter, due: null } };
}
