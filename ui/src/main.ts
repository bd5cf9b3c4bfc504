// The start: theme first so that nothing flashes, then the session, then the screen.
import { createApp } from "vue";
import App from "./App.vue";
import { refuseDrops } from "./components/drops";
import { router } from "./router";
import { useConnection, watchConnection } from "./state/connection";
import { useSession, watchSession } from "./state/session";
import { useSettings, watchSettings } from "./state/settings";
import "./styles/main.scss";

refuseDrops(window);
watchSettings();
watchSession();
watchConnection();
void useConnection();

async function start(): Promise<void> {
  await Promise.all([useSession().refresh(), useSettings().load().catch(() => undefined)]);
  createApp(App).use(router).mount("#app");
}
void start();
