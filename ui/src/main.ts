// The start: theme first so that nothing flashes, then the session, then the screen.
import { createApp } from "vue";
import App from "./App.vue";
import { refuseDrops } from "./components/drops";
import { fetchSoon } from "./components/soon";
import { readAhead } from "./features/inbox/useCaseList";
import { api, readOnceMore } from "./ipc";
import { router } from "./router";
import { refreshCompany } from "./state/company";
import { useConnection, watchConnection } from "./state/connection";
import { whereToGoOn } from "./state/goOn";
import { useSession, watchSession } from "./state/session";
import { useSettings, watchSettings } from "./state/settings";
import { t, useLanguage } from "./text";
import { wishOf } from "./views/wish";
import "./styles/main.scss";

refuseDrops(window);
watchSettings();
watchSession();
watchConnection();
void useConnection();

/** The first answers were fetched before anybody listened. When the picture stands, everything is read once more. */
const ONCE_MORE_AFTER_MS = 400;
async function onceMore(): Promise<void> {
  await readOnceMore();
  await Promise.all([useSession().refresh(), useConnection().refresh(), refreshCompany()]);
}

function pictureStands(): void {
  void api.pictureStands().catch(() => undefined);
  void fetchSoon();
}

/**
 * The first picture is the whole one: it is drawn when what it shows is here. Two frames after it is in the page it is on
 * the screen; the shell hears of that, since contact, tray and notifications wait for it.
 */
async function start(): Promise<void> {
  await Promise.all([useSession().refresh(), useSettings().load().catch(() => undefined)]);
  // Without its sentences the screen is in Swedish.
  await useLanguage(useSettings().settings.value.language).catch(() => undefined);
  const app = createApp(App).use(router);
  await router.isReady();
  const left = whereToGoOn();
  if (left) await router.replace(left);
  const here = router.currentRoute.value;
  if (here.name === "cases" || here.name === "case") await readAhead(wishOf(here));
  app.mount("#app");
  requestAnimationFrame(() => requestAnimationFrame(() => pictureStands()));
  setTimeout(() => void onceMore(), ONCE_MORE_AFTER_MS);
}
/** Nothing could be drawn: a sentence stands there instead, and a way to try again. */
function noPicture(cause: unknown): void {
  console.error(cause);
  const page = document.getElementById("app")!;
  const sentence = Object.assign(document.createElement("p"), { textContent: t("app.noPicture") });
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button button--primary", textContent: t("common.retry"), onclick: () => location.reload() });
  const box = Object.assign(document.createElement("main"), { className: "no-picture", role: "alert" });
  box.append(sentence, again);
  page.replaceChildren(box);
  pictureStands();
}
start().catch(noPicture);
