// What hinders sending, as a sentence.
import { limitFacts } from "@/state/limits";
import { whyNot } from "@/state/problem";
import { t } from "@/text";
import type { Hindrance } from "./rules";

export function hinderWords(one: Hindrance): string {
  switch (one.id) {
    case "news": return t("hinder.news");
    case "text": return t("hinder.text");
    case "blank": return t("hinder.blank", { name: one.name });
    case "kind": return one.why ? whyNot(one.why) : t("hinder.noKind");
    case "files": return t("hinder.files", limitFacts(), one.tooMany);
    case "review": return t("hinder.review", { name: one.fileName });
  }
}
