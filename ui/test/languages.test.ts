// Choices that are made while the one before is not done yet: the last one holds.
import { expect, it, vi } from "vitest";

it("the last choice holds, also when the sentences of the one before come after it", async () => {
  vi.resetModules();
  const { language, useLanguage } = await import("@/text");
  const english = useLanguage("en");
  await useLanguage("sv");
  await english;
  expect(language()).toBe("sv");
  expect(document.documentElement.lang).toBe("sv");
  await useLanguage("en");
  expect(language()).toBe("en");
});

it("of a setting that is saved twice the later one stands while the first is being read back", async () => {
  vi.resetModules();
  const { useBackend } = await import("@/ipc");
  const { fakeBackend } = await import("@/ipc/fake");
  const { useSettings } = await import("@/state/settings");
  const backend = fakeBackend({});
  const later: (() => void)[] = [];
  const { saveAppSettings } = backend.commands;
  backend.commands.saveAppSettings = async (settings) => {
    if (settings.theme === "dark") await new Promise<void>((done) => later.push(done));
    return saveAppSettings(settings);
  };
  useBackend(backend);
  const { save, settings } = useSettings();
  const first = save({ theme: "dark" });
  await vi.waitFor(() => expect(later).toHaveLength(1));
  const second = save({ theme: "light" });
  expect(settings.value.theme).toBe("light");
  later[0]!();
  await first;
  expect(settings.value.theme, "not for a moment the former one").toBe("light");
  await second;
  expect(settings.value.theme).toBe("light");
  expect(await backend.commands.appSettings()).toMatchObject({ data: { theme: "light" } });
  useBackend(null);
});
