// happy-dom lays nothing out: give every element a size, so that lists have rows.
import { afterEach } from "vitest";
import { useBackend } from "@/ipc";
import { allSentences } from "@/text";

await allSentences();

if (typeof HTMLElement !== "undefined") {
  for (const name of ["offsetHeight", "clientHeight"]) Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 640 });
  for (const name of ["offsetWidth", "clientWidth"]) Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 420 });
}
afterEach(() => useBackend(null));
