// Pictures of every view on the in-memory backend: `npm run shots -- FOLDER [name …]`. Fails on console errors, policy
// violations and what axe finds.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import { serve } from "./serve.mjs";
import { SHOTS } from "./shots.list.mjs";

const [folder = "shots", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const dist = mkdtempSync(join(tmpdir(), "mottaget-ui-"));
await build({ mode: "fake", logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
const site = await serve(dist);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

const SIZES = { full: { width: 1280, height: 800, scale: 1 }, narrow: { width: 900, height: 700, scale: 1 }, zoom: { width: 640, height: 400, scale: 2 } };
let failures = 0;
/** The names asked for that were found: one that names no picture is a failure, not a silence. */
const met = new Set();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Every finding but those that axe itself is not sure of. */
const findings = async (page) => {
  await page.evaluate(axe);
  return page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => `${node.target.join(" ")} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`).slice(0, 4).join(" | ")}`));
};
for (const shot of SHOTS) {
  for (const size of shot.sizes ?? ["full"]) {
    for (const theme of shot.themes ?? ["light"]) {
      const name = `${shot.name}-${size}-${theme}`;
      const asked = only.filter((one) => name.startsWith(one));
      if (only.length && !asked.length) continue;
      for (const one of asked) met.add(one);
      const { width, height, scale } = SIZES[size];
      const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: theme, locale: "sv-SE", timezoneId: "Europe/Stockholm", reducedMotion: shot.still === false ? "no-preference" : "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(4000);
      await page.clock.install({ time: new Date("2026-11-25T08:30:00Z") });
      await page.clock.resume();
      page.on("console", (line) => { if (line.type() === "error" && !shot.noisy) { failures += 1; console.error(`${name}: ${line.text()}`); } });
      page.on("pageerror", (error) => { failures += 1; console.error(`${name}: ${error.stack}`); });
      try {
        await page.goto(`${site.address}/?${shot.query ?? "person=1001"}${shot.hash ? `#${shot.hash}` : ""}`);
        await page.locator(shot.wait ?? "main").first().waitFor({ timeout: 5000 });
        await shot.run?.(page, { size, narrow: size !== "full" });
        await page.waitForTimeout(shot.settle ?? 250);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
        if (wide) { failures += 1; console.error(`${name}: wider than the window`); }
        // Where the desktop's engine draws a box itself it is white in the dark; this one here would not show it.
        const strange = await page.evaluate(() => [...document.querySelectorAll("select, input:is([type=radio], [type=checkbox])")].filter((one) => one.getBoundingClientRect().width > 2 && getComputedStyle(one).appearance !== "none").length);
        if (strange) { failures += 1; console.error(`${name}: ${strange} boxes, rings or choices are drawn by the engine`); }
        await page.screenshot({ path: join(folder, `${name}.png`) });
        for (const finding of await findings(page)) { failures += 1; console.error(`${name}: axe: ${finding}`); }
      } catch (error) {
        failures += 1;
        console.error(`${name}: ${error.message.split("\n").slice(0, 14).join("\n   ")}`);
        await page.screenshot({ path: join(folder, `${name}.failed.png`) }).catch(() => undefined);
      }
      await context.close();
    }
  }
}
await browser.close();
site.close();
rmSync(dist, { recursive: true });
for (const one of only.filter((other) => !met.has(other))) { failures += 1; console.error(`no picture begins with ${one}`); }
console.log(failures ? `${failures} failure(s)` : `pictures are in ${folder}`);
process.exit(failures ? 1 : 0);
