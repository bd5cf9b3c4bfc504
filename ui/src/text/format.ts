// Dates, sizes and identity numbers as Swedish clinics write them. Always Swedish clinic time, whatever the computer says.
import { language as spoken } from "./index";

const ZONE = "Europe/Stockholm";
const DAY = 86_400_000;

type Shape = "moment" | "dayKey" | "full";
const SHAPES: Record<Shape, Intl.DateTimeFormatOptions> = {
  // The same is made in `ipc/first-look.js`, while the scripts are on their way.
  moment: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  dayKey: { year: "numeric", month: "2-digit", day: "2-digit" },
  full: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};
const made = new Map<string, Intl.DateTimeFormat>();

function shape(name: Shape, language: string = spoken()): Intl.DateTimeFormat {
  const key = `${language}:${name}`;
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "sv-SE", { ...SHAPES[name], timeZone: ZONE });
    made.set(key, format);
  }
  return format;
}

/**
 * A moment in pieces: `fre`, `27`, `nov`, `2026`, `10`, `42`. All that a list says is put together from these: the engine
 * takes milliseconds to make a format, so one has to do.
 */
type Pieces = Record<"weekday" | "day" | "month" | "year" | "hour" | "minute", string>;
function piecesOf(at: Date): Pieces {
  const pieces: Pieces = { weekday: "", day: "", month: "", year: "", hour: "", minute: "" };
  for (const { type, value } of shape("moment").formatToParts(at)) if (type in pieces) pieces[type as keyof Pieces] = value.replace(/\./g, "");
  return pieces;
}
const dayOf = ({ weekday, day, month }: Pieces) => `${weekday} ${day} ${month}`;
const timeOf = ({ hour, minute }: Pieces) => `${hour}${spoken() === "en" ? ":" : "."}${minute}`;
const dateOf = ({ year, month, day }: Pieces) => `${year} ${month} ${day}`;

/** The days that get a word of their own. Every row of a list asks for them, so they are worked out once a minute. */
let near = { minute: -1, language: "", today: "", yesterday: "", year: "" };
function nearDays(now: Date): typeof near {
  const minute = Math.floor(now.getTime() / 60_000);
  const language = spoken();
  if (near.minute !== minute || near.language !== language) {
    const today = piecesOf(now);
    near = { minute, language, today: dateOf(today), yesterday: dateOf(piecesOf(new Date(now.getTime() - DAY))), year: today.year };
  }
  return near;
}
const words = () => (spoken() === "en" ? { today: "today", yesterday: "yesterday" } : { today: "i dag", yesterday: "i går" });

/** `fre 27 nov` */
export const formatDay = (iso: string): string => dayOf(piecesOf(new Date(iso)));
/** `10.42` */
export const formatTime = (iso: string): string => timeOf(piecesOf(new Date(iso)));

/** A moment as `formatMoment` writes it, with its day apart from what can be left out: `fre `, `27 nov`, ` 10.42`. */
export function momentParts(iso: string, now = new Date()): { weekday: string; day: string; time: string } {
  const at = piecesOf(new Date(iso));
  const { today, yesterday, year } = nearDays(now);
  const date = dateOf(at);
  const time = ` ${timeOf(at)}`;
  if (date === today) return { weekday: "", day: words().today, time };
  if (date === yesterday) return { weekday: "", day: words().yesterday, time };
  return { weekday: `${at.weekday} `, day: `${at.day} ${at.month}${at.year === year ? "" : ` ${at.year}`}`, time };
}

/** `i dag 10.42`, `i går 10.42`, `fre 27 nov 10.42`, and with the year when it is another one. */
export function formatMoment(iso: string, now = new Date()): string {
  const { weekday, day, time } = momentParts(iso, now);
  return weekday + day + time;
}

/** After "since": today the time alone says enough, `kl. 10.42`. */
export function formatSince(iso: string, now = new Date()): string {
  if (dateOf(piecesOf(new Date(iso))) !== nearDays(now).today) return formatMoment(iso, now);
  return spoken() === "en" ? formatTime(iso) : `kl. ${formatTime(iso)}`;
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
export const formatStamp = (iso: string): string => {
  const at = new Date(iso);
  const { hour, minute } = piecesOf(at);
  return `${shape("dayKey", "sv").format(at)} ${hour}:${minute}`;
};

/** `onsdag 25 november 2026 22.47` */
export const formatFull = (iso: string): string => `${shape("full").format(new Date(iso))} ${formatTime(iso)}`;

/** `19980101-9804`, as the core writes it, or without its hyphen → `19`, `980101-9804`: what stands apart on the screen; anything that is not twelve digits stays whole. */
export function personalIdParts(id: string): string[] {
  const parts = /^(\d{2})(\d{6})-?(\d{4})$/.exec(id);
  return parts ? [parts[1]!, `${parts[2]}-${parts[3]}`] : [id];
}

/** `199801019804` → `19 98 01 01, 98 04`: two digits at a time, as it is said aloud; a screen reader would make millions of it. Without the century likewise. */
export function spokenPersonalId(id: string): string {
  const digits = id.replace("-", "");
  if (!/^(\d{10}|\d{12})$/.test(digits)) return id;
  const pairs = digits.match(/../g) ?? [];
  return `${pairs.slice(0, -2).join(" ")}, ${pairs.slice(-2).join(" ")}`;
}

/** `PDF, GIF, JPEG eller PNG` */
export const formatChoice = (words: string[]): string => new Intl.ListFormat(spoken() === "en" ? "en-GB" : "sv-SE", { type: "disjunction" }).format(words);

/** `fre 27 nov, mån 30 nov och tis 1 dec` */
export const formatList = (words: string[]): string => new Intl.ListFormat(spoken() === "en" ? "en-GB" : "sv-SE", { type: "conjunction" }).format(words);

/** `20 000`, and one decimal at most. */
export const formatNumber = (n: number): string => n.toLocaleString(spoken() === "en" ? "en-GB" : "sv-SE", { maximumFractionDigits: 1 });

export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${formatNumber(bytes / 1024 / 1024)} MB`;
}
