// Where one can be. What the first paint needs is loaded at once, the rest when somebody goes there.
import { createRouter, createWebHashHistory } from "vue-router";
import { withSentences } from "./components/soon";
import { hasCases, leadsTo } from "./state/pages";
import { useSession } from "./state/session";
import FrameView from "./views/FrameView.vue";
import ListView from "./views/ListView.vue";

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/signin", name: "signin", component: () => withSentences(() => import("./views/SignInView.vue")) },
    { path: "/blocked", name: "blocked", component: () => withSentences(() => import("./views/BlockedView.vue")) },
    {
      path: "/",
      component: FrameView,
      children: [
        { path: "", name: "start", component: () => withSentences(() => import("./views/StartView.vue")) },
        { path: "cases/:scope/:caseId?", name: "cases", component: ListView },
        { path: "search/:caseId?", name: "search", component: ListView, beforeEnter: () => hasCases() || { name: "start" } },
        { path: "case/:caseId", name: "case", component: ListView },
        { path: "outbox", name: "outbox", component: () => withSentences(() => import("./views/OutboxView.vue")) },
        { path: "clinic", name: "clinic", component: () => withSentences(() => import("./views/ClinicView.vue")), beforeEnter: () => leadsTo("clinic") || { name: "start" } },
        { path: "staff", name: "staff", component: () => withSentences(() => import("./views/StaffView.vue")), beforeEnter: () => leadsTo("staff") || { name: "start" } },
        { path: "texts", name: "texts", component: () => withSentences(() => import("./views/TextsView.vue")), beforeEnter: () => leadsTo("texts") || { name: "start" } },
        { path: "region", name: "region", component: () => withSentences(() => import("./views/RegionView.vue")), props: { part: "settings" }, beforeEnter: () => leadsTo("region") || { name: "start" } },
        { path: "region/texts", name: "region-texts", component: () => withSentences(() => import("./views/RegionView.vue")), props: { part: "texts" }, beforeEnter: () => leadsTo("region-texts") || { name: "start" } },
        { path: "settings", name: "settings", component: () => withSentences(() => import("./views/SettingsView.vue")) },
      ],
    },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});

router.beforeEach((to) => {
  const { app, session, failed } = useSession();
  const blocked = app.value?.blocked || (failed.value && !app.value);
  if (blocked) return to.name === "blocked" || { name: "blocked" };
  if (!session.value) return to.name === "signin" || { name: "signin" };
  if (to.name === "signin" || to.name === "blocked") return { name: "start" };
  return true;
});
