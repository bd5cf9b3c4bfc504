// What is told in passing: seen and heard above a dialog too, in whole sentences.
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { announce } from "@/state/announce";
import { t } from "@/text";
import { app, find, press, seen, start, tap } from "./whole";
import { sources } from "./sources";

const dialogOf = (name: string) => find(name).element.closest("dialog")?.getAttribute("data-test") ?? null;

it("stands in the dialog that lies above, and outside again when that is closed", async () => {
  await start("SE2321000016-1001", "/cases/inbox");
  await seen("case-row");
  announce("Det här är sagt.");
  await flushPromises();
  expect(dialogOf("toast")).toBeNull();
  await press("?");
  await seen("key-sheet");
  expect(dialogOf("toast")).toBe("key-sheet");
  expect(dialogOf("announcement")).toBe("key-sheet");
  announce("Det här också.");
  await flushPromises();
  expect(find("toast").text()).toBe("Det här också.");
  await press("Escape");
  await vi.waitFor(() => expect(find("key-sheet").exists()).toBe(false));
  expect(dialogOf("toast")).toBeNull();
  expect(find("announcement").text()).toBe("Det här också.");
  expect(app().findAll("[data-test=toast]")).toHaveLength(1);
});

it("is a whole sentence when the practice server is stopped and started", async () => {
  await start("SE2321000016-1001", "/cases/inbox");
  await tap("user-menu");
  await tap("user-menu-stop");
  await vi.waitFor(() => expect(find("toast").text()).toBe("Övningsservern är stoppad."));
});

it("ends with a full stop wherever it is a sentence", () => {
  const keys = sources().flatMap(({ text }) => [...text.matchAll(/announce\(t\("([\w.]+)"/g)].map((match) => match[1]!));
  expect(keys.length).toBeGreaterThan(5);
  const bare = keys.filter((key) => t(key, { name: "Elin", n: 2 }, 2).includes(" ") && !/[.!?…]$/.test(t(key, { name: "Elin", n: 2 }, 2)));
  expect(bare).toEqual([]);
});
