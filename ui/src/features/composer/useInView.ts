// What appears in the composer is seen whole, between its heading and its foot, without pulling anything away from who is typing.
import { nextTick, watch, type Ref } from "vue";
import { reveal } from "@/components/reveal";

export function useInView(root: Ref<HTMLElement | null>, field: Ref<HTMLElement | null>, appears: Record<string, () => unknown>, /** These answer an act, whatever has the focus. */ always: string[] = []) {
  function show(name: string): void {
    void nextTick(() => {
      const element = root.value?.querySelector(`[data-test=${name}]`);
      const foot = root.value?.querySelector(":scope > footer");
      if (element) reveal(element, { head: root.value?.querySelector(":scope > header"), foot: foot?.getBoundingClientRect().height ? foot : foot?.querySelector(".last") });
    });
  }
  for (const [name, what] of Object.entries(appears)) watch(what, (now, before) => { if (now && now !== before && (always.includes(name) || document.activeElement !== field.value)) show(name); }, { flush: "post" });
  return { show };
}
