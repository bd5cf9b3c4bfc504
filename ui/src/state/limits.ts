// What may be attached, as the rules have it, in words for a sentence.
import { attachmentLimits } from "@/ipc";
import { t, type Facts } from "@/text";
import { formatChoice, formatSize } from "@/text/format";

export const limitFacts = (): Facts => ({
  maxFiles: attachmentLimits.maxFiles,
  maxSize: formatSize(attachmentLimits.maxBytes),
  formats: formatChoice(attachmentLimits.kinds.map((kind) => t(`fileKind.${kind}`))),
});
