// Brings something whole into what one sees: not behind what stands fast above or below it.

const AIR = 8;

function scrollerOf(element: Element): Element | null {
  for (let around = element.parentElement; around; around = around.parentElement) if (["auto", "scroll"].includes(getComputedStyle(around).overflowY)) return around;
  return null;
}
/** Of what is not drawn as a box of its own (`display: contents`) nothing stands in the way. */
const boxOf = (element: Element | null | undefined): DOMRect | null => {
  const box = element?.getBoundingClientRect();
  return box?.height ? box : null;
};

/** What is higher than the room shows its beginning. */
export function reveal(element: Element, { head, foot }: { head?: Element | null; foot?: Element | null } = {}): void {
  element.scrollIntoView?.({ block: "nearest" });
  const scroller = scrollerOf(element);
  if (!scroller) return;
  const view = scroller.getBoundingClientRect();
  const top = Math.max(view.top, boxOf(head)?.bottom ?? view.top) + AIR;
  const bottom = Math.min(view.bottom, boxOf(foot)?.top ?? view.bottom) - AIR;
  const box = element.getBoundingClientRect();
  if (box.top < top) scroller.scrollTop -= top - box.top;
  else if (box.bottom > bottom) scroller.scrollTop += Math.min(box.bottom - bottom, box.top - top);
}
