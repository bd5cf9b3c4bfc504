// The residents' practice page: pick a demo resident, file a case, follow it, answer. Only the residents' interface is used.
"use strict";

const POLL_MS = 5000;

const LABELS = {
  sent: "Skickat",
  received: "Mottaget",
  beingHandled: "Vi arbetar med ditt ärende",
  questionToYou: "Fråga till dig",
  closed: "Avslutat",
};
const KINDS = {
  submission: "Ditt ärende",
  residentReply: "Ditt svar",
  partialReply: "Meddelande från vårdcentralen",
  counterQuestion: "Fråga från vårdcentralen",
  finalReply: "Svar från vårdcentralen",
  closure: "Ärendet är avslutat",
};
// What depends on the limits says them as the server has told them.
const PROBLEMS = {
  "session-missing": "Du behöver logga in igen.",
  "session-expired": "Du har varit inloggad för länge. Logga in igen.",
  "outside-service-area": "Den här vårdcentralen tar emot ärenden från dem som bor i dess område. Ring dit om du vill kunna skriva ändå.",
  "not-found": "Det finns inte längre här.",
  "no-open-question": "Frågan går inte att svara på längre.",
  "pending-message": "Vårdcentralen har just skrivit till dig. Läs det först.",
  "case-closed": "Ärendet är avslutat och går inte att svara på.",
  "text-empty": "Skriv något innan du skickar.",
  "text-too-long": (limits) => `Texten är för lång. Högst ${limits.maxText.toLocaleString("sv-SE")} tecken får plats.`,
  "file-too-large": (limits) => `Filen är för stor. En fil får vara högst ${size(limits.maxBytes)}.`,
  "file-empty": "Filen är tom.",
  "file-type-not-allowed": (limits) => `Filen måste vara ${formats(limits)}.`,
  "file-type-mismatch": "Filens namn stämmer inte med vad den innehåller. Byt namn på den eller välj en annan.",
  "file-name-bad": "Filens namn går inte att använda. Byt namn på den.",
  "files-not-allowed": "Till det här ärendet går det inte att skicka filer.",
  "too-many-files": (limits) => `Du kan skicka med högst ${limits.maxFiles} filer.`,
  "storage-full": "Servern har fullt. Inget har skickats. Försök igen senare.",
  "op-id-reused": "Det här är redan skickat, som det var skrivet första gången.",
  busy: "Servern har mycket att göra. Försök igen om en stund.",
};

const NEEDS_APPROVAL = "Den här vårdcentralen tar emot ärenden från dem som bor i dess område. Ring dit om du vill kunna skriva ändå.";
const NEEDS_APPROVAL_FOR_MORE = "Annat tar vårdcentralen emot från dem som bor i dess område. Ring dit om du vill kunna skriva om mer.";
const NOTHING_TO_ASK = "Här finns inget att skicka just nu. Ring vårdcentralen i stället.";
const NO_FILES = "Till den här sortens ärende går det inte att skicka filer.";

const main = document.getElementById("innehall");
const state = { token: sessionStorage.getItem("token"), name: sessionStorage.getItem("name"), view: null, timer: 0, limits: null };

