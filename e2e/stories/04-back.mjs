// Somebody without an account goes back after sending and sends again: it is one need, with a script and without.
import assert from "node:assert/strict";
import { walk } from "../walk.mjs";

export const name = "back and send again";
export const modes = ["plain", "nojs"];

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough }) {
  const { button, link, field, look } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  const code = () => anybody.locator("b.code").innerText();
  let first;

  await step("a passer-by says something at the place where it is", async () => {
    await anybody.goto("/");
    // Down to a village and one of its hamlets, as a reader goes.
    for (let n = 0; n < 3 && (await link(anybody, "place-raise").count()) === 0; n += 1) {
      const before = anybody.url();
      await anybody.locator('main a[href^="/p/"]').first().click();
      await anybody.waitForURL((url) => url.href !== before);
    }
    await link(anybody, "place-raise").first().click();
    await field(anybody, "need-what").fill("桥头的灯不亮");
    await field(anybody, "need-where").fill("桥头");
    await button(anybody, "need-send").click();
    first = await code();
    await look(anybody);
  });
  await step("going back and sending again leads to the same slip", async () => {
    const key = async () => anybody.locator('form[action="/need"] input[name=form]').inputValue();
    await anybody.goBack();
    const again = await key();
    await field(anybody, "need-what").fill("桥头的灯不亮");
    await field(anybody, "need-where").fill("桥头");
    await button(anybody, "need-send").click();
    assert.equal(await code(), first);
    await anybody.goBack();
    assert.equal(await key(), again);
  });
  await step("a form that is asked for anew is another one", async () => {
    await anybody.goto(anybody.url());
    await field(anybody, "need-what").fill("桥头的灯不亮，晚上看不见路");
    await field(anybody, "need-where").fill("桥头");
    await button(anybody, "need-send").click();
    assert.notEqual(await code(), first);
  });
}
