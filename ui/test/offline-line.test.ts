// The line for when the server can't be reached: why, since when, and what still works.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import OfflineLine from "@/features/connection/OfflineLine.vue";
import { useBackend, type ConnectionView } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { watchConnection } from "@/state/connection";
import { useSession } from "@/state/session";

let fake: ReturnType<typeof fakeBackend>;
let line: VueWrapper;
let unwatch: () => void;
let network: { mockReturnValue: (on: boolean) => unknown };

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-20T10:00:00Z") });
  network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  fake = fakeBackend({ latency: 0, step: 0, practice: false });
  useBackend(fake);
  await fake.commands.signIn("SE2321000016-1002");
  await useSession().refresh();
  unwatch = watchConnection();
  line = mount(OfflineLine);
  await flushPromises();
});
afterEach(() => {
  unwatch();
  line.unmount();
  vi.useRealTimers();
});
async function tell(view: ConnectionView): Promise<string> {
  fake.state.tell("connection", view);
  await flushPromises();
  return line.text();
}
const off = (code: string | null, since: string | null = "2026-11-20T08:30:00Z"): ConnectionView => ({ state: "offline", since, problem: code === null ? null : { code, facts: {}, detail: "" } });

describe("the offline line", () => {
  it.each([
    ["server-unreachable", "servern svarar inte."],
    ["server-timeout", "servern svarar inte."],
    ["server-error", "servern har problem."],
    ["busy", "servern har mycket att göra."],
    ["server-nonsense", "servern svarar något som programmet inte förstår."],
    ["disk-full", "disken är full."],
  ])("for %s says why and since when, and what still works", async (code, why) => {
    const words = await tell(off(code));
    expect(words).toContain(`Frånkopplad sedan kl. 09.30: ${why}`);
    expect(words).toContain("Du kan läsa, söka och skriva.");
  });

  it("tells a missing network from a server that does not answer, and notices when it is back", async () => {
    network.mockReturnValue(false);
    window.dispatchEvent(new Event("offline"));
    expect(await tell(off("server-unreachable"))).toContain("datorn har inget nätverk.");
    network.mockReturnValue(true);
    window.dispatchEvent(new Event("online"));
    await flushPromises();
    expect(line.text()).toContain("servern svarar inte.");
  });

  it("says no time where none is known, and no reason either", async () => {
    expect(await tell(off("server-error", null))).toContain("Frånkopplad: servern har problem.");
    expect(await tell(off(null))).toContain("Frånkopplad sedan kl. 09.30. Du kan läsa");
  });

  it("in practice mode says that the practice server is stopped, network or not", async () => {
    fake.state.options.practice = true;
    fake.state.online = false;
    network.mockReturnValue(false);
    window.dispatchEvent(new Event("offline"));
    await useSession().refresh();
    expect(await tell(off("server-unreachable"))).toContain("övningsservern är stoppad.");
  });

  it("says when the server signed the person out", async () => {
    expect(await tell({ state: "signedOutByServer" })).toContain("Servern loggade ut dig kl. 11.00.");
    expect(line.text()).toContain("finns kvar");
  });

  it("is not there while connected", async () => {
    expect(await tell({ state: "connected" })).toBe("");
  });
});
