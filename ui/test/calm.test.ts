// What is said when a read fails: nobody is told that nothing is lost where nothing of theirs was at stake.
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { app, backend, seen, show, signedIn } from "./whole";

async function openFirst(search: string, failing: string, code: string): Promise<void> {
  const fake = backend();
  fake.state.options.failing[failing] = { code, facts: {}, detail: "" };
  await signedIn(fake, "SE2321000016-1001");
  await show("/cases/inbox");
  await seen("case-row");
  await app().findAll("[data-test=case-row]").find((row) => row.text().includes(search))?.trigger("click");
  await seen("thread");
}

describe("a failed read", () => {
  it("of whom a case can go to says that the case is as it was", async () => {
    await openFirst("", "targets", "internal");
    await app().get("[data-test=act-distribute]").trigger("click");
    await flushPromises();
    expect((await seen("calm")).text()).toBe("Ärendet har inte ändrats.");
    expect(app().get("[data-test=distribute-search]").attributes("aria-controls")).toBeUndefined();
  });

  it("of a file says that only the showing is hit", async () => {
    await openFirst("bilag", "previewOpen", "file-encrypted");
    await app().get("[data-test=attachment-open]").trigger("click");
    await flushPromises();
    expect((await seen("calm")).text()).toContain("bara visningen");
    expect(app().get("[data-test=preview]").text()).toContain("låst med lösenord");
    expect(app().get("[data-test=preview]").text()).not.toContain("gått förlorat");
  });
});
