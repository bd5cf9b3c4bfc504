// A case as text for the patient record: what was said between resident and clinic, in order, with where it comes from.
// Internal notes stay inside, and so does what the resident has not got (yet).
import type { CaseView, MessageView } from "@/ipc";
import { t } from "@/text";
import { formatSize, formatStamp } from "@/text/format";

const sent = (message: MessageView) => message.delivery.state === "sent";

/** Blanks at the end of lines and more than one empty line mean nothing in a record. */
const tidy = (text: string) => text.replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();

function messageText(message: MessageView): string {
  const who = message.fromStaff && message.senderTitle ? `${message.senderName}, ${message.senderTitle.toLowerCase()}` : message.senderName;
  const lines = [`${formatStamp(message.at)} ${t(`messageKind.${message.kind}`)} · ${who}`];
  for (const { question, answer } of message.answers) lines.push(`${question} ${answer.trim() || t("case.noAnswer")}`);
  if (message.text.trim()) lines.push(tidy(message.text));
  for (const file of message.attachments) lines.push(t("record.file", { name: file.fileName, kind: t(`fileKind.${file.kind}`), size: formatSize(file.size), hash: file.sha256 }));
  if (message.fromStaff) lines.push(message.readByResidentAt ? t("record.read", { at: formatStamp(message.readByResidentAt) }) : t("record.notRead"));
  return lines.join("\n");
}

export function recordText({ row, resident, messages, closeReason }: CaseView): string {
  const head = [
    t("record.head", { type: row.caseType, clinic: row.clinicName }),
    t("record.resident", { name: resident.name, number: resident.personalId }),
    t("record.received", { at: formatStamp(row.receivedAt) }),
    ...(resident.guardian ? [t("record.guardian", { number: resident.guardian.personalId })] : []),
    ...(closeReason ? [t("case.closedBecause", { reason: t(`reason.${closeReason}`) })] : []),
  ];
  return [head.join("\n"), ...messages.filter(sent).map(messageText)].join("\n\n");
}

/** What is left out because it is not out, so that nobody believes that the record has it. */
export const leftOut = ({ messages }: CaseView): number => messages.filter((message) => !sent(message)).length;
