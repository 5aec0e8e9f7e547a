import { fill, sayAfter, whole } from "./words";

/** The sum of a count beside those present: what is left over, or by how many the hands are too many; null while numbers are missing. */
export function tally(hands: (number | null)[], present: number | null): { sum: number; present: number; left: number; over: number } | null {
  if (present === null || hands.length === 0 || hands.some((n) => n === null)) return null;
  const sum = hands.reduce<number>((a, n) => a + (n ?? 0), 0);
  return { sum, present, left: Math.max(0, present - sum), over: Math.max(0, sum - present) };
}

/**
 * `<fieldset data-tally="yes no abstain" data-of="present" data-fits=".. {sum} {present} {left}" data-over=".. {over}">` says the sum while
 * it is typed. `data-of` is the name of a field of the same form, or a number. It only adds up; whether a motion is carried the server says.
 */
export function preview(box: HTMLElement): void {
  const form = box.closest("form") ?? (box instanceof HTMLFieldSetElement ? box.form : null);
  const of = box.dataset.of ?? "";
  if (!form) return;
  const field = (name: string): HTMLInputElement | null => form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`);
  const line = sayAfter(box, "meta");
  const show = (): void => {
    const hands = (box.dataset.tally ?? "").split(/\s+/).filter(Boolean).map((name) => whole(field(name)?.value ?? ""));
    const t = tally(hands, whole(of) ?? whole(field(of)?.value ?? ""));
    line.className = t && t.over > 0 ? "err" : "meta";
    line.textContent = t ? fill((t.over > 0 ? box.dataset.over : box.dataset.fits) ?? "", t) : "";
  };
  form.addEventListener("input", show);
  show();
}
