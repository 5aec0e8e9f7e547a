// What else becomes of a meeting: put off, too few came, taken up again, a tie, a recount, held on paper last week, a notice that was
// too short. In the demo's own village, on a matter that was there before.
import assert from "node:assert/strict";
import { walk } from "../walk.mjs";

export const name = "meetings that go another way";

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot }) {
  const { t, button, link, field, pick, says, look, as, pass, day, marked, came } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  const p = await as("committee");
  const room = /\/meetings\/[^/]+$/;
  const count = async (yes, no, reason) => {
    if (reason) await field(p, "count-reason").fill(reason);
    await field(p, "count-in-favour").fill(String(yes));
    await field(p, "count-against").fill(String(no));
    await field(p, "count-abstained").fill("0");
    await field(p, "count-teller").fill("熊家的会计");
    await field(p, "count-scrutineer").fill("杜家的代表");
    await button(p, "count-save").click();
  };
  const put = async () => {
    await field(p, "motion-text").fill("搭一个棚，材料各户凑。");
    await field(p, "motion-mode").selectOption({ label: t("ballot-mode-hands") });
    await button(p, "motion-put").click();
  };
  const start = async () => {
    await link(p, "meeting-step-open").click();
    await field(p, "room-chair").fill("熊家老大");
    await button(p, "room-open").click();
    await button(p, "room-close").waitFor();
  };
  /** Households come until there are enough, and one more if that makes them even. Answers how many there are. */
  const enough = async () => {
    await marked(p, () => p.locator(".tally b.d").count().then((missing) => missing === 0));
    const there = async () => Number(/\d+/.exec(await p.locator(".tally").innerText())[0]);
    const came = await there();
    if (came % 2 === 1) await marked(p, async () => (await there()) > came);
    return there();
  };
  /** The form of a meeting that was held on paper on a day, after a notice on another. */
  const onPaper = async (notice, held) => {
    await p.goto(matter);
    await link(p, "matter-prepare").click();
    await link(p, "prepare-meeting").click();
    await field(p, "call-convener").selectOption({ label: t("convener-villagers_committee") });
    await pick(p, t("call-choice", { place: hamlet, body: t("body-group_meeting"), mode: t("mode-household") }));
    await field(p, "call-venue").fill("广场");
    await field(p, "call-notice-on").fill(notice);
    await field(p, "call-held-on").fill(held);
    await p.locator("summary", { hasText: t("call-more") }).click();
    await pick(p, t("call-on-paper"));
  };
  let meeting;
  let matter;
  let hamlet;
  let there;

  await step("a meeting is put off with a reason that everybody reads", async () => {
    await link(p, "nav-meetings").click();
    await look(p);
    // The demo's own village has called a meeting of one of its groups when the demo begins.
    const list = p.locator("main li").filter({ hasNotText: t("meeting-state-open") });
    await list.getByRole("link", { name: new RegExp(`^${t("body-group_meeting")}`) }).first().click();
    await p.waitForURL(room);
    meeting = p.url();
    matter = (await p.locator('main a[href^="/m/"]').first().getAttribute("href")) ?? "";
    hamlet = (await p.locator("header.top .brand b").innerText()).trim();
    await link(p, "meeting-step-off").click();
    await look(p);
    await pick(p, t("meeting-off-postpone"));
    await button(p, "off-go").click();
    await p.locator(".err").first().waitFor();
    await look(p);
    await field(p, "off-reason").fill("下大雨，路走不得");
    await button(p, "off-go").click();
    await says(p, t("meeting-state-postponed"));
    await look(p);
    await anybody.goto(meeting);
    await says(anybody, "下大雨");
  });
  await step("it is called anew with a whole notice", async () => {
    await link(p, "meeting-step-call-again").click();
    await look(p);
    await field(p, "call-held-on").fill(await day(1));
    await button(p, "call-go").click();
    await p.locator(".err").first().waitFor();
    assert.match(await p.locator(".err").first().innerText(), t("refusal-convocation-too-late"));
    await field(p, "call-held-on").fill(await day(5));
    await button(p, "call-go").click();
    await button(p, "roll-freeze-go").click();
    await p.waitForURL(room);
  });
  await step("too few come, so nothing is decided, and the page says so", async () => {
    await pass(5);
    await p.reload();
    await start();
    await marked(p, (n) => n === 3);
    await link(p, "room-to-motions").click();
    await put();
    await button(p, "motion-withdraw").waitFor();
    await link(p, "motions-to-room").click();
    await says(p, t("room-close-hint-few"));
    await button(p, "room-close").click();
    await p.waitForURL(room);
    await says(p, t("meeting-state-failed_quorum"));
    await look(p);
    await shot("too-few", p);
  });
  await step("it is taken up again with its own notice, and the two lead to each other", async () => {
    await button(p, "meeting-step-reconvene").click();
    await field(p, "call-convener").selectOption({ label: t("convener-villagers_committee") });
    await field(p, "call-venue").fill("熊家院子");
    await field(p, "call-held-on").fill(await day(5));
    await button(p, "call-go").click();
    await button(p, "roll-freeze-go").click();
    await p.waitForURL(room);
    assert.notEqual(p.url(), meeting);
    await link(p, "meeting-before").click();
    await link(p, "meeting-successor").click();
    await pass(5);
    await p.reload();
    await start();
    there = await enough();
    await says(p, t("room-enough"));
  });
  await step("as many against as in favour is not passed", async () => {
    await link(p, "room-to-motions").click();
    await put();
    await count(there / 2, there / 2);
    await says(p, t("why-tie"));
    await came(p, "outcome-not_passed");
    await look(p);
  });
  await step("a recount gives its reason, and the first count stays to be seen", async () => {
    await p.locator("summary", { hasText: t("count-again") }).click();
    await count(there / 2 + 1, there / 2 - 1, "后排漏数一只手");
    await came(p, "outcome-passed");
    await look(p);
    await link(p, "motions-to-room").click();
    await button(p, "room-close").click();
    await p.waitForURL(room);
    await anybody.goto(p.url());
    await says(anybody, "后排漏数一只手");
    await anybody.locator("summary", { hasText: t("meeting-counts-before") }).click();
    await says(anybody, t("why-tie"));
    await look(anybody);
    await shot("recount", anybody);
  });
  await step("a meeting held on paper last week is entered with its true days", async () => {
    await onPaper(await day(-12), await day(-7));
    await look(p);
    await button(p, "call-go").click();
    await button(p, "roll-freeze-go").click();
    await p.waitForURL(room);
    await says(p, t("meeting-on-paper"));
    await look(p);
    await start();
    there = await enough();
    await link(p, "room-to-motions").click();
    await put();
    await count(there, 0);
    await came(p, "outcome-passed");
    await link(p, "motions-to-room").click();
    await button(p, "room-close").click();
    await p.waitForURL(room);
    assert.equal(await p.locator("main time").first().getAttribute("datetime"), await day(-7));
    await look(p);
  });
  await step("one whose notice was too short is entered as what it was: it does not count, and nothing can be resolved of it", async () => {
    await onPaper(await day(-8), await day(-7));
    await button(p, "call-go").click();
    await p.locator(".err").first().waitFor();
    await look(p);
    // Only who says that it happened all the same can enter it.
    await pick(p, t("call-short"));
    await button(p, "call-go").click();
    await p.waitForURL(room);
    await says(p, t("meeting-state-failed_notice"));
    assert.equal(await link(p, "meeting-step-open").count(), 0);
    await look(p);
    await shot("short-notice", p);
    await anybody.goto(p.url());
    await says(anybody, t("meeting-state-failed_notice"));
    await look(anybody);
    await button(p, "meeting-step-reconvene").click();
    await field(p, "call-venue").waitFor();
  });
}