// ---- small tools -------------------------------------------------------------------------------------------------

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") node[key] = value;
    else if (value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function show(...nodes) {
  main.replaceChildren(...nodes.filter(Boolean));
}

function tell(text) {
  const place = document.getElementById("besked");
  place.textContent = text;
  setTimeout(() => { if (place.textContent === text) place.textContent = ""; }, 5000);
}

function when(time) {
  return new Date(time).toLocaleString("sv-SE", { dateStyle: "long", timeStyle: "short" });
}

function day(time) {
  return new Date(time).toLocaleDateString("sv-SE", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Stockholm" });
}

/** Until when the resident may expect a word, while they wait for one. */
function expected(found) {
  if (!found.answerBy) return null;
  const late = new Date(found.answerBy) < new Date();
  return el("p", { class: "svag", id: "svarsdag" }, late
    ? `Mottagningen skulle ha svarat senast ${day(found.answerBy)}. Ditt ärende finns kvar hos dem.`
    : `Mottagningen svarar senast ${day(found.answerBy)}.`);
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toLocaleString("sv-SE", { maximumFractionDigits: 1 })} MB`;
}

function formats(limits) {
  return new Intl.ListFormat("sv", { type: "disjunction" }).format(limits.formats.map((format) => format.name));
}

function sentence(code) {
  const words = PROBLEMS[code];
  const said = typeof words === "function" ? state.limits && words(state.limits) : words;
  return said ?? "Något gick fel. Försök igen om en stund.";
}

class Problem extends Error {
  constructor(code) {
    super(sentence(code));
    this.code = code;
  }
}

async function ask(method, path, body, type = "application/json", more = {}) {
  const headers = { ...more };
  if (state.token) headers.authorization = `Bearer ${state.token}`;
  if (body !== undefined) headers["content-type"] = type;
  let response;
  try {
    response = await fetch(path, { method, headers, body });
  } catch {
    const problem = new Problem("offline");
    problem.message = "Servern svarar inte. Är övningsservern igång?";
    throw problem;
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && state.token) signOut({ keep: true });
  throw new Problem(problem.code);
}

const getJson = async (path) => (await ask("GET", path)).json();
const postJson = async (path, body) => (await ask("POST", path, JSON.stringify(body))).json();

// What may be written and attached, by the server's own word: asked for once, before the first form is drawn.
async function learnLimits() {
  state.limits ??= await getJson("/resident/v1/limits");
}

// ---- signing in --------------------------------------------------------------------------------------------------

// What is being written stays when a session has ended by itself: the same person finds it again, with its own ids.
function signOut({ keep = false } = {}) {
  state.kept = keep && writing() ? { name: state.name, nodes: [...main.childNodes] } : null;
  state.token = null;
  state.name = null;
  sessionStorage.clear();
  // The address stays too, where there is something to come back to.
  if (!state.kept) location.hash = "";
  route();
}

function header() {
  document.getElementById("inloggad").hidden = !state.token;
  document.getElementById("vem").textContent = state.name ? `Inloggad som ${state.name} ` : "";
}

function age(personalId) {
  const born = personalId.slice(0, 8);
  const today = new Date();
  const now = today.getFullYear() * 10000 + (today.getMonth() + 1) * 100 + today.getDate();
  return Math.floor((now - Number(born)) / 10000);
}

async function peopleView() {
  const { residents, canSignIn } = await getJson("/practice/residents");
  const cards = residents.map((person) => {
    const reachable = canSignIn.includes(person.personalId);
    const about = [`${person.personalId.slice(0, 8)}-${person.personalId.slice(8)}`];
    if (reachable) about.push(`${age(person.personalId)} år`);
    const marks = [];
    if (person.protectedIdentity) marks.push("skyddad identitet");
    if (person.guardians.length) marks.push("barn");
    if (!reachable) marks.push("kan inte logga in");
    return el("li", {}, el("button", { class: "kort", type: "button", disabled: !reachable, onclick: () => signIn(person) },
      el("strong", {}, person.name), el("br"), el("span", { class: "svag" }, about.join(" · ")),
      ...marks.map((mark) => el("span", {}, el("br"), el("span", { class: "marke klar" }, mark)))));
  });
  show(el("h1", {}, "Vem vill du vara?"),
    el("p", { class: "svag" }, "Välj en påhittad invånare. Det behövs inget lösenord."),
    el("ul", { class: "lista personer" }, ...cards));
}

async function signIn(person) {
  await attempt(async () => {
    const answer = await postJson("/practice/resident-sign-in", { personalId: person.personalId });
    state.token = answer.token;
    state.name = answer.name;
    sessionStorage.setItem("token", answer.token);
    sessionStorage.setItem("name", answer.name);
    if (state.kept && state.kept.name === answer.name) return goOn();
    state.kept = null;
    location.hash = "#/arenden";
    await route();
  });
}

function goOn() {
  const { nodes } = state.kept;
  state.kept = null;
  header();
  show(...nodes);
}

// ---- the list of cases -------------------------------------------------------------------------------------------

function badge(found) {
  const extra = found.state === "questionToYou" ? " fraga" : found.state === "closed" ? " klar" : "";
  return el("span", { class: `marke${extra}` }, LABELS[found.state] ?? found.state);
}

async function casesView() {
  const cases = await getJson("/resident/v1/cases");
  const cards = cases.map((found) => {
    const last = found.messages.at(-1);
    return el("li", {}, el("button", { class: "kort", type: "button", onclick: () => { location.hash = `#/arende/${found.id}`; } },
      el("span", { class: "rad" }, el("strong", {}, found.caseType), badge(found)),
      el("span", { class: "svag" }, `${found.clinicName} · ${when(last ? last.at : found.createdAt)}`)));
  });
  const list = cards.length
    ? el("ul", { class: "lista" }, ...cards)
    : el("div", { class: "tomt" }, el("p", {}, "Du har inga ärenden än."), el("p", { class: "svag" }, "Skicka ditt första, så svarar vårdcentralen här."));
  show(el("h1", {}, "Mina ärenden"),
    el("p", {}, el("button", { class: "stor", type: "button", id: "nytt", onclick: () => { location.hash = "#/nytt"; } }, "Nytt ärende")),
    list);
}

