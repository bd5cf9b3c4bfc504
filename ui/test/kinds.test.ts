// What one may not send takes no room among what one may, and is told once.
import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import KindPicker from "@/features/composer/KindPicker.vue";
import type { ActView } from "@/ipc";

const yes = (act: ActView["act"]): ActView => ({ act, allowed: true, why: null });
const no = (act: ActView["act"], why: string): ActView => ({ act, allowed: false, why });
const picker = (acts: ActView[], modelValue: "partialReply" | "finalReply" | null) => mount(KindPicker, { props: { acts, modelValue } });

it("only what may be sent is offered, with one line on the rest", () => {
  const one = picker([yes("partialReply"), no("counterQuestion", "not-assignee"), no("finalReply", "not-assignee")], "partialReply");
  expect(one.findAll("input").map((input) => input.attributes("data-test"))).toEqual(["kind-partialReply"]);
  expect(one.findAll("[data-test=kinds-not]").map((line) => line.text())).toEqual(["Motfråga och Svar: Bara den som har ärendet kan göra det. Be att få det omfördelat till dig."]);
});

it("what was chosen before it was forbidden still stands, with why", () => {
  const one = picker([yes("partialReply"), no("counterQuestion", "forbidden"), no("finalReply", "take-first")], "finalReply");
  expect(one.findAll("input").map((input) => input.attributes("data-test"))).toEqual(["kind-partialReply", "kind-finalReply"]);
  expect(one.text()).toContain("Ta ärendet först");
  expect(one.find("[data-test=kinds-not]").exists()).toBe(false);
});
