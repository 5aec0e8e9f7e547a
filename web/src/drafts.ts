/** A text that was typed and not yet sent. */
export interface Draft {
  /** Field name to text. */
  texts: Record<string, string>;
  /** When it was last typed, milliseconds since 1970. */
  at: number;
  /** The form was sent; whether it arrived shows on the next page. */
  sent: boolean;
}

const PREFIX = "wugong.draft:";
const DAYS_KEPT = 7;
const LONGEST = 20_000;

/**
 * Whether a draft is still wanted. Old ones go; a sent one goes only when a page says that something was done (`data-done`). An error page,
 * a lost session or a dead network prove nothing, so after them the text is still here.
 */
export function keep(draft: Draft, done: boolean, now: number): boolean {
  if (now - draft.at > DAYS_KEPT * 86_400_000 || draft.at > now + 86_400_000) return false;
  return !(draft.sent && done);
}

/** Reads what was stored; anything else than a draft (another version, a full disk's half) is none. */
export function parse(raw: string | null): Draft | null {
  if (raw === null) return null;
  try {
    const d = JSON.parse(raw) as Partial<Draft> | null;
    if (!d || typeof d.at !== "number" || typeof d.texts !== "object" || d.texts === null) return null;
    const texts: Record<string, string> = {};
    for (const [name, text] of Object.entries(d.texts)) if (typeof text === "string" && text !== "") texts[name] = text;
    return { texts, at: d.at, sent: d.sent === true };
  } catch {
    return null;
  }
}

/** A form's drafts are kept under the path that it is sent to, which names the thing that is written about. */
export function keyOf(action: string): string {
  return PREFIX + new URL(action).pathname;
}

/** Drops every draft: at sign-out, and on a device that several people use. */
export function forget(store: Storage): void {
  for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) store.removeItem(key);
}

/**
 * `<form data-draft="接着上次没写完的写。" data-draft-clear="不要了">`: what is typed into its text areas is kept on this device until it arrives.
 * The words tell the reader that a draft came back, so it never comes back in silence; a form without them keeps nothing.
 * `data-no-draft` on the form or the page (helpers, shared devices) switches it off; `data-forget` on a form (sign-out) drops all.
 */
export function drafts(store: Storage, now: number): void {
  if (document.documentElement.hasAttribute("data-no-draft") || document.body.hasAttribute("data-no-draft")) {
    forget(store);
    return;
  }
  const forms = Array.from(document.querySelectorAll<HTMLFormElement>("form[data-draft]:not([data-no-draft])"));
  const done = document.querySelector("[data-done]") !== null;
  for (const key of Object.keys(store)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = parse(store.getItem(key));
    if (!draft || !keep(draft, done, now)) store.removeItem(key);
  }
  for (const form of forms) follow(form, store);
  document.addEventListener("submit", (e) => {
    if (e.target instanceof HTMLFormElement && e.target.hasAttribute("data-forget")) forget(store);
  });
}

function follow(form: HTMLFormElement, store: Storage): void {
  const key = keyOf(form.action);
  const areas = Array.from(form.querySelectorAll<HTMLTextAreaElement>("textarea[name]"));
  const old = parse(store.getItem(key));
  const back: HTMLTextAreaElement[] = [];
  for (const area of areas) {
    const text = old?.texts[area.name];
    // What the server printed is newer than the draft: it came back with an error beside it.
    if (text === undefined || area.value !== "") continue;
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    back.push(area);
  }
  const save = (sent: boolean): void => {
    const texts: Record<string, string> = {};
    for (const area of areas) if (area.value !== "" && area.value.length <= LONGEST) texts[area.name] = area.value;
    try {
      if (Object.keys(texts).length === 0) store.removeItem(key);
      else store.setItem(key, JSON.stringify({ texts, at: Date.now(), sent } satisfies Draft));
    } catch {
      // A full store only means that this text is not kept; typing goes on.
    }
  };
  if (back.length > 0) {
    const line = document.createElement("p");
    line.className = "meta";
    line.setAttribute("role", "status");
    line.textContent = form.dataset.draft ?? "";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "plain";
    clear.textContent = form.dataset.draftClear ?? "";
    clear.addEventListener("click", () => {
      for (const area of back) {
        area.value = "";
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      save(false);
      line.remove();
      back[0]?.focus();
    });
    if (clear.textContent !== "") line.append(" ", clear);
    form.prepend(line);
  }
  let timer = 0;
  const now = (sent: boolean): void => {
    window.clearTimeout(timer);
    timer = 0;
    save(sent);
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(now, 500, false);
  });
  window.addEventListener("pagehide", () => {
    if (timer !== 0) now(false);
  });
  form.addEventListener("submit", (e) => {
    if (!e.defaultPrevented) now(true);
  });
}
