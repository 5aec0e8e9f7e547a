// What the stories of people do on the pages: press and type by the words that stand there, sign in as somebody, let days pass.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { words } from "./words.mjs";

/** The steps of a walk in one mode. `anybody` is a visitor without an account. */
export function walk({ anybody, mode, open, axe, noSideways, bigEnough }) {
  const t = words(mode === "en" ? "en" : "zh-CN");
  const button = (on, key, values) => on.getByRole("button", { name: t(key, values), exact: true });
  const link = (on, key, values) => on.getByRole("link", { name: t(key, values), exact: true });
  const field = (on, key) => on.getByLabel(t(key), { exact: true });
  const pick = (on, text) => on.locator("label.pick", { hasText: text }).click();
  /** The page says it, where it can be seen. */
  const says = (on, text) =>
    on.locator("main").getByText(text).first().waitFor({ timeout: 8000 }).catch(async () => {
      throw new Error(`${on.url()} does not say ${text}:\n${(await on.locator("main").innerText()).slice(0, 1500)}`);
    });
  /** Opens every part of the chain that lies folded. */
  const unfold = async (on) => {
    for (const part of await on.locator("main .chain details").all()) {
      if ((await part.getAttribute("open")) === null && (await part.isVisible())) await part.locator("summary").first().click();
    }
  };
  /** What holds on every page of the way. Papers to print are not for fingers. */
  const look = async (on, paper = false) => {
    await axe(on);
    await noSideways(on);
    if (!paper) await bigEnough(on, mode === "elder" ? 60 : 44);
  };
  /** Signs in as one of those who were made for the demo, by the strip above every page. */
  const as = async (role) => {
    const who = await open();
    await who.goto("/");
    await who.locator(".strip a").click();
    await who.getByRole("button", { name: t(`demo-${role}-title`) }).click();
    await who.waitForURL((url) => !url.pathname.startsWith("/demo"));
    return who;
  };
  /** Lets days pass, as anybody can in a demo. */
  const pass = async (...days) => {
    await anybody.locator(".strip a").click();
    for (const n of days) await anybody.locator(`button[name=days][value="${n}"]`).click();
    await says(anybody, t("demo-strip-day"));
    await look(anybody);
  };
  /** The day so many days after the one at which the demo stands. */
  const day = async (after = 0) => {
    // A reader without cookies: the first page in large type names no day.
    const home = await (await fetch(new URL("/", anybody.url()))).text();
    const today = /class="day" datetime="([^"]+)"/.exec(home)?.[1];
    assert.ok(today, "the first page names its day");
    const at = new Date(`${today}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() + after);
    return at.toISOString().slice(0, 10);
  };
  /** Looks a code or a public number up by the link in the foot of every page. */
  const lookUp = async (on, code) => {
    await link(on.locator("footer"), "nav-look-up").click();
    await field(on, "need-look-up-code").fill(code);
    await button(on, "need-look-up-send").click();
  };
  /** Marks households as come, one after the other down the roll, until it is enough. */
  const marked = async (on, enough) => {
    for (let n = 0; !(await enough(n)); n += 1) {
      assert.ok(n < 250, "never enough");
      const doors = on.locator('form[action$="/attend"]');
      if ((await doors.count()) === 0) await link(on, "pager-next").click();
      const unit = await doors.first().locator("[name=unit]").inputValue();
      await doors.first().getByRole("button", { name: t("room-mark-came"), exact: true }).click();
      await on.waitForURL((url) => url.hash === `#u-${unit}`);
    }
  };
  /** What a count came to. */
  const came = (on, key) => on.locator("main .tally b", { hasText: new RegExp(`^${t(key)}$`) }).first().waitFor();
  return { t, button, link, field, pick, says, unfold, look, as, pass, day, lookUp, marked, came };
}

/** Prints a paper: what it must say stands on it, its QR code is at least 20 mm wide, nothing of the screen is left. Answers its sheets. */
export async function printed(on, pdf, name, { qr = false, says = [] } = {}) {
  await on.emulateMedia({ media: "print" });
  const text = (await on.locator("main").innerText()).replace(/\s+/g, " ");
  for (const one of says) assert.ok(text.includes(one.replace(/\s+/g, " ")), `${name} does not say ${one}:\n${text.slice(0, 600)}`);
  // Even on paper a demo says that it is one, so the strip stays.
  for (const what of ["header.top", "body > footer", ".btn", "button"]) {
    for (const one of await on.locator(what).all()) assert.ok(!(await one.isVisible()), `${what} is printed on ${name}`);
  }
  if (qr) {
    const widths = await on.locator("main svg").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map((r) => Math.min(r.width, r.height)));
    assert.ok(Math.max(0, ...widths) >= (20 / 25.4) * 96, `the QR code of ${name} is ${Math.max(0, ...widths)}px wide`);
  }
  await on.emulateMedia({ media: null });
  return pdf(name, on);
}

/** A grey picture, as a phone would take it of a sheet of paper. */
export function photo() {
  const [width, height] = [64, 48];
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 0xd0);
  for (let y = 0; y < height; y += 1) rows[y * (width + 1)] = 0;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** The check sum of a PNG's parts; zlib's own came with Node 20. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
