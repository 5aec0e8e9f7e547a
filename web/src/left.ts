import { fill, letters } from "./words";

/** What stands under a long text: how many characters are left, or by how many it is too long. */
export function leftText(text: string, max: number, left: string, over: string): { words: string; over: boolean } {
  const n = max - letters(text);
  return n >= 0 || over === "" ? { words: fill(left, { n }), over: n < 0 } : { words: fill(over, { n: -n }), over: true };
}

/** `<textarea data-max="500" data-left="还可以写{n}个字" data-over="多了{n}个字">` gets a line that counts down. Nothing is ever cut off. */
export function countDown(area: HTMLTextAreaElement): void {
  const max = Number(area.dataset.max);
  const left = area.dataset.left;
  if (!left || !(max > 0)) return;
  const line = document.createElement("p");
  area.insertAdjacentElement("afterend", line);
  const show = (): void => {
    const now = leftText(area.value, max, left, area.dataset.over ?? "");
    line.textContent = now.words;
    line.className = now.over ? "err count" : "hint count";
    // Read aloud only near the end: a reader does not want to hear a number after every key.
    line.setAttribute("aria-live", max - letters(area.value) <= 20 ? "polite" : "off");
  };
  area.addEventListener("input", show);
  show();
}
