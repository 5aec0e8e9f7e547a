const PAUSE_MS = 400;
const SHORTEST = 4;

/** Whether a text is worth a look: long enough, and not the one that was looked at last. */
export function worthALook(text: string, last: string): boolean {
  const t = text.trim();
  return Array.from(t).length >= SHORTEST && t !== last.trim();
}

/**
 * `<form data-suggest="/needs/alike">` with fields `[data-alike]` and a place `[data-suggest-into]`: after a pause in typing these fields go to
 * the address by POST (a text in an address would stand in logs) with the form's hidden fields, and the fragment that the server renders
 * is shown. Any trouble shows nothing: the form works without.
 */
export function suggest(form: HTMLFormElement): void {
  const url = form.dataset.suggest;
  const into = form.querySelector<HTMLElement>("[data-suggest-into]");
  const fields = Array.from(form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-alike]"));
  if (!url || !into || fields.length === 0) return;
  into.setAttribute("aria-live", "polite");
  let timer = 0;
  let last = "";
  let running: AbortController | null = null;
  const look = async (): Promise<void> => {
    const text = fields.map((f) => f.value).join("\n");
    // Whoever has ticked one keeps it while typing on.
    if (into.querySelector("input:checked")) return;
    if (text.trim() === "") into.textContent = "";
    if (!worthALook(text, last)) return;
    last = text;
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const body = new URLSearchParams();
    form.querySelectorAll<HTMLInputElement>("input[type=hidden][name]").forEach((h) => body.append(h.name, h.value));
    for (const f of fields) body.append(f.name, f.value);
    try {
      const answer = await fetch(url, { method: "POST", body, signal: mine.signal, credentials: "same-origin", headers: { Accept: "text/html" } });
      const html = answer.ok ? await answer.text() : "";
      if (running === mine && !into.querySelector("input:checked")) into.innerHTML = html;
    } catch {
      // No network, or a newer question is on its way.
    }
  };
  const wait = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(), PAUSE_MS);
  };
  for (const f of fields) {
    // While pinyin is being composed the field holds letters that nobody meant.
    f.addEventListener("input", (e) => {
      if (!(e as InputEvent).isComposing) wait();
    });
    f.addEventListener("compositionend", wait);
  }
}
