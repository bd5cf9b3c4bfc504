// A file dropped on the window must not replace the whole screen with itself; files are attached by the button.
export function refuseDrops(on: EventTarget): void {
  const refuse = (event: Event): void => {
    const drag = event as DragEvent;
    const files = drag.dataTransfer?.types.includes("Files") ?? false;
    // A word moved within the text being written is the writer's own business.
    if (!files && drag.target instanceof Element && drag.target.closest("textarea, input")) return;
    drag.preventDefault();
    if (drag.dataTransfer) drag.dataTransfer.dropEffect = "none";
  };
  on.addEventListener("dragover", refuse);
  on.addEventListener("drop", refuse);
}
