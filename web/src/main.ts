// Everything here only improves pages that work without it. The file is loaded with `defer`, so the page is there.
import { suggest } from "./alike";
import { drafts } from "./drafts";
import { cameBack, keys } from "./keys";
import { countDown } from "./left";
import { once } from "./once";
import { printing } from "./print";
import { preview } from "./tally";
import { voice } from "./voice";

/** One part that fails (an odd browser, a locked store) must not take the others with it. */
function each<E extends Element>(what: string, make: (e: E) => void): void {
  document.querySelectorAll<E>(what).forEach((e) => attempt(() => make(e)));
}

function attempt(act: () => void): void {
  try {
    act();
  } catch (e) {
    console.warn(e);
  }
}

// The recorder comes before the guard against a second press: it may hold a form back.
each<HTMLInputElement>("input[type=file][data-voice]", voice);
attempt(once);
attempt(() => keys(window.sessionStorage, cameBack()));
each<HTMLTextAreaElement>("textarea[data-left]", countDown);
attempt(() => drafts(window.localStorage, Date.now()));
each<HTMLFormElement>("form[data-suggest]", suggest);
each<HTMLElement>("[data-tally]", preview);
attempt(printing);
// Someone who listens to the page hears first what is wrong.
attempt(() => document.querySelector<HTMLElement>(".bad-sum")?.focus());
