// What the script adds, on a page of its own that stands in for the program: the pages themselves must not depend on it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export const name = "the script";

const file = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self' blob:; connect-src 'self'; form-action 'self'";
const frame = (body, attributes = "") => `<!doctype html><html lang="zh-CN"${attributes}><head><meta charset="utf-8"><title>试</title><link rel="stylesheet" href="/try/w.css"><script src="/try/w.js" defer></script></head><body><main class="wrap"><h1>试</h1>${body}</main></body></html>`;
const form = `<form method="post" action="/try/needs" enctype="multipart/form-data" data-suggest="/try/alike" data-draft="接着上次没写完的写。" data-draft-clear="不要了">
<input type="hidden" name="csrf" value="c1"><input type="hidden" name="form" value="fresh">
<div class="field"><label for="w">什么事</label><textarea id="w" name="what" data-alike data-max="10" data-left="还可以写{n}个字" data-over="多了{n}个字"></textarea></div><div data-suggest-into></div>
<div class="field"><label for="v">说给我们听</label><input type="file" id="v" name="say" accept="audio/*" data-voice data-start="录一段" data-stop="录好了" data-again="重录" data-denied="不让录音"></div>
<fieldset data-tally="yes no abstain" data-of="35" data-fits="加起来{sum}户，{left}户没举手" data-over="多了{over}户"><legend>举手数</legend><label>赞成<input type="text" name="yes"></label><label>反对<input type="text" name="no"></label><label>弃权<input type="text" name="abstain"></label></fieldset>
<button type="submit" class="btn go" name="do" value="send">交上去</button></form><button type="button" class="btn" data-print hidden>打印</button>`;

