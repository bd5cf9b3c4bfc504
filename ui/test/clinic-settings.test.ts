// What a clinic decides: beside what the region says, within what makes sense, and saved as a whole.
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import App from "@/App.vue";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { router } from "@/router";
import { resetCounts } from "@/state/counts";
import { useSession } from "@/state/session";

let app: VueWrapper;
let fake: ReturnType<typeof fakeBackend>;
const find = (name: string) => app.find(`[data-test=${name}]`);
const seen = (name: string) => vi.waitFor(() => { const one = find(name); if (!one.exists()) throw new Error(`no ${name}`); return one; }, { timeout: 3000 });

async function start(hsaId: string): Promise<void> {
  document.body.innerHTML = "";
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  resetCounts();
  await fake.commands.signIn(hsaId);
  await useSession().refresh();
  await router.push("/clinic");
  await router.isReady();
  app = mount(App, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
}
afterEach(() => app.unmount());

it("own days, closed days, an eve, reminders and undo windows are saved together", async () => {
  await start("SE2321000016-1005");
  await seen("days-region");
  expect(app.text()).toContain("Som regionen: 3 arbetsdagar");
  await find("days-own").trigger("change");
  await find("days").setValue(1);
  await find("closed-day").setValue("2026-13-30");
  await find("closed-day").trigger("change");
  expect(app.text()).toContain("Skriv dagen som 2026-11-28.");
  await find("closed-day").setValue("20261230");
  await find("closed-day").trigger("change");
  await find("closed-add").trigger("click");
  await app.findAll("[data-test=closed-remove]")[0]!.trigger("click");
  await find("eve-littleChristmas").setValue("off");
  await find("undo-own").trigger("change");
  await find("undo-finalReply").setValue(60);
  const saved = vi.spyOn(fake.commands, "saveClinicSettings");
  await find("clinic-settings").trigger("submit");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.calls[0]![1]).toMatchObject({ responseDays: 1, closedDays: ["2026-12-30"], undo: { partialReply: 10, counterQuestion: 10, finalReply: 60 } });
  expect(saved.mock.calls[0]![1].eves.find((eve) => eve.code === "littleChristmas")?.rule).toBe("off");
});

it("receivers are not reminded before whoever has the case, and too much is refused in words", async () => {
  await start("SE2321000016-1005");
  await seen("remind-receivers");
  const saved = vi.spyOn(fake.commands, "saveClinicSettings");
  await find("remind-receivers").setValue("7");
  expect(find("remind-wrong").exists()).toBe(true);
  await find("clinic-settings").trigger("submit");
  expect(saved).not.toHaveBeenCalled();
  await find("remind-receivers").setValue("9");
  await find("days-own").trigger("change");
  await find("days").setValue(99);
  await find("clinic-settings").trigger("submit");
  await vi.waitFor(() => expect(app.text()).toContain("Ett värde är för stort. Högst 60 går att välja."));
});

it("nobody else comes there", async () => {
  await start("SE2321000016-1001");
  expect(router.currentRoute.value.name).toBe("start");
});
