// The person's saved views with their counts, and keeping them.
import { effectScope, onScopeDispose, watch, type EffectScope } from "vue";
import type { RouteLocationRaw } from "vue-router";
import { api, type CountedView, type SavedView } from "@/ipc";
import { queryOf, sameFilter } from "./filter";
import { useReading, type Reading } from "./read";
import { useSession } from "./session";

const AFTER_PICTURE_MS = 300;
let scope: EffectScope | null = null;
let reading: Reading<CountedView[]> | null = null;

export function useViews(): Reading<CountedView[]> {
  if (!reading) {
    scope = effectScope(true);
    reading = scope.run(() => {
      const { session } = useSession();
      const made = useReading(() => api.savedViews(), () => session.value !== null, true);
      // The first rows and numbers go before: views are asked for when the first picture has had its time.
      let first: ReturnType<typeof setTimeout> | undefined;
      watch(session, () => {
        clearTimeout(first);
        if (session.value) first = setTimeout(() => void made.reload(), AFTER_PICTURE_MS);
        else made.data.value = null;
      }, { immediate: true });
      onScopeDispose(() => clearTimeout(first));
      return made;
    })!;
  }
  return reading;
}

/** All of them, from now on. */
export async function keepViews(views: SavedView[]): Promise<void> {
  await api.saveViews(views);
  await useViews().reload();
}

export const targetOf = (view: SavedView): RouteLocationRaw =>
  view.scope === "search"
    ? { name: "search", query: { ...queryOf(view.filter), q: view.search ?? "" } }
    : { name: "cases", params: { scope: view.scope }, query: queryOf(view.filter) };

type Shown = Pick<SavedView, "scope" | "clinic" | "search" | "filter">;
/** Do they show the same? */
export const sameView = (one: Shown, other: Shown): boolean =>
  one.scope === other.scope && (one.clinic ?? null) === (other.clinic ?? null) && (one.search || null) === (other.search || null) && sameFilter(one.filter, other.filter);

/** For tests: forget everything. */
export function resetViews(): void {
  scope?.stop();
  scope = null;
  reading = null;
}
