// Who does not want to write says it: a helper hands in a recording, it stays a sound, and only who handles it hears it.
import assert from "node:assert/strict";
import { walk } from "../walk.mjs";

export const name = "a need that is said and not written";
export const modes = ["plain", "nojs", "elder", "en"];

/** Half a second of a tone, as a recorder would write it: WAV, 8 kHz, 8 bit. */
function tone() {
  const [rate, n] = [8000, 4000];
  const wav = Buffer.alloc(44 + n);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + n, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(n, 40);
  for (let i = 0; i < n; i += 1) wav[44 + i] = 128 + Math.round(60 * Math.sin((i * 2 * Math.PI * 220) / rate));
  return wav;
}

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot }) {
  const { t, button, link, field, pick, says, look, as, lookUp } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  const spot = `${{ plain: "东", nojs: "西", elder: "南", en: "北" }[mode]}头桥边`;
  const helper = await as("facilitator");
  let code;

  await step("a file that is no recording is refused beside its field, and what was typed stays", async () => {
    await link(helper, "nav-needs").click();
    await link(helper, "need-help-title").click();
    await link(helper, "need-at-other").click();
    await helper.locator("main").getByRole("link", { name: "柳塆" }).click();
    await helper.locator("input[type=file][name=say]").setInputFiles({ name: "voice.wav", mimeType: "audio/wav", buffer: Buffer.from("RIFFnothing at all") });
    await field(helper, "need-where").fill(spot);
    await field(helper, "need-name").fill("葛婆婆");
    await pick(helper, t("need-reply-printed_list"));
    await pick(helper, t("need-consent-helper"));
    await button(helper, "need-send").click();
    await helper.locator(".err").first().waitFor();
    assert.match(await helper.locator("main").innerText(), new RegExp(`${t("need-voice-none")}|${t("need-voice-broken")}`));
    assert.equal(await field(helper, "need-where").inputValue(), spot);
    await look(helper);
    await shot("none", helper);
  });
  await step("the recording alone is enough, and there is a slip for it", async () => {
    await helper.locator("input[type=file][name=say]").setInputFiles({ name: "voice.wav", mimeType: "audio/wav", buffer: tone() });
    await button(helper, "need-send").click();
    await says(helper, t("need-sent"));
    code = (await helper.locator("b.code").innerText()).replace(/\D/g, "");
    await look(helper);
  });
  await step("the committee hears it as a sound", async () => {
    const p = await as("committee");
    await link(p, "nav-needs").click();
    await p.getByRole("navigation", { name: t("needs-tabs") }).getByRole("link", { name: t("needs-tab-raised") }).click();
    // Without words the list names none; what was handed in last is due last.
    await link(p.locator("main"), "need-spoken").last().click();
    await says(p, spot);
    const src = await p.locator("main audio").getAttribute("src");
    const fetched = async (who) => {
      const cookie = (await who.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
      return fetch(new URL(src, p.url()), { headers: { cookie }, redirect: "manual" });
    };
    const heard = await fetched(p);
    assert.equal(heard.status, 200);
    assert.equal(heard.headers.get("content-type"), "audio/wav");
    assert.deepEqual(Buffer.from(await heard.arrayBuffer()), tone(), "every sample as it was said");
    await look(p);
    await shot("heard", p);
    assert.notEqual((await fetched(anybody)).status, 200, "nobody else hears it");
  });
  await step("who holds the slip sees its state and neither sound nor place", async () => {
    await anybody.goto("/");
    await lookUp(anybody, code);
    await says(anybody, t("need-state-raised"));
    assert.equal(await anybody.locator("main audio").count(), 0);
    assert.equal(await anybody.getByText(spot).count(), 0);
    await look(anybody);
  });
}
