// The browser of the tests: Debian's own Chromium, driven by playwright-core, which brings none.
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const out = new URL("./out/", import.meta.url).pathname;
export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 800 };

/** Starts Chromium; `CHROMIUM` names another one. */
export async function launch() {
  await mkdir(out, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"],
  });
}

/**
 * The page as it stands, with its scripts left out, in a window where the checker itself can run: without JavaScript
 * no timer fires, so axe would wait for ever. What was typed but not sent is not carried over.
 */
async function twin(page) {
  const html = await page.content();
  let copy = twins.get(page);
  if (!copy) {
    const own = page.context();
    const context = await own.browser().newContext({ viewport: page.viewportSize(), locale: "zh-CN", storageState: await own.storageState() });
    own.once("close", () => context.close().catch(() => {}));
    copy = { page: await context.newPage(), html };
    twins.set(page, copy);
    await copy.page.route("**/*", (route) => {
      if (route.request().resourceType() === "script") return route.abort();
      if (route.request().isNavigationRequest()) return route.fulfill({ contentType: "text/html; charset=utf-8", body: copy.html });
      return route.continue();
    });
  }
  copy.html = html;
  // An address that differs by its mark alone would not be loaded again.
  await copy.page.goto("about:blank");
  await copy.page.goto(page.url());
  return copy.page;
}

/** The twin of each page that was looked at without JavaScript. */
const twins = new WeakMap();

/** Asserts that the page as it stands breaks no rule of WCAG 2.2 A and AA that a program can find; `scripts: false` for a page without JavaScript. */
export async function axe(page, { label = page.url(), scripts = true } = {}) {
  if (!scripts) {
    return axe(await twin(page), { label });
  }
  // Injected by the debugger, so the strict CSP of the pages stays as it is.
  const wrong = await page.evaluate(`(async () => {
    ${axeSource};
    const r = await axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"] });
    return r.violations.map((v) => v.id + " (" + v.help + ")\\n" + v.nodes.slice(0, 4).map((n) => "    " + n.target.join(" ") + "\\n      " + n.failureSummary.replace(/\\n\\s*/g, " ")).join("\\n"));
  })()`);
  if (wrong.length > 0) throw new Error(`axe found ${wrong.length} on ${label}:\n  ${wrong.join("\n  ")}`);
}

/** Asserts that nothing stands out at the side at these widths, and sets the window back. */
export async function noSideways(page, widths = [320, 360, 390]) {
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    const found = await page.evaluate(`(() => {
      const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
      if (wide <= room) return null;
      const who = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room + 1).slice(0, 5);
      return wide + "px of content in " + room + "px: " + who.map((e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.getAttribute("class") ? "." + e.getAttribute("class").replace(/ /g, ".") : "")).join(", ");
    })()`);
    if (found) throw new Error(`sideways scroll at ${width}: ${found} on ${page.url()}`);
  }
  await page.setViewportSize(before);
}

/**
 * Asserts that everything to press is big enough (R-U-4): `least` px each way, 44 on ordinary pages, 60 in the elder version.
 * A link inside a sentence counts with its padding; boxes in a table count with their cell.
 */
export async function bigEnough(page, least = 44, within = "main, header, footer") {
  const small = await page.evaluate(`(() => {
    const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.closest(".sr, .skip");
    const all = [...document.querySelectorAll(${JSON.stringify(within)})].flatMap((e) => [...e.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]);
    return all.filter(shown).map((e) => {
      const box = e.closest("label.pick, td") && e.matches("[type=checkbox], [type=radio]") ? e.closest("label.pick, td") : e;
      const r = box.getBoundingClientRect();
      return { what: e.tagName.toLowerCase() + " " + (e.textContent.trim() || e.name || "").slice(0, 20), w: Math.round(r.width), h: Math.round(r.height) };
    }).filter((x) => x.h < ${least} - 0.5).map((x) => x.what + " " + x.w + "x" + x.h);
  })()`);
  if (small.length > 0) throw new Error(`smaller than ${least}px on ${page.url()}: ${small.slice(0, 8).join("; ")}`);
}

/** Prints the page as the reader's printer would: writes `out/NAME.pdf`, answers the number of sheets. */
export async function pdf(page, name, options = {}) {
  const bytes = await page.pdf({ path: `${out}${name}.pdf`, printBackground: true, preferCSSPageSize: true, ...options });
  return (bytes.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
}
