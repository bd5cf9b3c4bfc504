// The first questions, asked while the screen's scripts are still being fetched. The shell runs this before the page's own
// scripts; `tauri.ts` gives each answer to whoever asks the same first. What is not asked again is of no use and no harm.
(() => {
  const { invoke } = window.__TAURI_INTERNALS__;
  const answers = new Map();
  window.__MOTTAGET_FIRST__ = answers;
  const ask = (name, command, given, args) => {
    const answer = invoke(command, args);
    // Whoever asks is told of the failure; nobody asking is no failure.
    answer.catch(() => undefined);
    answers.set(`${name}:${JSON.stringify(given)}`, answer);
    return answer;
  };
  ask("appSettings", "app_settings", []);
  ask("connection", "connection", []);
  ask("appState", "app_state", []).then(({ session, clinic }) => {
    const mine = session?.assignments ?? [];
    if (!mine.length) return;
    const here = mine.length === 1 ? mine[0].clinic : mine.some((one) => one.clinic === clinic) ? clinic : null;
    ask("counts", "counts", [here], { clinic: here });
    const list = /^#\/cases\/(\w+)$/.exec(location.hash);
    if (!list) return;
    const filter = { states: [], caseTypes: [], due: null, holder: null, receivedFrom: null, receivedTo: null, unread: false, protectedIdentity: false, unwatched: [] };
    const query = { scope: list[1], clinic: here, search: null, filter, offset: 0, limit: 60 };
    ask("listCases", "list_cases", [query], { query });
  }, () => undefined);
  // The engine reads its tables of dates and zones at the first use: better now, while the scripts that the page has asked for
  // are on their way.
  setTimeout(() => new Intl.DateTimeFormat("sv-SE", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" }).formatToParts(0));
})();
