/** After this long a button works again even if the page never changed: a download, a lost network. The form's own key keeps it one effect. */
const PATIENCE_MS = 20_000;

/** A form that is sent cannot be sent again by a second press; coming back to the page, it can. Forms that only ask (GET) are left alone. */
export function once(): void {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset.sent !== undefined) {
      e.preventDefault();
      return;
    }
    form.dataset.sent = "";
    // Only after this event: a disabled button would not be sent along with its name and value.
    window.setTimeout(() => buttons(form, true));
    window.setTimeout(() => release(form), PATIENCE_MS);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(release));
}

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  buttons(form, false);
}

function buttons(form: HTMLFormElement, stop: boolean): void {
  for (const b of Array.from(form.elements)) {
    if (!(b instanceof HTMLButtonElement) || b.type !== "submit") continue;
    if (stop && !b.disabled) {
      b.disabled = true;
      b.dataset.stopped = "";
    } else if (!stop && b.dataset.stopped !== undefined) {
      b.disabled = false;
      delete b.dataset.stopped;
    }
  }
}
