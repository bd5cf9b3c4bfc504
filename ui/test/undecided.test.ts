// Without contact nothing is called done that the server has not decided, and what is told of one's own words is true.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_FILTER } from "@/state/filter";
import { api, type Scope } from "@/ipc";
import { watchConnection } from "@/state/connection";
import { resetHeld } from "@/state/held";
import { all, backend, find, seen, show, signedIn, tap, type Fake } from "./whole";

let fake: Fake;
let caseId: string;
beforeEach(() => resetHeld());
async function start(scope: Scope, { online = false, who = "SE2321000016-1002" } = {}): Promise<void> {
  fake = backend();
  await signedIn(fake, who);
  fake.state.online = online;
  const { rows } = await api.listCases({ scope, clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows.find((row) => !row.hasDraft)!.id;
  await show(`/cases/${scope}/${caseId}`, watchConnection());
  await seen("thread");
}
const heard = (words: string | RegExp) => vi.waitFor(() => expect(find("announcement").text()).toMatch(words));

describe("without contact", () => {
  it("a case that is taken is said to become one's own later, in passing and in the case", async () => {
    await start("groups");
    await tap("act-take");
    await heard(/^Ärendet blir ditt när du är ansluten igen/);
    expect((await seen("act-waits")).text()).toContain("Det blir ditt när du är ansluten igen");
  });

  it("a case that is given away is said to be given later", async () => {
    await start("inbox", { who: "SE2321000016-1001" });
    await tap("act-distribute");
    await seen("target");
    await find("target").trigger("click");
    await tap("distribute-go");
    await heard(/^Ärendet fördelas till .* när du är ansluten igen\.$/);
  });

  it("a case that is closed is said to be closed later", async () => {
    await start("mine");
    await tap("act-close");
    await (await seen("reason-handledByPhone")).setValue(true);
    const note = find("close-note");
    if (note.exists()) await note.setValue("Klart.");
    await tap("close-go");
    await heard(/^Ärendet avslutas när du är ansluten igen\.$/);
  });
});

it("with contact the same is said as before", async () => {
  await start("groups", { online: true });
  await tap("act-take");
  await heard(/^Ärendet är ditt\.$/);
  expect(find("act-waits").exists()).toBe(false);
});

it("the row of a case in which something has stopped does not say that it is being sent", async () => {
  fake = backend({ stopTake: true });
  await signedIn(fake, "SE2321000016-1002");
  const { rows } = await api.listCases({ scope: "groups", clinic: null, search: null, filter: NO_FILTER, offset: 0, limit: 50 });
  caseId = rows[0]!.id;
  await api.take(caseId);
  await show("/cases/mine", watchConnection());
  await seen("case-row");
  const row = () => all("case-row").find((one) => one.attributes("data-case-id") === caseId)!.text();
  await vi.waitFor(() => expect(row().toLowerCase()).toContain("stoppat"));
  expect(row().toLowerCase()).not.toContain("skickas");
});
