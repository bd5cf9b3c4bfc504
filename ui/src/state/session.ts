// Who is signed in, which clinic is chosen, and whether the app can work at all.
import { computed, ref, shallowRef } from "vue";
import { hush } from "./announce";
import { api, onSession, problemOf, ProblemError, type AppStateView, type Problem, type Role } from "@/ipc";

const app = shallowRef<AppStateView | null>(null);
const clinic = ref<string | null>(null);
const failed = ref<Problem | null>(null);

/** The address of a server elsewhere that is known to be a practice server: only its sign-in page tells. Kept for the next start. */
const KEPT = "practice-server";
const practiceAt = ref(localStorage.getItem(KEPT));
function knowPractice(address: string | null): void {
  practiceAt.value = address;
  if (address) localStorage.setItem(KEPT, address);
  else localStorage.removeItem(KEPT);
}
/** Everybody here is invented. */
const practising = computed(() => Boolean(app.value && (app.value.practice || app.value.serverAddress === practiceAt.value)));

const session = computed(() => app.value?.session ?? null);
const assignments = computed(() => session.value?.assignments ?? []);
const severalClinics = computed(() => assignments.value.length > 1);
const chosen = computed(() => assignments.value.find((one) => one.clinic === clinic.value) ?? null);

function holds(role: Role): boolean {
  const among = chosen.value ? [chosen.value] : assignments.value;
  return among.some((one) => one.roles.includes(role));
}

async function refresh(): Promise<void> {
  try {
    const before = app.value?.session?.staff.hsaId;
    app.value = await api.appState();
    const now = app.value.session?.staff.hsaId;
    if (before && before !== now) hush();
    // Somebody else, or the first look: where they were last.
    if (before !== now) clinic.value = app.value.clinic;
    failed.value = null;
    const list = assignments.value;
    if (list.length === 1) clinic.value = list[0]?.clinic ?? null;
    else if (!list.some((one) => one.clinic === clinic.value)) clinic.value = null;
  } catch (cause) {
    failed.value = problemOf(cause);
  }
}

async function signIn(hsaId: string): Promise<void> {
  clinic.value = null;
  await api.signIn(hsaId);
  await refresh();
}

/** Looks at one clinic, or (null) at all, and remembers it for the next start. */
async function chooseClinic(wanted: string | null): Promise<void> {
  clinic.value = wanted;
  // What can't be remembered is chosen all the same.
  await api.chooseClinic(wanted).catch(() => undefined);
}

/** Practises until the program ends, although the clinic's server may have been set before. */
async function practise(): Promise<void> {
  try {
    await api.practise();
  } catch (cause) {
    failed.value = problemOf(cause);
    return;
  }
  await refresh();
}

/** Goes on with the last session, if what hindered it is over. */
async function resumeAgain(): Promise<void> {
  await api.resumeAgain();
  await refresh();
}

/** Why the computer could not forget the session of who has signed out; told on the sign-in page. */
const notForgotten = ref<Problem | null>(null);

/** Signs out. Fails only if the person is still signed in; nobody stays on the screen of a session that is over. */
async function signOut(): Promise<void> {
  let left: Problem | null = null;
  try {
    await api.signOut();
    hush();
    if (app.value) app.value = { ...app.value, session: null };
  } catch (cause) {
    left = problemOf(cause);
  }
  await refresh();
  if (left && session.value) throw new ProblemError(left);
  notForgotten.value = left;
  clinic.value = null;
}

export function watchSession(): () => void {
  return onSession(() => void refresh());
}

export function useSession() {
  return { app, practising, knowPractice, session, assignments, severalClinics, chosen, clinic, failed, notForgotten, holds, refresh, chooseClinic, signIn, practise, resumeAgain, signOut };
}
