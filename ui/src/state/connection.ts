// Whether the server can be reached: one word in the bar, never an alarm.
import { computed, shallowRef } from "vue";
import { api, onConnection, type ConnectionView } from "@/ipc";

const connection = shallowRef<ConnectionView | null>(null);
const offline = computed(() => connection.value?.state === "offline");

async function refresh(): Promise<void> {
  try {
    connection.value = await api.connection();
  } catch {
    // Not knowing is shown as "connecting"; the next event tells.
    connection.value = null;
  }
}

export function watchConnection(): () => void {
  void refresh();
  return onConnection((now) => {
    connection.value = now;
  });
}

export function useConnection() {
  return { connection, offline, refresh };
}