// ---- files -------------------------------------------------------------------------------------------------------

// What is chosen but not sent: the bytes and what the clinic will be told about them.
function fileChooser(id) {
  // Each with an id of its own for as long as it is chosen: sent again after a broken line, it is the same request.
  const chosen = [];
  const { maxFiles, maxBytes } = state.limits;
  const endings = state.limits.formats.flatMap((format) => format.endings.map((ending) => `.${ending}`));
  const list = el("ul", { class: "filer" });
  const wrong = el("div", { role: "alert" });
  const complain = (text) => wrong.replaceChildren(el("p", { class: "fel" }, text));
  const draw = () => list.replaceChildren(...chosen.map(({ file }, place) => el("li", {},
    el("span", {}, `${file.name} (${size(file.size)})`),
    el("button", { class: "lank", type: "button", "aria-label": `Ta bort ${file.name}`, onclick: () => { chosen.splice(place, 1); draw(); } }, "Ta bort"))));
  const add = (files) => {
    wrong.replaceChildren();
    for (const file of files) {
      if (chosen.length >= maxFiles) { complain(sentence("too-many-files")); break; }
      if (file.size > maxBytes) complain(`${file.name}: ${sentence("file-too-large")}`);
      else if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending))) complain(`${file.name}: ${sentence("file-type-not-allowed")}`);
      else chosen.push({ id: crypto.randomUUID(), file });
    }
    draw();
  };
  const input = el("input", { type: "file", id, multiple: true, accept: endings.join(), onchange: () => { add(input.files); input.value = ""; } });
  const box = el("div", { class: "slapp",
    ondragover: (event) => { event.preventDefault(); box.classList.add("over"); },
    ondragleave: () => box.classList.remove("over"),
    ondrop: (event) => { event.preventDefault(); box.classList.remove("over"); add(event.dataTransfer.files); } },
    el("strong", {}, "Filer (om du vill)"),
    el("p", { class: "svag" }, `Högst ${maxFiles} filer: ${formats(state.limits)}, högst ${size(maxBytes)} styck. Dra hit dem eller välj.`),
    el("label", { class: "valj" }, "Välj filer", input), list, wrong);
  return { box, upload: () => Promise.all(chosen.map(upload)) };
}

function kindOf(bytes) {
  const starts = (...signs) => signs.every((sign, place) => bytes[place] === sign);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x47, 0x49, 0x46, 0x38)) return "gif";
  return "pdf";
}

async function upload({ id, file }) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  // The name goes in a header: addresses are logged on the way.
  await ask("PUT", `/resident/v1/blobs/${sha256}`, bytes, "application/octet-stream", { "mottaget-file-name": encodeURIComponent(file.name) });
  return { id, fileName: file.name, kind: kindOf(bytes), size: bytes.length, sha256 };
}

