// Numbers in parts: seen with a gap, copied without one, heard in words.
import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import SpacedNumber from "@/components/SpacedNumber.vue";
import { personalIdParts, spokenPersonalId } from "@/text/format";
import { sources } from "./sources";

const made = (id: string) => mount(SpacedNumber, { props: { parts: personalIdParts(id), spoken: spokenPersonalId(id) } });

it("holds nothing but digits and hyphen to see and copy, and says pairs", () => {
  const number = made("199801019804");
  const seen = number.get("[aria-hidden=true]");
  expect(seen.text()).toBe("19980101-9804");
  expect(seen.findAll("span").map((one) => one.text())).toEqual(["19", "980101-9804"]);
  expect(number.get(".sr-only").text()).toBe("19 98 01 01, 98 04");
});

it("leaves an identity of another kind whole", () => {
  expect(made("RES-12AB").get("[aria-hidden=true]").text()).toBe("RES-12AB");
});

it("no source writes a narrow blank, which is not drawn everywhere", () => {
  const guilty = sources().filter(({ text }) => /\u202f|\\u202f/i.test(text)).map(({ path }) => path);
  expect(guilty).toEqual([]);
});
