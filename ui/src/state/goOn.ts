// Where a start goes on: in the composer that was open when the program ended, as it was.
import type { RouteLocationRaw } from "vue-router";
import { useSession } from "./session";

/** The place, or none: then the start page is right. */
export function whereToGoOn(): RouteLocationRaw | null {
  const { app, session } = useSession();
  const caseId = session.value && app.value?.writing;
  return caseId ? { name: "case", params: { caseId }, state: { intent: "continue" } } : null;
}