async function download(caseId, file) {
  await attempt(async () => {
    const response = await ask("GET", `/resident/v1/cases/${caseId}/attachments/${file.id}`);
    const address = URL.createObjectURL(await response.blob());
    const link = el("a", { href: address, download: file.fileName });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  });
}

// ---- a new case --------------------------------------------------------------------------------------------------

async function newView() {
  await learnLimits();
  const clinics = await getJson("/resident/v1/clinics");
  const form = el("form", { novalidate: true });
  const steps = el("div");
  const pick = (name, text, about, onpick) => el("label", { class: "val" },
    el("input", { type: "radio", name, onchange: onpick }), el("span", {}, el("strong", {}, text), about ? el("br") : null, about ? el("span", { class: "svag" }, about) : null));
  const types = (clinic) => {
    const fields = el("div");
    // Who is outside the service area sees why there is nothing (or little) to choose.
    const closed = clinic.approvalNeeded ? el("p", { class: "svag", id: "godkann" }, clinic.caseTypes.length ? NEEDS_APPROVAL_FOR_MORE : NEEDS_APPROVAL) : null;
    if (!clinic.caseTypes.length) { steps.replaceChildren(closed ?? el("p", { class: "svag" }, NOTHING_TO_ASK)); return; }
    steps.replaceChildren(el("fieldset", {}, el("legend", {}, "Vad gäller det?"),
      ...clinic.caseTypes.map((type) => pick("typ", type.name, type.description, () => questions(clinic, type, fields))), closed), fields);
  };
  form.append(el("fieldset", {}, el("legend", {}, "Vilken vårdcentral?"),
    ...clinics.map((clinic) => pick("vardcentral", clinic.name, "", () => types(clinic)))), steps);
  show(back("#/arenden", "Mina ärenden"), el("h1", {}, "Nytt ärende"), form);
}

function questions(clinic, type, place) {
  // One id for this matter: pressing send twice, or again after a broken line, files it once.
  const ids = { case: crypto.randomUUID(), message: crypto.randomUUID() };
  const inputs = type.questions.map((question, number) => ({ question, input: el("input", { type: "text", id: `fraga${number}`, maxlength: "2000" }) }));
  const text = el("textarea", { id: "text", maxlength: state.limits.maxText });
  const files = type.residentFiles ? fileChooser("filer") : null;
  const wrong = el("div", { role: "alert" });
  const send = el("button", { class: "stor", type: "button", id: "skicka" }, "Skicka till vårdcentralen");
  send.addEventListener("click", () => busy(send, wrong, async () => {
    const attachments = files ? await files.upload() : [];
    const answers = inputs.map(({ question, input }) => ({ question, answer: input.value.trim() }));
    if (!text.value.trim() && answers.every((one) => !one.answer)) throw new Problem("text-empty");
    await postJson("/resident/v1/cases", { id: ids.case, message: ids.message, clinic: clinic.clinic, caseType: type.id, text: text.value.trim(), answers, attachments });
    tell("Ärendet är skickat.");
    location.hash = `#/arende/${ids.case}`;
  }));
  place.replaceChildren(
    ...inputs.flatMap(({ question, input }) => [el("label", { class: "fraga", for: input.id }, question), input]),
    el("label", { class: "fraga", for: "text" }, "Vill du berätta mer?"), text,
    files ? el("div", {}, el("p"), files.box) : el("p", { class: "svag" }, NO_FILES),
    wrong, el("div", { class: "knappar" }, send));
}

// ---- one case ----------------------------------------------------------------------------------------------------

function back(hash, text) {
  return el("p", {}, el("button", { class: "lank", type: "button", onclick: () => { location.hash = hash; } }, `← ${text}`));
}

