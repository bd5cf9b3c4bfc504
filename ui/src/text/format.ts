// Dates, sizes and identity numbers as Swedish clinics write them. Always Swedish clinic time, whatever the computer says.
import { i18n } from "./index";

const ZONE = "Europe/Stockholm";
const DAY = 86_400_000;

type Shape = "day" | "time" | "dayKey" | "full";
const SHAPES: Record<Shape, Intl.DateTimeFormatOptions> = {
  day: { weekday: "short", day: "numeric", month: "short" },
  time: { hour: "2-digit", minute: "2-digit" },
  dayKey: { year: "numeric", month: "2-digit", day: "2-digit" },
  full: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
};
const made = new Map<string, Intl.DateTimeFormat>();

function shape(name: Shape, language: string = i18n.global.locale.value): Intl.DateTimeFormat {
  const key = `${language}:${name}`;
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "sv-SE", { ...SHAPES[name], timeZone: ZONE });
    made.set(key, format);
  }
  return format;
}

const dayKey = (at: Date) => shape("dayKey", "sv").format(at);

/** The days that get a word of their own. Every row of a list asks for them, so they are worked out once a minute. */
let near = { minute: -1, today: "", yesterday: "" };
function nearDays(now: Date): typeof near {
  const minute = Math.floor(now.getTime() / 60_000);
  if (near.minute !== minute) near = { minute, today: dayKey(now), yesterday: dayKey(new Date(now.getTime() - DAY)) };
  return near;
}
const clean = (text: string) => text.replace(/\./g, "");
const words = () => (i18n.global.locale.value === "en" ? { today: "today", yesterday: "yesterday" } : { today: "i dag", yesterday: "i går" });

/** `fre 27 nov` */
export const formatDay = (iso: string): string => clean(shape("day").format(new Date(iso)));
/** `10.42` */
export const formatTime = (iso: string): string => shape("time").format(new Date(iso)).replace(":", i18n.global.locale.value === "en" ? ":" : ".");

/** `i dag 10.42`, `i går 10.42`, `fre 27 nov 10.42`, and with the year when it is another one. */
export function formatMoment(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const { today, yesterday } = nearDays(now);
  const day = dayKey(at);
  const time = formatTime(iso);
  if (day === today) return `${words().today} ${time}`;
  if (day === yesterday) return `${words().yesterday} ${time}`;
  const year = day.slice(0, 4);
  return year === today.slice(0, 4) ? `${formatDay(iso)} ${time}` : `${formatDay(iso)} ${year} ${time}`;
}

/** After "since": today the time alone says enough, `kl. 10.42`. */
export function formatSince(iso: string, now = new Date()): string {
  if (dayKey(new Date(iso)) !== nearDays(now).today) return formatMoment(iso, now);
  return i18n.global.locale.value === "en" ? formatTime(iso) : `kl. ${formatTime(iso)}`;
}

/** First letters of the first name and the surname: `ML` for Maximiliana von Löwenhielm af Västerfjället. */
export function initialsOf(name: string): string {
  const words = name.split(" ").filter(Boolean);
  const capital = (word: string) => word !== word.toLowerCase();
  const rest = words.slice(1);
  // With a "von" or "af" more than the last word belongs to the surname; without one, first names may be several.
  const surname = rest.every(capital) ? rest.at(-1) : rest.find(capital);
  return [words[0], surname].map((word) => word?.charAt(0) ?? "").join("");
}

/** `2026-11-27 10:42`, for texts that are read elsewhere and later. */
export const formatStamp = (iso: string): string => { const at = new Date(iso); return `${dayKey(at)} ${shape("time", "sv").format(at)}`; };

export const formatFull = (iso: string): string => shape("full").format(new Date(iso));

/** `19980101-9804`, as the core writes it, or without its hyphen → `19`, `980101-9804`: what stands apart on the screen; anything that is not twelve digits stays whole. */
export function personalIdParts(id: string): string[] {
  const parts = /^(\d{2})(\d{6})-?(\d{4})$/.exec(id);
  return parts ? [parts[1]!, `${parts[2]}-${parts[3]}`] : [id];
}

/** `199801019804` → `19 98 01 01, 98 04`: two digits at a time, as it is said aloud; a screen reader would make millions of it. */
export function spokenPersonalId(id: string): string {
  const digits = id.replace("-", "");
  if (!/^\d{12}$/.test(digits)) return id;
  const pairs = digits.match(/../g) ?? [];
  return `${pairs.slice(0, 4).join(" ")}, ${pairs.slice(4).join(" ")}`;
}

/** `PDF, GIF, JPEG eller PNG` */
export const formatChoice = (words: string[]): string => new Intl.ListFormat(i18n.global.locale.value === "en" ? "en-GB" : "sv-SE", { type: "disjunction" }).format(words);

/** `fre 27 nov, mån 30 nov och tis 1 dec` */
export const formatList = (words: string[]): string => new Intl.ListFormat(i18n.global.locale.value === "en" ? "en-GB" : "sv-SE", { type: "conjunction" }).format(words);

export function formatSize(bytes: number): string {
  const decimal = (n: number) => n.toLocaleString(i18n.global.locale.value === "en" ? "en-GB" : "sv-SE", { maximumFractionDigits: 1 });
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${decimal(bytes / 1024 / 1024)} MB`;
}
