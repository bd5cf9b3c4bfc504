// One file being looked at: opened by a command, its pixels addressed by a token, closed when left.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { api, problemOf, type PreviewInfo, type PreviewSource, type Problem } from "@/ipc";
import { tellShown } from "@/state/unshown";

export function usePreview(source: Ref<PreviewSource | null>) {
  const info = shallowRef<PreviewInfo | null>(null);
  const problem = ref<Problem | null>(null);
  const slow = ref(false);
  let round = 0;

  const leave = (old: PreviewInfo | null) => { if (old) api.previewClose(old.token).catch(() => undefined); };

  async function open(): Promise<void> {
    const mine = ++round;
    leave(info.value);
    info.value = null;
    problem.value = null;
    if (!source.value) return;
    const timer = setTimeout(() => { slow.value = mine === round; }, 200);
    try {
      const got = await api.previewOpen(source.value);
      if (mine !== round) { leave(got); return; }
      info.value = got;
      tellShown(source.value.attachmentId, null);
    } catch (cause) {
      if (mine !== round) return;
      problem.value = problemOf(cause);
      tellShown(source.value.attachmentId, problem.value);
    } finally {
      clearTimeout(timer);
      if (mine === round) slow.value = false;
    }
  }

  /** Pixels come late: they speak for the file they belong to, never for the one opened since. */
  const shows = (token: string): boolean => info.value?.token === token;

  /** Pixels were on screen: a draft's file counts as reviewed from now on. */
  async function seen(token: string): Promise<void> {
    if (!shows(token) || source.value?.from !== "draft") return;
    try {
      await api.previewSeen(token);
    } catch (cause) {
      if (shows(token)) problem.value = problemOf(cause);
    }
  }

  /** The pixels did not come although the file was opened. */
  const failed = (token: string): void => { if (shows(token)) problem.value = { code: "preview-crashed", facts: {}, detail: "page did not load" }; };

  const key = () => (source.value ? `${source.value.from}:${source.value.caseId}:${source.value.attachmentId}` : "");
  watch(key, () => void open(), { immediate: true });
  onScopeDispose(() => {
    round += 1;
    leave(info.value);
  });
  return { info, problem, slow, open, seen, failed };
}
