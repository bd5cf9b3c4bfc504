// The clinics that one administers, and the one that is looked at.
import { computed, ref, watch } from "vue";
import { useSession } from "@/state/session";

export function useAdministered() {
  const { assignments, clinic } = useSession();
  const mine = computed(() => assignments.value.filter((one) => one.roles.includes("localAdmin")));
  const at = ref("");
  watch([mine, clinic], () => { at.value = mine.value.find((one) => one.clinic === clinic.value)?.clinic ?? mine.value[0]?.clinic ?? ""; }, { immediate: true });
  return { mine, at };
}
