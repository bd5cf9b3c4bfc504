// Whether the server can be reached: one word in the bar, never an alarm.
import { computed, ref, shallowRef } from "vue";
import { api, onConnection, type ConnectionView } from "@/ipc";

const connection = shallowRef<ConnectionView | null>(null);
/** Has the server been reached since signing in? Until then an empty list may only mean that nothing has come yet. */
const reached = ref(false);
/** No attempt has ended yet: not connected, but nobody knows of anything wrong either. */
const connecting = computed(() => {
  const now = connection.value;
  return now === null || (now.state === "offline" && now.since === null && now.problem === null);
});
const offline = computed(() => connection.value?.state === "offline" && !connecting.value);
/** What is done now stays on this computer for the time being. */
const outOfReach = computed(() => offline.value || connection.value?.state === "signedOutByServer");
/** The first cases are on their way, so that "none" can't be told from "not yet". */
const fetching = computed(() => !reached.value && (connecting.value || connection.value?.state === "syncing"));

/** Does the computer have a network at all? The system's word for it; only good for saying why the server does not answer. */
const network = ref(navigator.onLine);
/** When the server ended the session, if the window was there. */
const signedOutAt = ref<string | null>(null);

function learn(now: ConnectionView | null): void {
  if (now?.state !== "signedOutByServer") signedOutAt.value = null;
  connection.value = now;
  if (now?.state === "connected") reached.value = true;
  else if (now && connecting.value) reached.value = false;
}

async function refresh(): Promise<void> {
  try {
    learn(await api.connection());
  } catch {
    // Not knowing is shown as "connecting"; the next event tells.
    learn(null);
  }
}

export function watchConnection(): () => void {
  void refresh();
  const look = () => { network.value = navigator.onLine; };
  look();
  for (const name of ["online", "offline"]) window.addEventListener(name, look);
  const stop = onConnection((now) => {
    if (now.state === "signedOutByServer") signedOutAt.value ??= new Date().toISOString();
    learn(now);
  });
  return () => {
    for (const name of ["online", "offline"]) window.removeEventListener(name, look);
    stop();
  };
}

export function useConnection() {
  return { connection, connecting, offline, outOfReach, fetching, network, signedOutAt, refresh };
}
