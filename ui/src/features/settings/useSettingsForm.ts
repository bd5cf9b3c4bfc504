// What a clinic or a region decides, as a form: read, filled in, saved, and what to do where somebody else was quicker.
import { ref, watch, type Ref } from "vue";
import { useReading } from "@/state/read";
import { useDeciding } from "@/state/saving";

/** `seen` says on what was decided. `complete` is whether the form can be saved as it stands. */
export function useSettingsForm<T extends { seen: string }>(
  clinic: () => string,
  read: (clinic: string) => Promise<T>,
  save: (clinic: string, form: T) => Promise<unknown>,
  complete: (form: T) => boolean = () => true,
) {
  const { data, problem, slow, reload } = useReading(() => read(clinic()));
  const { busy, failed, theirs, settle, decide } = useDeciding(() => read(clinic()));
  const form = ref(null) as Ref<T | null>;
  watch(clinic, () => {
    form.value = null;
    settle();
    void reload();
  }, { immediate: true });
  watch(data, (now) => {
    if (now) form.value = structuredClone(now);
  });

  function submit(): void {
    const filled = form.value;
    if (!filled || !complete(filled)) return;
    void decide(async () => {
      await save(clinic(), filled);
      await reload();
    });
  }
  /** What the other one decided takes the form's place. */
  function adopt(): void {
    if (theirs.value) data.value = theirs.value.now;
    settle();
  }
  /** One's own is saved all the same, now that the other's was seen. */
  function insist(): void {
    if (!form.value || !theirs.value) return;
    form.value.seen = theirs.value.now.seen;
    submit();
  }
  return { data, problem, slow, reload, form, busy, failed, theirs, submit, adopt, insist };
}
