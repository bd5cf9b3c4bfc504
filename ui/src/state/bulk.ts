// What was done to several cases at once and can still be taken back: one undo for all of it.
import { computed, ref } from "vue";
import { api, problemOf, type BulkDone } from "@/ipc";
import { announce } from "./announce";
import { sentence } from "./problem";
import { t } from "@/text";

const last = ref<{ done: BulkDone; words: string } | null>(null);
const now = ref(Date.now());
const busy = ref(false);
let timer: ReturnType<typeof setInterval> | undefined;

function forget(): void {
  clearInterval(timer);
  last.value = null;
}
const left = computed(() => (last.value ? Math.max(0, Math.ceil((Date.parse(last.value.done.until) - now.value) / 1000)) : 0));

/** Shows it with its undo until its time is over. */
function did(done: BulkDone, words: string): void {
  clearInterval(timer);
  now.value = Date.now();
  last.value = { done, words };
  timer = setInterval(() => { now.value = Date.now(); if (!left.value) forget(); }, 1000);
  announce(`${words} ${t("bulk.undoFor", { n: left.value })}`, false);
}
async function undo(): Promise<void> {
  const what = last.value;
  if (!what || busy.value) return;
  busy.value = true;
  try {
    const back = await api.bulkUndo(what.done.opIds);
    const all = what.done.opIds.length;
    announce(back === all ? t("bulk.undone", {}, back) : back ? t("bulk.undoneSome", { n: back, all }) : t("bulk.undoneNone"));
    forget();
  } catch (cause) {
    announce(sentence(problemOf(cause)));
  } finally {
    busy.value = false;
  }
}

export const useBulk = () => ({ last, left, busy, did, undo, forget });
