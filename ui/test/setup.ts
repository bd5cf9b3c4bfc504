// happy-dom lays nothing out: give every element a size, so that lists have rows.
import { afterEach, vi } from "vitest";
import { useBackend } from "@/ipc";
import { allSentences } from "@/text";

await allSentences();

// On a busy machine the first picture takes its time: what is waited for may take longer than a second, and fails all the same
// if it never comes.
const { waitFor } = vi;
vi.waitFor = (look, options) => waitFor(look, typeof options === "number" ? options : { timeout: 10_000, ...options });

if (typeof HTMLElement !== "undefined") {
  for (const name of ["offsetHeight", "clientHeight"]) Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 640 });
  for (const name of ["offsetWidth", "clientWidth"]) Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 420 });
}
afterEach(() => useBackend(null));
