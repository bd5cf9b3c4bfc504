// Which clinic a person looks at is remembered for them.
import { beforeEach, describe, expect, it } from "vitest";
import { useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { useSession } from "@/state/session";

const LEILA = "SE2321000016-1005";
const session = useSession();
let fake: ReturnType<typeof fakeBackend>;
beforeEach(async () => {
  fake = fakeBackend({ latency: 0, step: 0 });
  useBackend(fake);
  await session.refresh();
});

describe("the chosen clinic", () => {
  it("is there again after signing in anew, for that person only", async () => {
    await session.signIn(LEILA);
    expect(session.clinic.value).toBeNull();
    const stranden = session.assignments.value[1]!.clinic;
    await session.chooseClinic(stranden);
    await session.signOut();
    expect(session.clinic.value).toBeNull();
    await session.signIn("SE2321000016-1008");
    expect(session.clinic.value).toBeNull();
    await session.signOut();
    await session.signIn(LEILA);
    expect(session.clinic.value).toBe(stranden);
    await session.chooseClinic(null);
    await session.signOut();
    await session.signIn(LEILA);
    expect(session.clinic.value).toBeNull();
  });

  it("is not gone back to when the screen reads its state again", async () => {
    await session.signIn(LEILA);
    const [first, second] = session.assignments.value.map((one) => one.clinic);
    await session.chooseClinic(first!);
    fake.state.options.failing.chooseClinic = { code: "internal", facts: {}, detail: "the settings can't be written" };
    await session.chooseClinic(second!);
    await session.refresh();
    expect(session.clinic.value).toBe(second);
  });

  it("is all of them when the person does not work there any more", async () => {
    await session.signIn(LEILA);
    fake.state.clinics.set(LEILA, "SE2321000016-GONE");
    await session.signOut();
    await session.signIn(LEILA);
    expect(session.clinic.value).toBeNull();
  });
});
