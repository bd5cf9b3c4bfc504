// A settings file that could not be read: told wherever one is, with where the old file lies; put away with a press.
import { expect, it, vi } from "vitest";
import { backend, find, show, signedIn } from "./whole";

async function start(kept: string | null, hsaId: string | null): Promise<void> {
  const fake = backend({ settingsKept: kept });
  await signedIn(fake, hsaId);
  await show(hsaId ? "/" : "/signin");
}

it("is not mentioned when all is well", async () => {
  await start(null, null);
  expect(find("settings-kept").exists()).toBe(false);
});

it.each([[null], ["SE2321000016-1002"]])("is told to %s, with the place of the old file and whom to ask", async (hsaId) => {
  await start("…/settings.damaged-1.json", hsaId);
  const words = find("settings-kept").text();
  expect(words).toContain("kunde inte läsas");
  expect(words).toContain("…/settings.damaged-1.json");
  expect(words).toContain("IT-stödet");
});

it("is put away with a press, and the focus is not lost", async () => {
  await start("…/settings.damaged-2.json", "SE2321000016-1002");
  const button = find("settings-kept-close");
  (button.element as HTMLElement).focus();
  await button.trigger("click");
  await vi.waitFor(() => expect(find("settings-kept").exists()).toBe(false));
  expect(document.activeElement?.id).toBe("content");
});
