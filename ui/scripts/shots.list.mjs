// What is photographed: a name, who is signed in, where, and what is done before the picture.
const ALL = { sizes: ["full", "narrow", "zoom"], themes: ["light", "dark"] };
const WIDE = { sizes: ["full"], themes: ["light", "dark"] };
const rows = "[data-test=case-row]";
const openFirst = async (page, n = 0) => { await page.locator(rows).nth(n).click(); await page.locator("[data-test=thread]").waitFor(); };

export const SHOTS = [
  { name: "signin", query: "person=none", wait: "[data-test=person]", ...ALL },
  { name: "blocked", query: "blocked=keychain-missing", wait: "[data-test=blocked]", ...WIDE },
  { name: "inbox", hash: "/cases/inbox", wait: rows, ...ALL },
  { name: "case", hash: "/cases/inbox", wait: rows, run: (page) => openFirst(page, 1), ...ALL },
];
