// What is photographed: a name, who is signed in, where, and what is done before the picture.
const ALL = { sizes: ["full", "narrow", "zoom"], themes: ["light", "dark"] };
const WIDE = { sizes: ["full"], themes: ["light", "dark"] };
const rows = "[data-test=case-row]";
const tap = (page, name) => page.locator(`[data-test=${name}]`).first().click();
const open = async (page, text) => {
  const named = page.locator(rows, { hasText: text ?? "" }).first();
  const row = (await named.count()) ? named : page.locator(rows).first();
  await row.click();
  await page.locator("[data-test=thread]").waitFor();
};
const write = async (page, text = "Hej! Receptet är förnyat och finns på apoteket i morgon. Läs gärna det bifogade rådet.") => {
  await tap(page, "act-reply");
  await page.locator("[data-test=composer-text]").fill(text);
};
const attach = async (page) => { await tap(page, "attach"); await page.locator("[data-test=draft-file]").nth(1).waitFor(); };
const pictured = (page) => page.locator("[data-test=preview-page]").waitFor();

export const SHOTS = [
  { name: "signin", query: "person=none", wait: "[data-test=person]", ...ALL },
  { name: "signin-loading", query: "person=none&latency=1500", wait: "[data-test=face-loading] .bone", ...WIDE, settle: 50 },
  { name: "sign-out", query: "person=1002&offline=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=here]").waitFor(); await page.keyboard.press("j"); await page.locator("[data-test=thread]").waitFor(); await write(page); await tap(page, "user-menu"); await tap(page, "user-menu-signOut"); await page.locator("[data-test=sign-out-dialog]").waitFor(); }, ...ALL },
  { name: "sign-out-failed", query: "person=1002&fail=signOut:keychain-locked", hash: "/settings", wait: "[data-test=signature]", run: async (page) => { await tap(page, "user-menu"); await tap(page, "user-menu-signOut"); await page.locator("[data-test=sign-out-dialog]").waitFor(); }, ...WIDE },
  { name: "stale", query: "person=1001&failLater=listCases:disk-full", hash: "/cases/inbox", wait: "[data-test=stale]", sizes: ["full", "zoom"], themes: ["light", "dark"] },
  { name: "stale-start", query: "person=1001&failLater=startView:internal", wait: "[data-test=stale]", ...WIDE },
  { name: "offline", query: "person=1002&offline=1", hash: "/cases/mine", wait: rows, run: (page) => page.locator("[data-test=offline-line]").waitFor(), ...ALL },
  { name: "local-full", query: "person=1002&local=disk-full", hash: "/cases/mine", wait: rows, run: (page) => page.locator("[data-test=local-trouble]").waitFor(), ...ALL },
  { name: "local-damaged", query: "person=1002&local=cache-corrupt:unsent.db&offline=1", hash: "/cases/mine", wait: rows, run: (page) => page.locator("[data-test=local-trouble]").waitFor(), ...WIDE },
  { name: "signin-off", query: "person=none&offline=1", wait: "[data-test=person]", ...WIDE },
  { name: "signin-trouble", query: "person=none&trouble=keys-gone&anew=1", wait: "[data-test=person]", ...ALL },
  { name: "start-anew", query: "person=none&trouble=keychain-changed&anew=1", wait: "[data-test=person]", run: (page) => tap(page, "trouble-anew"), ...ALL },
  { name: "set-aside", query: "person=none&trouble=keys-gone&anew=1", wait: "[data-test=person]", run: async (page) => { await tap(page, "trouble-anew"); await tap(page, "confirm-go"); await page.locator("[data-test=set-aside]").waitFor(); }, ...ALL },
  { name: "distribute-error", query: "person=1001&fail=targets:internal", hash: "/cases/inbox", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("f"); await page.locator("[data-test=face-error]").waitFor(); }, ...WIDE },
  { name: "blocked", query: "blocked=keychain-missing", wait: "[data-test=blocked]", sizes: ["full", "zoom"], themes: ["light", "dark"] },
  { name: "start-receiver", wait: "[data-test=card]", ...ALL },
  { name: "start-several", query: "person=1005", wait: "[data-test=card]", ...ALL },
  { name: "inbox", hash: "/cases/inbox", wait: rows, run: (page) => page.keyboard.press("Tab"), ...ALL },
  { name: "several", query: "person=1005", hash: "/cases/distributed", wait: rows, ...WIDE, run: (page) => tap(page, "clinic-menu") },
  { name: "groups-empty", query: "person=1009", hash: "/cases/waiting", wait: "[data-test=face-empty]", ...WIDE },
  { name: "error", query: "person=1001&fail=listCases:server-error", hash: "/cases/inbox", wait: "[data-test=face-error]", ...WIDE },
  // The first picture of a start is the whole one: a list that is being read shows itself when it is gone to.
  { name: "loading", query: "person=1001&latency=1500", hash: "/settings", wait: "[data-test=nav-inbox]", run: async (page) => { await tap(page, "nav-inbox"); await page.locator("[data-test=face-loading] .bone").first().waitFor(); }, ...WIDE, settle: 50 },
  { name: "case", hash: "/cases/inbox", wait: rows, run: (page) => open(page, "Skyddad"), ...ALL },
  { name: "why", query: "person=1003", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Pausad"); await page.keyboard.press("v"); await page.locator("[data-test=why-words]").waitFor(); }, ...ALL },
  { name: "due-late", hash: "/cases/distributed?due=late", wait: rows, ...ALL },
  { name: "case-long", query: "person=1006", hash: "/cases/distributed", wait: rows, run: (page) => open(page, "Egen vårdbegäran"), ...ALL },
  { name: "case-mine", query: "person=1002", hash: "/cases/mine", wait: rows, run: (page) => open(page), ...ALL },
  { name: "composer", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await attach(page); await page.waitForTimeout(600); await tap(page, "send"); await pictured(page); await page.keyboard.press("Escape"); await page.locator("[data-test=hinders]").scrollIntoViewIfNeeded(); }, ...ALL },
  { name: "composer-preview", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await attach(page); await page.locator("[data-test=draft-file-open]").first().click(); await pictured(page); await page.waitForTimeout(300); }, ...ALL },
  { name: "composer-refused", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page, ""); await attach(page); await tap(page, "attach"); await page.locator("[data-test=refused]").waitFor(); await page.locator("[data-test=refused]").scrollIntoViewIfNeeded(); }, ...WIDE },
  { name: "preview", hash: "/cases/inbox", wait: rows, run: async (page) => { await open(page, "2 bilagor"); await page.locator("[data-test=attachment-open]").first().click(); await pictured(page); }, ...ALL },
  { name: "gif", query: "person=1005", hash: "/search?q=boka", wait: rows, run: async (page) => { await page.locator(rows, { hasText: "1 bilaga" }).first().click(); await page.locator("[data-test=attachment-open]").first().click(); await pictured(page); }, ...WIDE },
  { name: "company-reading", query: "person=1002&company=reading", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.locator("[data-test=company]").waitFor(); }, ...ALL },
  { name: "company-answering", query: "person=1002&company=answering", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.locator("[data-test=company-note]").scrollIntoViewIfNeeded(); }, ...ALL },
  { name: "company-distributing", query: "person=1001&company=distributing", hash: "/cases/inbox", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("f"); await page.locator("[data-test=company-note]").waitFor(); }, ...ALL },
  { name: "resident-notes", query: "person=1002&unreachable=locked&guardian=not", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page, ""); await page.locator("[data-test=resident-notes]").scrollIntoViewIfNeeded(); }, ...ALL },
  { name: "distribute", hash: "/cases/inbox", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("f"); await page.locator("[data-test=target]").first().waitFor(); await page.keyboard.type("sa"); }, ...ALL },
  { name: "distribute-reply", hash: "/cases/inbox", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("f"); await page.locator("[data-test=target]").first().waitFor(); await page.keyboard.type("dia"); await tap(page, "distribute-with-reply"); await page.locator("[data-test=composer-text]").fill("Tack, vi har tagit emot ditt ärende."); await attach(page); await page.locator("[data-test=draft-file-open]").first().click(); await pictured(page); }, sizes: ["full", "zoom"], themes: ["light", "dark"] },
  { name: "close", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("e"); await page.locator("[data-test=close-dialog]").waitFor(); await tap(page, "close-go"); }, ...ALL },
  { name: "close-told", query: "person=1002&undo=30", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("e"); await page.locator("[data-test=close-dialog]").waitFor(); await page.locator("label", { hasText: "Fel mottagning" }).click(); await page.locator("[data-test=composer-text]").fill("Hej! Det här tar Strandens vårdcentral hand om. Vänd dig dit, så hjälper de dig."); }, ...ALL },
  { name: "record", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "2 bilagor"); await page.keyboard.press("c"); await page.locator("[data-test=record-text]").waitFor(); }, ...ALL },
  { name: "note", query: "person=1002", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("n"); await page.locator("[data-test=note-dialog]").waitFor(); }, ...WIDE },
  { name: "keys", hash: "/cases/inbox", wait: rows, run: (page) => page.keyboard.press("?"), ...ALL },
  { name: "search", hash: "/cases/inbox", wait: rows, run: async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("recept"); await page.waitForTimeout(500); }, ...ALL },
  { name: "search-none", hash: "/search?q=ingenting", wait: "[data-test=face-empty]", ...WIDE },
  { name: "offline-sent", query: "person=1002&offline=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Väntar") .catch(() => open(page)); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=here]").waitFor(); }, ...ALL },
  { name: "undo", query: "person=1002&step=20&undo=30", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=undo]").waitFor(); await page.locator("[data-test=message-take-back]").scrollIntoViewIfNeeded(); }, ...ALL },
  { name: "undo-composer", query: "person=1002&step=20&undo=30", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.locator("[data-test=send-line]").scrollIntoViewIfNeeded(); }, ...WIDE },
  { name: "outbox", query: "person=1002&offline=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=here]").waitFor(); await tap(page, "open-nav").catch(() => undefined); await tap(page, "nav-outbox"); await page.locator("[data-test=outbox-row]").waitFor(); }, ...ALL },
  { name: "outbox-full", query: "person=1002&refusing=storage-full&step=50", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=here]").waitFor(); await page.keyboard.press("Escape"); await page.keyboard.press("n"); await page.locator("[data-test=note-text]").fill("Ring i morgon efter klockan 15."); await tap(page, "note-go"); await page.waitForTimeout(300); await tap(page, "nav-outbox"); await page.locator("[data-test=outbox-row]").first().waitFor(); }, ...WIDE },
  { name: "stopped", query: "person=1002&stop=1&step=50", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=stopped]").waitFor(); await page.locator("[data-test=message]").last().scrollIntoViewIfNeeded(); }, ...WIDE },
  { name: "outbox-stopped", query: "person=1002&stop=1&step=50", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.waitForTimeout(500); await tap(page, "send"); await page.locator("[data-test=delivery][data-state=stopped]").waitFor(); await tap(page, "nav-outbox"); await page.locator("[data-test=outbox-row]").waitFor(); }, ...WIDE },
  { name: "guard", query: "person=1002&guard=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Nils"); await write(page, "Hej! Svaret för Margareta Holmgren, 19980101-9804, har kommit och allt ser bra ut."); await tap(page, "send"); await page.locator("[data-test=guard]").waitFor(); await page.waitForTimeout(300); }, ...ALL },
  { name: "guard-clinic", query: "person=1002&otherClinic=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Nils"); await write(page); await tap(page, "send"); await page.locator("[data-test=guard]").waitFor(); }, ...ALL },
  { name: "guard-files", query: "person=1002&guard=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Nils"); await write(page, "Hej! Se bilagorna."); await attach(page); for (const n of [0, 1]) { await page.locator("[data-test=draft-file-open]").nth(n).click(); await pictured(page); await page.locator("[data-test=preview-reviewed]").waitFor(); await tap(page, "preview-close"); } await tap(page, "send"); await page.locator("[data-test=guard]").waitFor(); await tap(page, "guard-anyway"); await page.waitForTimeout(300); }, ...ALL },
  { name: "guard-page", query: "person=1002&guard=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page, "Hej! Se bilagorna."); await attach(page); for (const n of [0, 1]) { await page.locator("[data-test=draft-file-open]").nth(n).click(); await pictured(page); await page.locator("[data-test=preview-reviewed]").waitFor(); } await tap(page, "send"); await page.locator("[data-test=guard-finding][data-in=page] [data-test=guard-go]").click(); await pictured(page); await page.waitForTimeout(300); }, ...WIDE },
  { name: "guard-protected", query: "person=1002&guard=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page, "Skyddad"); await write(page); await tap(page, "send"); await page.locator("[data-test=guard]").waitFor(); await page.waitForTimeout(300); }, ...ALL },
  { name: "news", query: "person=1002&news=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await write(page); await page.locator("[data-test=draft-news]").waitFor(); await tap(page, "send"); await page.locator("[data-test=draft-news]").scrollIntoViewIfNeeded(); }, ...ALL },
  { name: "strays", query: "person=1002&stray=1", hash: "/outbox", wait: "[data-test=stray-draft]", ...ALL },
  { name: "strays-ask", query: "person=1002&stray=1", hash: "/outbox", wait: "[data-test=stray-draft]", run: (page) => tap(page, "stray-discard"), ...WIDE },
  { name: "note-stopped", query: "person=1002&stop=1&step=50&stray=1", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("n"); await page.locator("[data-test=note-text]").fill("Ring i morgon efter klockan 15, hen arbetar natt."); await tap(page, "note-go"); await page.locator("[data-test=note-to-outbox]").click(); await page.locator("[data-test=outbox-note]").waitFor(); }, ...ALL },
  { name: "note-edit", query: "person=1002&stop=1&step=50", hash: "/cases/mine", wait: rows, run: async (page) => { await open(page); await page.keyboard.press("n"); await page.locator("[data-test=note-text]").fill("Ring i morgon efter klockan 15."); await tap(page, "note-go"); await page.locator("[data-test=note-to-outbox]").click(); await tap(page, "outbox-edit"); }, ...WIDE },
  { name: "settings-kept", query: "person=none&kept=1", wait: "[data-test=settings-kept]", sizes: ["full", "zoom"], themes: ["light", "dark"] },
  { name: "settings-kept-list", query: "person=1001&kept=1", hash: "/cases/inbox", wait: rows, sizes: ["full", "zoom"], themes: ["light", "dark"] },
  { name: "settings", query: "person=1002", hash: "/settings", wait: "[data-test=signature]", ...ALL },
  { name: "english", query: "person=1002", hash: "/settings", wait: "[data-test=signature]", run: async (page) => { await page.locator("label", { hasText: "English" }).click(); await page.waitForTimeout(400); await page.goto(page.url().replace(/#.*/, "#/cases/mine")); await open(page); }, ...WIDE },
  { name: "user-menu", hash: "/cases/inbox", wait: rows, run: (page) => tap(page, "user-menu"), ...WIDE },
];