function messageNode(found, message) {
  const own = message.kind === "submission" || message.kind === "residentReply";
  const answers = message.answers.filter((one) => one.answer);
  return el("article", { class: own ? "meddelande egen" : "meddelande" },
    el("div", { class: "huvud" }, el("strong", {}, own ? message.from : `${KINDS[message.kind]}`), el("span", { class: "svag" }, when(message.at))),
    own ? null : el("div", { class: "svag" }, message.from),
    answers.length ? el("dl", {}, ...answers.flatMap((one) => [el("dt", {}, one.question), el("dd", {}, one.answer)])) : null,
    message.text ? el("p", { class: "text" }, message.text) : null,
    message.signature ? el("p", { class: "underskrift" }, message.signature) : null,
    message.attachments.length ? el("ul", { class: "filer" }, ...message.attachments.map((file) => el("li", {},
      el("span", {}, `${file.fileName} (${size(file.size)})`),
      el("button", { class: "lank", type: "button", "aria-label": `Ladda ner ${file.fileName}`, onclick: () => download(found.id, file) }, "Ladda ner")))) : null);
}

function answerForm(found) {
  const message = crypto.randomUUID();
  const text = el("textarea", { id: "svar", maxlength: state.limits.maxText });
  const files = found.mayAttach ? fileChooser("svarsfiler") : null;
  const wrong = el("div", { role: "alert" });
  const send = el("button", { class: "stor", type: "button", id: "svara" }, "Skicka svaret");
  send.addEventListener("click", () => busy(send, wrong, async () => {
    if (!text.value.trim()) throw new Problem("text-empty");
    const attachments = files ? await files.upload() : [];
    await postJson(`/resident/v1/cases/${found.id}/replies`, { message, text: text.value.trim(), attachments });
    tell("Svaret är skickat.");
    state.seen = "";
    await caseView(found.id);
  }));
  return el("section", { class: "svara" }, el("label", { class: "fraga", for: "svar" }, "Svara på frågan"), text,
    files ? el("div", {}, el("p"), files.box) : el("p", { class: "svag" }, NO_FILES),
    wrong, el("div", { class: "knappar" }, send));
}

async function caseView(id) {
  const found = await getJson(`/resident/v1/cases/${id}`);
  state.seen = JSON.stringify(found);
  if (found.mayAnswer) await learnLimits();
  show(back("#/arenden", "Mina ärenden"), el("h1", {}, found.caseType),
    el("p", {}, badge(found), el("span", { class: "svag" }, ` ${found.clinicName}`)),
    expected(found),
    ...found.messages.map((message) => messageNode(found, message)),
    found.mayAnswer ? answerForm(found) : null,
    found.state === "closed" ? el("p", { class: "svag" }, "Ärendet är avslutat. Skapa ett nytt ärende om du undrar över något mer.") : null);
}

// ---- going about -------------------------------------------------------------------------------------------------

async function busy(button, wrong, work) {
  button.disabled = true;
  wrong.replaceChildren();
  try {
    await work();
  } catch (problem) {
    wrong.replaceChildren(el("p", { class: "fel" }, problem.message));
  } finally {
    button.disabled = false;
  }
}

async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    tell(problem.message);
  }
}

// Is something in the form that would be lost with it?
function writing() {
  return [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value) || document.querySelector(".filer button[aria-label^='Ta bort']") !== null;
}

// Looks again while nothing is being written: the list always, a case only when it has changed.
async function again() {
  if (document.hidden || !state.token) return;
  const [, place, id] = location.hash.split("/");
  if (place === "arenden" && !main.contains(document.activeElement?.closest("li"))) await casesView();
  else if (place === "arende" && !writing() && JSON.stringify(await getJson(`/resident/v1/cases/${id}`)) !== state.seen) await caseView(id);
}

async function route() {
  header();
  const [, place, id] = location.hash.split("/");
  try {
    if (!state.token) await peopleView();
    else if (place === "nytt") await newView();
    else if (place === "arende" && id) await caseView(id);
    else await casesView();
  } catch (problem) {
    show(el("h1", {}, "Det gick inte"), el("p", { class: "fel" }, problem.message),
      el("p", {}, el("button", { class: "stor", type: "button", onclick: route }, "Försök igen")));
  }
}

document.getElementById("byt").addEventListener("click", () => signOut());
addEventListener("hashchange", async () => { await route(); main.focus(); scrollTo(0, 0); });
setInterval(() => again().catch(() => {}), POLL_MS);
route();
