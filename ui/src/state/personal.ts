// My own settings: signature and notifications.
import { shallowRef } from "vue";
import { api, type PersonalSettings } from "@/ipc";

const personal = shallowRef<PersonalSettings | null>(null);

/** Without it the composer only lacks the signature's preview; the draft brings the true one. */
async function load(): Promise<void> {
  try {
    personal.value = await api.personalSettings();
  } catch {
    personal.value = null;
  }
}

async function save(settings: PersonalSettings): Promise<void> {
  await api.savePersonalSettings(settings);
  await load();
}

export function usePersonal() {
  return { personal, load, save };
}
