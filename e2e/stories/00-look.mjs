// What holds for every page, shown on the first one: whose it is, that it is a demo, that anyone can read and use it.
import assert from "node:assert/strict";

export const name = "the look";
export const modes = ["plain", "nojs", "elder", "max", "en", "dark", "desk"];

export async function run({ page, mode, step, axe, noSideways, bigEnough, shot, press }) {
  const html = page.locator("html");
  const big = mode === "elder" || mode === "max";

  await step("the first page names its place and says that it is a demo", async () => {
    const answer = await page.goto("/");
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()["content-security-policy"] ?? "", /default-src/);
    assert.equal(await page.locator("header.top .brand b").count(), 1);
    assert.match(await page.locator(".strip").first().innerText(), mode === "en" ? /demo/i : /演示/);
    assert.equal(await page.locator("[style]").count(), 0, "no style attribute anywhere");
    assert.equal(await page.locator("script:not([src])").count(), 0, "no script inside the page");
  });
  await step("nothing stands out at the side at 320, 360 and 390", () => noSideways(page));
  await step("everything to press is big enough for a finger", () => bigEnough(page, big ? 60 : 44, ".strip, header, main, footer"));
  await step("it breaks no rule of WCAG 2.2 AA", () => axe());
  await shot("home");

  if (mode === "plain" || mode === "nojs") {
    await step("the elder version comes by one press, and every word in it is big", async () => {
      await press(page, "elder");
      assert.match((await html.getAttribute("class")) ?? "", /\belder\b/);
      const least = await page.evaluate(`Math.min(...[...document.body.querySelectorAll("*")].filter((e) => e.getClientRects().length > 0 && !e.closest(".sr, .skip, svg") && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "")).map((e) => parseFloat(getComputedStyle(e).fontSize)))`);
      assert.ok(least >= 23.9, `the smallest text is ${least}px`);
      await bigEnough(page, 60, ".strip, header, main, footer");
      await noSideways(page);
      await axe();
      await shot("elder");
    });
    await step("and the ordinary one comes back", async () => {
      await press(page, "plain");
      assert.doesNotMatch((await html.getAttribute("class")) ?? "", /\belder\b/);
    });
    await step("English comes by one press, in the program's words", async () => {
      await press(page, "en");
      assert.equal(await html.getAttribute("lang"), "en");
      const rest = await page.evaluate(`(() => { const f = document.querySelector("footer").cloneNode(true); f.querySelectorAll("[lang^=zh]").forEach((e) => e.remove()); return f.textContent; })()`);
      assert.doesNotMatch(rest, /[\u4e00-\u9fff]/, "the foot is English");
      await noSideways(page);
      await axe();
      await shot("en");
    });
    await step("and Chinese comes back", async () => {
      await press(page, "zh");
      assert.match((await html.getAttribute("lang")) ?? "", /^zh/);
    });
    await step("dark and light are the reader's own choice", async () => {
      const ground = () => page.evaluate(`getComputedStyle(document.body).backgroundColor`);
      const light = await ground();
      await press(page, "dark");
      assert.notEqual(await ground(), light);
      await axe();
      await press(page, "light");
      assert.equal(await ground(), light);
    });
  }
  if (mode === "plain") {
    await step("a page that is not there says so and shows a way on", async () => {
      const answer = await page.goto("/no-such-page");
      assert.equal(answer.status(), 404);
      assert.ok((await page.locator("main a[href]").count()) > 0);
      await axe();
    });
  }
}
