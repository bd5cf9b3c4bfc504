// Where a person with these roles can go: the lists on the left, and the same in the palette.
import { computed } from "vue";
import type { IconName } from "@/components/icons";
import type { Counts } from "@/ipc";
import { t } from "@/text";
import { useCounts } from "@/state/counts";
import { leadsTo } from "@/state/pages";
import { useSession } from "@/state/session";

export type Place = { id: string; to: string; text: string; icon: IconName; count?: keyof Counts };
export type Section = { title: string | null; entries: Place[] };

export function usePlaces() {
  const { holds, assignments } = useSession();
  const { data: counts } = useCounts();
  const hasGroups = computed(() => assignments.value.some((one) => one.groups.length > 0));
  return computed<Section[]>(() => {
    const list = (scope: string, key: string, icon: IconName, count?: keyof Counts): Place => ({ id: scope, to: `/cases/${scope}`, text: t(`nav.${key}`), icon, ...(count ? { count } : {}) });
    const receiver = holds("receiver");
    const handler = holds("handler");
    const mine: Place[] = [];
    if (handler) {
      mine.push(list("mine", "assigned", "person", "mine"));
      if (hasGroups.value) mine.push(list("groups", "groups", "people", "groups"));
      // For as long as there is something to cover.
      if (counts.value?.covered) mine.push(list("covered", "covered", "eye", "covered"));
      mine.push(list("waiting", "waiting", "clock", "waiting"));
    }
    if (handler || receiver) mine.push(list("drafts", "drafts", "pen", "drafts"), { id: "outbox", to: "/outbox", text: t("nav.outbox"), icon: "out", count: "outbox" });
    if (handler) mine.push(list("myClosed", "myClosed", "archive"));
    const staff: Place = { id: "staff", to: "/staff", text: t("nav.staff"), icon: "people" };
    const admin: Place[] = [];
    // A receiver has it among the clinic's lists.
    if (leadsTo("staff") && !receiver) admin.push(staff);
    if (leadsTo("texts")) admin.push({ id: "texts", to: "/texts", text: t("nav.texts"), icon: "note" });
    if (leadsTo("clinic")) admin.push({ id: "clinic", to: "/clinic", text: t("nav.clinicSettings"), icon: "settings" });
    if (leadsTo("region-texts")) admin.push({ id: "region-texts", to: "/region/texts", text: t("nav.regionTexts"), icon: "note" });
    if (leadsTo("region")) admin.push({ id: "region", to: "/region", text: t("nav.regionSettings"), icon: "settings" });
    return [
      { title: null, entries: [{ id: "start", to: "/", text: t("nav.start"), icon: "home" as const }] },
      ...(receiver ? [{ title: t("nav.clinic"), entries: [list("inbox", "inbox", "inbox", "inbox"), list("distributed", "distributed", "share"), list("clinicClosed", "clinicClosed", "archive"), staff] }] : []),
      ...(mine.length ? [{ title: t("nav.mine"), entries: mine }] : []),
      ...(admin.length ? [{ title: t("nav.admin"), entries: admin }] : []),
    ];
  });
}
