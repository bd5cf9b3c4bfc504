// Which file is being looked at, among which, and where to go back to.
import { computed, ref } from "vue";
import type { AttachmentView, DraftAttachment, PreviewSource } from "@/ipc";

type Look = { from: "draft" | "case"; id: string; /** Where it is opened, counted from 0. */ page?: number; /** Sending was asked for before it had been looked at. */ asked?: boolean; opened: number };

export function useLooking(caseId: () => string, draftFiles: () => DraftAttachment[], threadFiles: () => AttachmentView[]) {
  const look = ref<Look | null>(null);
  let before: Element | null = null;
  let opened = 0;

  const files = computed(() => (look.value?.from === "draft" ? draftFiles() : look.value ? threadFiles() : []));
  const at = computed(() => files.value.findIndex((file) => file.id === look.value?.id));
  const shown = computed(() => {
    const now = look.value;
    const file = files.value[at.value];
    if (!now || !file) return null;
    const source: PreviewSource = { from: now.from, caseId: caseId(), attachmentId: file.id };
    return { source, name: file.fileName, at: at.value, files: files.value.length, reviewed: "reviewed" in file && file.reviewed, draft: now.from === "draft", page: now.page ?? 0, asked: now.asked ?? false, opened: now.opened };
  });

  function open(from: Look["from"], id: string, page = 0, asked = false): void {
    if (!look.value) before = document.activeElement;
    look.value = { from, id, page, asked, opened: (opened += 1) };
  }
  function select(index: number): void {
    const file = files.value[index];
    if (file && look.value) look.value = { from: look.value.from, id: file.id, asked: look.value.asked, opened: look.value.opened };
  }
  /** Closes; gives back the element that had the focus, for a reader of the thread. */
  function close(): HTMLElement | null {
    look.value = null;
    return before instanceof HTMLElement && before.isConnected ? before : null;
  }
  return { look, shown, open, select, close };
}