export async function run({ page, base, step, axe, shot }) {
  const asked = [];
  const sent = [];
  let shown = 0;
  let answer = `<p class="note" role="status" data-done>记下了</p>`;
  const pages = { "/try/new": form, "/try/other": "<p>别的</p>", "/try/out": `<form method="post" action="/try/bye" data-forget><button class="btn">退出</button></form>` };
  // The origin is the program's, so that the microphone and the store are allowed as they are on a real page; nothing of it is asked.
  await page.route(`${base}/try/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/try/w.css") return route.fulfill({ contentType: "text/css", body: file("crates/site/assets/wugong.css") });
    if (path === "/try/w.js") return route.fulfill({ contentType: "text/javascript", body: file("web/dist/wugong.js") });
    if (path === "/try/alike") {
      asked.push(new URLSearchParams(route.request().postData() ?? ""));
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: `<div class="slip"><p>有人说过一样的</p><ul class="items"><li><a href="/try/other"><b>西巷一下雨就淹</b></a></li></ul></div>` });
    }
    if (route.request().method() === "POST") {
      sent.push({ path, body: route.request().postDataBuffer()?.toString("latin1") ?? "" });
      // Long enough for a second press to be possible.
      await new Promise((r) => setTimeout(r, 400));
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: frame(answer) });
    }
    return route.fulfill({ contentType: "text/html; charset=utf-8", headers: { "content-security-policy": policy }, body: frame((pages[path] ?? "").replace('value="fresh"', () => `value="key-${++shown}"`), path === "/try/new" && new URL(route.request().url()).search === "?helper" ? " data-no-draft" : "") });
  });
  await page.context().grantPermissions(["microphone"], { origin: base });
  const what = page.locator("#w");
  const kept = () => page.evaluate(`Object.keys(localStorage).filter((k) => k.startsWith("wugong.draft:")).join()`);

  await step("a long text counts down and is never cut", async () => {
    await page.goto("/try/new");
    await what.fill("沟堵了💧");
    await page.getByText("还可以写6个字").waitFor();
    await what.fill("一二三四五六七八九十十一");
    await page.getByText("多了2个字").waitFor();
    assert.equal(await what.inputValue(), "一二三四五六七八九十十一");
  });
  await step("look-alikes come after a pause, once for one text, and not in an address", async () => {
    asked.length = 0;
    await what.fill("");
    await what.pressSequentially("西巷又淹了", { delay: 30 });
    await page.getByText("有人说过一样的").waitFor();
    assert.equal(asked.length, 1);
    assert.equal(asked[0].get("what"), "西巷又淹了");
    assert.equal(asked[0].get("csrf"), "c1");
    await what.press("End");
    await what.pressSequentially(" ");
    await page.waitForTimeout(700);
    assert.equal(asked.length, 1);
    await axe();
  });
  await step("hands are added up while they are typed", async () => {
    await page.locator("[name=yes]").fill("２９");
    await page.locator("[name=no]").fill("3");
    await page.locator("[name=abstain]").fill("2");
    await page.getByText("加起来34户，1户没举手").waitFor();
    await page.locator("[name=abstain]").fill("5");
    await page.getByText("多了2户").waitFor();
  });
  await step("a voice note is recorded into the file field, heard, and recorded again", async () => {
    const button = page.getByRole("button", { name: "录一段" });
    await button.click();
    await page.getByRole("button", { name: /录好了 0:0[12]/ }).waitFor();
    await page.waitForTimeout(1200);
    await page.getByRole("button", { name: /录好了/ }).click();
    await page.getByRole("button", { name: "重录" }).waitFor();
    const first = await page.evaluate(`(() => { const f = document.querySelector("#v").files[0]; return { name: f.name, type: f.type, size: f.size }; })()`);
    assert.equal(first.name, "voice.webm");
    assert.ok(first.size > 500, `${first.size} bytes`);
    assert.equal(await page.locator("audio").isVisible(), true);
    await page.waitForFunction(`document.querySelector("audio").readyState > 0`);
    await page.getByRole("button", { name: "重录" }).click();
    await page.getByRole("button", { name: /录好了 0:01/ }).waitFor();
    await page.getByRole("button", { name: /录好了/ }).click();
    await page.getByRole("button", { name: "重录" }).waitFor();
    assert.equal(await page.evaluate(`document.querySelector("#v").files.length`), 1);
    await shot("recorded");
    await axe();
  });
  await step("a text that was not sent comes back, says so, and can be dropped", async () => {
    await what.fill("沟堵了");
    await page.goto("/try/other");
    await page.goto("/try/new");
    assert.equal(await what.inputValue(), "沟堵了");
    await page.getByText("接着上次没写完的写。").waitFor();
    await axe();
    await page.getByRole("button", { name: "不要了" }).click();
    assert.equal(await what.inputValue(), "");
    assert.equal(await kept(), "");
  });
  await step("a form goes once however often it is pressed, with the name of its button", async () => {
    await what.fill("沟堵了，请来看");
    sent.length = 0;
    await page.evaluate(`(() => { const b = document.querySelector("form button[type=submit]"); b.click(); b.click(); })()`);
    await page.getByText("记下了").waitFor();
    assert.equal(sent.length, 1);
    assert.match(sent[0].body, /name="do"\r\n\r\nsend/);
  });
  await step("what arrived is no longer kept", async () => {
    assert.equal(await kept(), "");
    await page.goto("/try/new");
    assert.equal(await what.inputValue(), "");
  });
  await step("what did not arrive is not lost", async () => {
    await what.fill("网断了也不丢");
    answer = "<h2>请先登录</h2>";
    await page.getByRole("button", { name: "交上去" }).click();
    await page.getByText("请先登录").waitFor();
    await page.goto("/try/new");
    assert.equal(await what.inputValue(), "网断了也不丢");
  });
  await step("coming back to a sent page, its button works again", async () => {
    await page.getByRole("button", { name: "交上去" }).click();
    await page.getByText("请先登录").waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "交上去" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "交上去" }).isEnabled(), true);
  });
  await step("going back and sending again sends the same form, and a page asked for anew has a form of its own", async () => {
    const keyOf = (one) => /name="form"\r\n\r\n(key-\d+)/.exec(one.body)?.[1];
    sent.length = 0;
    await page.goto("/try/new");
    await what.fill("水往我家排");
    for (let n = 0; n < 2; n += 1) {
      await page.getByRole("button", { name: "交上去" }).click();
      await page.getByText("请先登录").waitFor();
      await page.goBack();
      await page.getByRole("button", { name: "交上去" }).waitFor();
      assert.equal(await what.inputValue(), "水往我家排");
    }
    await page.goto("/try/new");
    await what.fill("还有一句");
    await page.getByRole("button", { name: "交上去" }).click();
    await page.getByText("请先登录").waitFor();
    const [first, again, other] = sent.map(keyOf);
    assert.ok(first && first === again && other && other !== first, sent.map(keyOf).join());
  });
  await step("signing out forgets drafts, and a helper's device keeps none", async () => {
    assert.notEqual(await kept(), "");
    await page.goto("/try/out");
    await page.getByRole("button", { name: "退出" }).click();
    await page.getByText("请先登录").waitFor();
    assert.equal(await kept(), "");
    await page.goto("/try/new?helper");
    await what.fill("替别人写的");
    await page.waitForTimeout(800);
    await page.goto("/try/other");
    assert.equal(await kept(), "");
  });
  await step("the button to print shows only with a script, and opens folded parts for the printer", async () => {
    await page.goto("/try/new");
    assert.equal(await page.getByRole("button", { name: "打印" }).isVisible(), true);
    const opened = await page.evaluate(`(() => {
      const d = document.createElement("details"); d.innerHTML = "<summary>看</summary><p>里面</p>"; document.body.append(d);
      window.dispatchEvent(new Event("beforeprint")); const during = d.open; window.dispatchEvent(new Event("afterprint")); return [during, d.open];
    })()`);
    assert.deepEqual(opened, [true, false]);
  });
}
