// What hinders sending, as a sentence.
import { maxText } from "@/ipc";
import { limitFacts } from "@/state/limits";
import { whyNot } from "@/state/problem";
import { t } from "@/text";
import { formatNumber } from "@/text/format";
import type { Hindrance } from "./rules";

export function hinderWords(one: Hindrance): string {
  switch (one.id) {
    case "news": return t("hinder.news");
    case "text": return t("hinder.text");
    case "long": return t("hinder.long", { limit: formatNumber(maxText) }, one.over);
    case "blank": return t("hinder.blank", { name: one.name });
    case "kind": return one.why ? whyNot(one.why) : t("hinder.noKind");
    case "files": return t("hinder.files", limitFacts(), one.tooMany);
    case "review": return t("hinder.review", { name: one.fileName });
    case "unshown": return t(`hinder.unshown.${one.code}`, { name: one.fileName });
  }
}
