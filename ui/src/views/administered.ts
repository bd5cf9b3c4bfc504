// The clinics where one holds a role that leads to a page, and the one of them that is looked at.
import { computed, ref, watch } from "vue";
import { PAGE_ROLES, type Guarded } from "@/state/pages";
import { useSession } from "@/state/session";

export function useAdministered(page: () => Guarded) {
  const { assignments, clinic } = useSession();
  const mine = computed(() => assignments.value.filter((one) => one.roles.some((role) => PAGE_ROLES[page()].includes(role))));
  const at = ref("");
  watch([mine, clinic], () => { at.value = mine.value.find((one) => one.clinic === clinic.value)?.clinic ?? mine.value[0]?.clinic ?? ""; }, { immediate: true });
  return { mine, at };
}
