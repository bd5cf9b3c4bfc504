// Which roles lead to the pages that not everybody has: asked by the menu, the start page, the addresses and the pages
// themselves. What may be done on them, the rules say.
import type { Role } from "@/ipc";
import { useSession } from "./session";

export type Guarded = "staff" | "clinic" | "texts" | "region" | "region-texts";
export const PAGE_ROLES: Record<Guarded, Role[]> = {
  staff: ["receiver", "localAdmin", "permissionAdmin"], clinic: ["localAdmin"], texts: ["localAdmin"],
  region: ["regionAdmin"], "region-texts": ["regionAdmin", "nationalAdmin"],
};

/** At the clinic that is looked at, or at any if that is all of them. */
export const leadsTo = (page: Guarded): boolean => PAGE_ROLES[page].some((role) => useSession().holds(role));

/** Whether somebody has lists of cases there: then there is something to search in. */
export const hasCases = (): boolean => (["receiver", "handler"] as const).some((role) => useSession().holds(role));
