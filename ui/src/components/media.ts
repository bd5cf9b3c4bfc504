// A media query as a value that follows the window.
import { onScopeDispose, ref, type Ref } from "vue";

export function useMedia(query: string): Ref<boolean> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  const follow = () => { matches.value = list.matches; };
  list.addEventListener("change", follow);
  onScopeDispose(() => list.removeEventListener("change", follow));
  return matches;
}
