// A list of cases read page by page as it is scrolled; rows come and go as events name their ids.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { api, onMoved, problemOf, type CaseRow, type ListFilter, type ListPage, type ListQuery, type MistypedNumber, type Problem, type Scope } from "@/ipc";
import { sameFilter } from "@/state/filter";
import { neverMind, whenRested } from "@/state/rest";

export const PAGE = 60;

export type ListWish = { scope: Scope; clinic: string | null; search: string | null; filter: ListFilter };

/** The first rows of a list, asked for before there is a list to show them: at the start, one picture is enough. */
let ahead: { wish: ListWish; page: ListPage; moved: boolean; stop: () => void } | null = null;
const same = (one: ListWish, other: ListWish) => one.scope === other.scope && one.clinic === other.clinic && one.search === other.search && sameFilter(one.filter, other.filter);

export async function readAhead(wish: ListWish): Promise<void> {
  let moved = false;
  const stop = onMoved(() => { moved = true; });
  // What can't be read now is read by the list itself, which also says why if it can't.
  const page = await api.listCases({ ...wish, offset: 0, limit: PAGE }).catch(() => null);
  if (page) ahead = { wish, page, stop, get moved() { return moved; } };
  else stop();
}

/** Given once; null if it was another list that was asked for. */
function readBefore(wish: ListWish): { page: ListPage; moved: boolean } | null {
  const found = ahead;
  ahead = null;
  found?.stop();
  return found && same(found.wish, wish) ? found : null;
}

export function useCaseList(wish: Ref<ListWish>) {
  const total = ref<number | null>(null);
  /** There are more than `total`: a search is counted only a little beyond the window that was asked for. */
  const more = ref(false);
  const pages = shallowRef(new Map<number, CaseRow[]>());
  const problem = ref<Problem | null>(null);
  const slow = ref(false);
  const incomplete = ref(false);
  /** The search was meant as an identity number, and this is why it is none. */
  const mistyped = shallowRef<MistypedNumber | null>(null);
  let round = 0;
  /** How many there are in all, once a window of this round has said so. */
  let all: number | null = null;
  let visible = { first: 0, last: 0 };
  const asked = new Set<number>();

  async function readPage(page: number, mine: number): Promise<void> {
    const query: ListQuery = { ...wish.value, offset: page * PAGE, limit: PAGE };
    const got = await api.listCases(query);
    if (mine === round) take(page, got);
  }

  function take(page: number, got: ListPage): void {
    asked.add(page);
    if (!got.more) all = got.total;
    // The window farthest down knows of most; a list that is scrolled does not become shorter by a look at its beginning.
    total.value = all ?? Math.max(got.total, total.value ?? 0);
    more.value = all === null;
    incomplete.value = got.incomplete;
    if (got.mistyped?.number !== mistyped.value?.number || got.mistyped?.fault !== mistyped.value?.fault) mistyped.value = got.mistyped;
    pages.value = new Map(pages.value).set(page, got.rows);
  }

  const wanted = () => {
    const found: number[] = [];
    for (let page = Math.floor(visible.first / PAGE); page <= Math.floor(visible.last / PAGE); page += 1) found.push(page);
    return found;
  };

  /** Starts over: after another list is chosen (the old rows go), or because something moved (they stay until the new ones are here). */
  async function read(keep: boolean): Promise<void> {
    const mine = ++round;
    asked.clear();
    all = null;
    if (!keep) {
      total.value = null;
      mistyped.value = null;
      pages.value = new Map();
      visible = { first: 0, last: 0 };
    }
    const timer = setTimeout(() => (slow.value = total.value === null), 200);
    const here = wanted();
    for (const page of here) asked.add(page);
    try {
      await Promise.all(here.map((page) => readPage(page, mine)));
      if (mine !== round) return;
      problem.value = null;
      if (keep) pages.value = new Map([...pages.value].filter(([page]) => here.includes(page)));
    } catch (cause) {
      if (mine === round) problem.value = problemOf(cause);
    } finally {
      clearTimeout(timer);
      if (mine === round) slow.value = false;
    }
  }

  function show(first: number, last: number): void {
    visible = { first, last };
    for (const page of wanted()) {
      if (asked.has(page)) continue;
      asked.add(page);
      const mine = round;
      readPage(page, mine).catch((cause: unknown) => {
        asked.delete(page);
        if (mine === round) problem.value = problemOf(cause);
      });
    }
  }

  const rowAt = (index: number): CaseRow | undefined => pages.value.get(Math.floor(index / PAGE))?.[index % PAGE];

  /** Where a case is among the rows read so far; -1 when it is not. */
  function indexOf(caseId: string): number {
    for (const [page, rows] of pages.value) {
      const at = rows.findIndex((row) => row.id === caseId);
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  // Any move can change order and number; many moves in a row (a catch-up) cost one read.
  const follow = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void read(true), 40);
  };
  const stop = onMoved(() => whenRested(follow));
  onScopeDispose(() => {
    round += 1;
    clearTimeout(timer);
    neverMind(follow);
    stop();
  });
  watch(wish, (now, before) => {
    const known = readBefore(now);
    if (known) take(0, known.page);
    if (known ? known.moved : !before || !same(now, before)) void read(known !== null);
  }, { immediate: true });

  return { total, more, problem, slow, incomplete, mistyped, show, rowAt, indexOf, reload: () => read(true) };
}
