// A number that was searched for and is none: said aloud when that is known, wherever it was typed.
import { watch } from "vue";
import type { MistypedNumber } from "@/ipc";
import { allSentences, t } from "@/text";
import { spokenPersonalId } from "@/text/format";
import { announce } from "./announce";

export function sayMistyped(mistyped: () => MistypedNumber | null): void {
  watch(mistyped, async (now) => {
    if (!now) return;
    // A search may be the first picture: the sentence comes after it.
    await allSentences();
    if (mistyped() === now) announce(t(`mistyped.${now.fault}`, { number: spokenPersonalId(now.number) }), false);
  }, { immediate: true });
}
