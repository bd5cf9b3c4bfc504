// Parts of the screen that the first picture does without: they come when it stands, or when somebody asks for them sooner.
import { defineAsyncComponent, type Component } from "vue";
import { allSentences } from "@/text";

/** With the part come the sentences that it may say. */
export async function withSentences<T>(load: () => Promise<T>): Promise<T> {
  const [part] = await Promise.all([load(), allSentences()]);
  return part;
}

const waiting: (() => Promise<unknown>)[] = [];

/** A part that is fetched soon. */
export function soon<T extends Component>(load: () => Promise<{ default: T }>): T {
  const fetch = () => withSentences(load);
  waiting.push(fetch);
  return defineAsyncComponent(async () => (await fetch()).default);
}

/** The first picture stands: the rest, one after the other. What can't be fetched now is fetched when it is needed. */
export async function fetchSoon(): Promise<void> {
  await allSentences().catch(() => undefined);
  for (const fetch of waiting.splice(0)) await fetch().catch(() => undefined);
}
