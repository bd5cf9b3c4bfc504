// How much stands in the outbox: what waits on this computer, what the server still holds, and drafts of cases that have left.
import { computed, type ComputedRef } from "vue";
import { useCounts } from "./counts";
import { useHeld } from "./held";

export function useOutboxCount(): ComputedRef<number> {
  const { data: counts } = useCounts();
  const { held } = useHeld();
  return computed(() => (counts.value?.outbox ?? 0) + (counts.value?.strayDrafts ?? 0) + (held.value?.length ?? 0));
}
