/** Where a form stands, so that its key is found again: the page, where it sends to, and what it carries unseen. */
function place(form: HTMLFormElement): string {
  const unseen = Array.from(form.querySelectorAll<HTMLInputElement>("input[type=hidden]")).filter((i) => i.name !== "form" && i.name !== "csrf");
  const { pathname, search } = window.location;
  return `wugong.key:${pathname}${search}>${form.getAttribute("action") ?? ""}>${unseen.map((i) => `${i.name}=${i.value}`).join("&")}`;
}

function key(form: HTMLFormElement): HTMLInputElement | null {
  // Only where something is written: a button that is pressed again and again means something new each time.
  return form.querySelector("textarea") ? form.querySelector<HTMLInputElement>("input[type=hidden][name=form]") : null;
}

/** Whether this page was reached by going back or forward. */
export function cameBack(): boolean {
  const [entry] = window.performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry?.type === "back_forward";
}

/**
 * Pages are never kept on a device, so going back asks for the form anew: what was typed comes back, under a fresh key, and sending it again
 * would do it twice. The key under which it was sent is put back, and the server knows it for the same form.
 */
export function keys(store: Storage, back: boolean): void {
  if (back) {
    for (const form of Array.from(document.forms)) {
      const [own, sent] = [key(form), store.getItem(place(form))];
      if (own && sent) own.value = sent;
    }
  }
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    const own = key(form);
    if (own) store.setItem(place(form), own.value);
  });
}
