import { beforeEach, describe, expect, it } from "vitest";
import { api, useBackend } from "@/ipc";
import { fakeBackend } from "@/ipc/fake";
import { announce, useAnnouncements } from "@/state/announce";
import { useSession } from "@/state/session";

beforeEach(() => useBackend(fakeBackend({ latency: 0, step: 0, cases: 4 })));

describe("what was said to one person", () => {
  it("is gone when the next one sits down", async () => {
    const { signIn, signOut } = useSession();
    const [first] = await api.practicePeople();
    await signIn(first!.hsaId);
    announce("Fördelat till Sara.");
    expect(useAnnouncements().shown.value).toBe("Fördelat till Sara.");
    await signOut();
    expect(useAnnouncements().shown.value).toBeNull();
    expect(useAnnouncements().said.value).toBe("");
  });
});
