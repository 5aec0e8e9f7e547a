// Runs the stories of e2e/stories in a real browser against a freshly started demo, and the check of the stylesheet before them.
//   node run.mjs [WORD..]     only stories whose file name holds one of the words
//   WUGONG_BIN                the program (default: target/debug/wugong, or under CARGO_TARGET_DIR)
//   WUGONG_MODE               only this mode of each story
//   WUGONG_BASE               a demo that already runs; then none is started
//   CHROMIUM                  the browser (default: /usr/bin/chromium)
// A story is a module with `name`, `run(tools)` and perhaps `modes`, a list out of: plain nojs elder max en dark desk.
// It runs once a mode (default: plain). Tools: page, browser, base, command, copy, mode, open, step, axe, noSideways, bigEnough, shot, pdf.
import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { checkCss } from "./css70.mjs";
import { sql } from "./sql.mjs";
import { axe, bigEnough, desk, launch, noSideways, out, pdf, phone } from "./browser.mjs";

const here = new URL(".", import.meta.url).pathname;
const only = process.argv.slice(2);
const started = Date.now();
let passed = 0;
let failed = 0;

/** Starts the demo and waits for the line with its address. */
async function demo() {
  if (process.env.WUGONG_BASE) return { base: process.env.WUGONG_BASE.replace(/\/$/, ""), stop: async () => {} };
  const program = process.env.WUGONG_BIN ?? resolve(here, "..", process.env.CARGO_TARGET_DIR ?? "target", "debug/wugong");
  const data = await mkdtemp(join(tmpdir(), "wugong-e2e-"));
  const copies = [];
  // The program takes every WUGONG_ word of the environment for a setting and refuses those that it does not know.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("WUGONG_")));
  const child = spawn(program, ["demo", "--seed", "7", "--port", "0", "--data", data], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let base = null;
  let ended = null;
  const gone = new Promise((done) => {
    child.once("error", (e) => { ended = e.message; done(); });
    child.once("exit", (code, signal) => { ended = `ended with ${code ?? signal}`; done(); });
  });
  const hear = (chunk) => {
    said = (said + chunk).slice(-20000);
    base ??= /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? null;
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const stop = async () => {
    if (ended === null) child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(patience);
    for (const folder of [data, ...copies]) await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + 180_000;
  while (base === null && ended === null && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50));
  if (base === null) {
    await stop();
    throw new Error(`${program} gave no address: ${ended ?? "still silent after 180 s"}\n${said}`);
  }
  const on = (folder) => (...args) => promisify(execFile)(program, [...args, "--data", folder], { env: { ...env, LANG: "C" } });
  /** A copy of the data as they stand, for what must not be done to the demo itself: `command` and, past the program, `sql` on it. */
  const copy = async () => {
    const folder = await mkdtemp(join(tmpdir(), "wugong-e2e-"));
    copies.push(folder);
    await cp(join(data, "secret"), join(folder, "secret"), { recursive: true });
    await sql(join(data, "wugong.db"), `VACUUM INTO '${join(folder, "wugong.db")}'`);
    return { command: on(folder), sql: (statement) => sql(join(folder, "wugong.db"), statement) };
  };
  /** Runs a command of the program on the demo's own data, while it serves. */
  const command = on(data);
  return { base, stop, command, copy, said: () => said };
}

const MODES = {
  plain: {},
  nojs: { context: { javaScriptEnabled: false } },
  elder: { press: ["elder"] },
  max: { press: ["elder", "max"] },
  en: { press: ["en"] },
  dark: { context: { colorScheme: "dark" } },
  desk: { context: { viewport: desk } },
};

/** The switches that stand in the head or foot of every page. */
const SWITCHES = { elder: "look=elder", max: "look=max", plain: "look=plain", en: "lang=en", zh: "lang=zh", dark: "theme=dark", light: "theme=light" };

/** Presses a switch, as a reader would. */
async function press(page, word) {
  await page.locator(`a[href*="${SWITCHES[word]}"]:visible`).first().click();
  await page.waitForLoadState();
}

async function runStory(file, browser, { base, command, copy }) {
  const story = await import(join(here, "stories", file));
  for (const mode of story.modes ?? ["plain"]) {
    if (process.env.WUGONG_MODE && process.env.WUGONG_MODE !== mode) continue;
    const id = `${file.replace(/\.mjs$/, "")}${mode === "plain" ? "" : `-${mode}`}`;
    const contexts = [];
    const trouble = [];
    const scriptless = new WeakSet();
    /** A new reader with an own cookie jar. */
    const open = async (as = mode, more = {}) => {
      if (!(as in MODES)) throw new Error(`no mode ${as}`);
      const context = await browser.newContext({ baseURL: base, viewport: phone, locale: "zh-CN", timezoneId: "Asia/Shanghai", colorScheme: "light", ...MODES[as].context, ...more });
      context.setDefaultTimeout(15_000);
      contexts.push(context);
      const page = await context.newPage();
      if (MODES[as].context?.javaScriptEnabled === false) scriptless.add(page);
      // No request ever leaves the installation's own origin, no page breaks its own CSP, no script fails, no answer is a 5xx.
      page.on("request", (r) => { if (!r.url().startsWith(`${base}/`) && !/^(data|blob|about):/.test(r.url())) trouble.push(`request to ${r.url()}`); });
      page.on("response", (r) => { if (r.status() >= 500) trouble.push(`${r.status()} from ${r.request().method()} ${r.url()}`); });
      page.on("pageerror", (e) => trouble.push(`script error on ${page.url()}: ${e.message}`));
      page.on("console", (m) => { if (m.type() === "error" && !/Failed to load resource/.test(m.text())) trouble.push(`console on ${page.url()}: ${m.text()}`); });
      if (MODES[as].press) {
        await page.goto(`${base}/`);
        for (const word of MODES[as].press) await press(page, word);
      }
      return page;
    };
    let n = 0;
    let page;
    const shot = (name = String(n).padStart(2, "0"), of = page, more = {}) => of.screenshot({ path: `${out}${id}-${name}.png`, fullPage: true, ...more });
    const step = async (words, act) => {
      n += 1;
      const t = Date.now();
      await act();
      if (trouble.length > 0) throw new Error(trouble.splice(0).join("\n"));
      passed += 1;
      console.log(`ok   ${id}: ${words} (${Date.now() - t} ms)`);
    };
    let last = "";
    const stepNamed = async (words, act) => { last = words; await step(words, act); };
    try {
      page = await open();
      await story.run({
        page, browser, base, command, copy, mode, open, shot, press, noSideways, bigEnough,
        step: stepNamed,
        axe: (of = page) => axe(of, { scripts: !scriptless.has(of) }),
        pdf: (name, of = page, more = {}) => pdf(of, `${id}-${name}`, more),
      });
      if (n === 0) throw new Error("the story has no step");
    } catch (e) {
      failed += 1;
      console.log(`FAIL ${id}: ${last || "before the first step"}\n${String(e.stack ?? e).replace(/^/gm, "     ")}`);
      if (page) await shot("failed").catch(() => {});
    } finally {
      for (const c of contexts) await c.close().catch(() => {});
    }
  }
}

const css = only.length === 0 ? checkCss() : { passed: 0, failed: 0 };
passed += css.passed;
failed += css.failed;
const files = (await readdir(join(here, "stories"))).filter((f) => f.endsWith(".mjs")).sort().filter((f) => only.length === 0 || only.some((w) => f.includes(w)));
let server;
let browser;
try {
  browser = await launch();
  for (const file of files) {
    const before = failed;
    // Each file has a demo of its own: a story lets days pass, and the meetings of the next one would be over.
    server = await demo();
    await runStory(file, browser, server);
    if (failed > before && server.said) console.log(`     the program's last lines:\n${server.said().split("\n").slice(-15).join("\n").replace(/^/gm, "     | ")}`);
    await server.stop();
    server = null;
  }
} catch (e) {
  failed += 1;
  console.log(`FAIL ${String(e.stack ?? e)}`);
} finally {
  await browser?.close();
  await server?.stop();
}
console.log(`browser stories took ${((Date.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
