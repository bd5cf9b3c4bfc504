// The clinics where one holds one of some roles, and the one of them that is looked at.
import { computed, ref, watch } from "vue";
import type { Role } from "@/ipc";
import { useSession } from "@/state/session";

export function useAdministered(...roles: Role[]) {
  const { assignments, clinic } = useSession();
  const mine = computed(() => assignments.value.filter((one) => one.roles.some((role) => roles.includes(role))));
  const at = ref("");
  watch([mine, clinic], () => { at.value = mine.value.find((one) => one.clinic === clinic.value)?.clinic ?? mine.value[0]?.clinic ?? ""; }, { immediate: true });
  return { mine, at };
}
