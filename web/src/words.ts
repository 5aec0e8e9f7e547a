/** Puts numbers into a sentence that the server translated: `fill("还可以写{n}个字", { n: 12 })`. Unknown names stay as they are. */
export function fill(text: string, values: Record<string, number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    return Object.prototype.hasOwnProperty.call(values, name) ? String(values[name]) : whole;
  });
}

/**
 * The whole number that a person typed, or null when it is none. Full-width digits and spaces count as a Chinese keyboard
 * types them; the server reads the same way.
 */
export function whole(text: string): number | null {
  const plain = text.replace(/[\uff10-\uff19]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0)).replace(/[\s\u3000]/g, "");
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}

/** How many characters a person would count: an emoji is one, and a line's end is one however it is sent. */
export function letters(text: string): number {
  return Array.from(text.normalize("NFC").replace(/\r\n/g, "\n")).length;
}

/** Seconds as on a recorder: 0:07, 2:31. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** Says a sentence to a reader: an element that its text is announced from, placed after `where`. */
export function sayAfter(where: Element, className: string): HTMLElement {
  const p = document.createElement("p");
  p.className = className;
  p.setAttribute("role", "status");
  where.insertAdjacentElement("afterend", p);
  return p;
}
