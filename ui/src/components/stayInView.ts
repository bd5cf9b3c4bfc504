// A window that is made smaller moves everything: what one works on stays where one sees it.
import { onBeforeUnmount, onMounted, type Ref } from "vue";
import { reveal } from "./reveal";

/** `whole` names what is shown whole around the focus, if there is room for it: a question with its buttons. */
export function useStayInView(root: Ref<HTMLElement | null>, whole: string): void {
  let frame = 0;
  function changed(): void {
    cancelAnimationFrame(frame);
    // Measured when it is laid out anew.
    frame = requestAnimationFrame(() => {
      const focused = document.activeElement;
      if (!focused || !root.value?.contains(focused)) return;
      const form = focused.closest("form");
      const [head, foot] = [form?.querySelector(":scope > header"), form?.querySelector(":scope > footer")];
      const around = focused.closest(whole);
      if (around) reveal(around, { head, foot });
      // What is higher than the room begins at its top: what has the focus comes last.
      reveal(focused, { head, foot: foot?.contains(focused) ? null : foot });
    });
  }
  onMounted(() => window.addEventListener("resize", changed));
  onBeforeUnmount(() => { cancelAnimationFrame(frame); window.removeEventListener("resize", changed); });
}
