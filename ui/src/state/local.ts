// What hinders the work in the background on this computer: a full disk, a damaged file. Told until it is over.
import { shallowRef } from "vue";
import { api, onLocalTrouble, onSession, type Problem } from "@/ipc";

const trouble = shallowRef<Problem | null>(null);

async function refresh(): Promise<void> {
  try {
    trouble.value = await api.localTrouble();
  } catch {
    // Nobody is signed in, or the shell is gone: other places say so.
    trouble.value = null;
  }
}

export function watchLocalTrouble(): () => void {
  void refresh();
  const stops = [onLocalTrouble((now) => { trouble.value = now; }), onSession(() => void refresh())];
  return () => stops.forEach((stop) => stop());
}

export const useLocalTrouble = () => ({ trouble, refresh });
