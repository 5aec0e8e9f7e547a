// From the gift to the final account: a second person confirms what came, the diary has its photo, the works are accepted, the award is
// claimed from the books, approved, paid outside and seen on the account, and the final account hangs out. Everything is pressed and typed
// by its label.
import assert from "node:assert/strict";
import { photo, walk } from "../walk.mjs";

export const name = "from the gift to the final account";
export const modes = ["plain"];

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot }) {
  const { t, button, link, field, says, look, as, day } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  const [p, second, township] = [await as("committee"), await as("supervision"), await as("township")];
  let project;
  let claim;

  await step("the committee finds a project of its village at work, which no other mode has finished", async () => {
    await p.goto("/");
    await p.locator("header.top .brand").click();
    const place = new URL(p.url()).pathname;
    await p.goto(`${place}/matters`);
    const seen = new Set();
    for (let next = p.url(); next && !project; ) {
      await p.goto(next);
      const all = await p.locator('main ul.items a[href^="/m/"]').evaluateAll((links) => links.map((one) => one.getAttribute("href")));
      const more = p.locator('nav.pager a[rel="next"]');
      next = (await more.count()) > 0 ? new URL(await more.getAttribute("href"), p.url()).href : null;
      for (const href of all) {
        const html = await (await p.request.get(href)).text();
        for (const [path] of html.matchAll(/\/projects\/[0-9a-f-]{36}/g)) {
          if (seen.has(path) || project) continue;
          seen.add(path);
          await p.goto(`${path}/state`);
          if ((await p.locator(`form[action="${path}/built"]`).count()) > 0) project = path;
        }
      }
    }
    assert.ok(project, "no project of this village is at work");
    await anybody.goto(project);
  });
  await step("what somebody gave counts once a second person has seen it", async () => {
    // Enough for two fifths of the cost, which the scheme of the demo asks for.
    await p.goto(`${project}/gifts/new?kind=cash`);
    await look(p);
    await field(p, "gift-amount").fill("200000");
    await p.locator("label.pick", { hasText: t("giver-is-unnamed") }).click();
    await p.locator("label.pick", { hasText: t("gift-arrived-cash") }).click();
    await field(p, "gift-given-on").fill(await day(0));
    await field(p, "gift-receipt").fill("000901");
    await field(p, "gift-account").selectOption("collective");
    await field(p, "gift-account-name").fill("村经济合作社");
    await button(p, "gift-keep").click();
    const gift = new URL(p.url()).pathname;
    assert.equal(await button(p, "gift-confirm").count(), 0, "whoever entered it does not confirm it");
    await second.goto(gift);
    await look(second);
    await button(second, "gift-confirm").click();
    await anybody.goto(`${project}/book`);
    await says(anybody, "275,000");
    await look(anybody);
  });
  await step("the diary has a photo of the work", async () => {
    await p.goto(`${project}/works/new`);
    await field(p, "works-progress").fill("路面浇完，盖草帘洒水");
    await p.locator("input[name=photo]").setInputFiles({ name: "road.png", mimeType: "image/png", buffer: photo() });
    await button(p, "works-keep").click();
    await anybody.goto(`${project}/works`);
    await says(anybody, "路面浇完，盖草帘洒水");
    await look(anybody);
    await p.goto(`${project}/state`);
    await field(p, "project-built").fill(await day(0));
    await button(p, "project-finish").click();
  });
  await step("the acceptance says planned beside actual and what residents say, and a second person confirms it", async () => {
    await p.goto(`${project}/acceptance/new`);
    const rows = p.locator('input[name^="amount-"]');
    for (let n = 0; n < (await rows.count()); n += 1) await rows.nth(n).fill("6");
    const first = p.locator('input[name="amount-1"]');
    await first.fill("200000");
    await field(p, "acceptance-quality").fill("平整，水往沟里走");
    await field(p, "acceptance-members").fill("村委会主任、监督小组三人");
    await field(p, "acceptance-content").fill("40");
    await field(p, "acceptance-asked").fill("46");
    await p.locator("label.pick", { has: p.locator('input[name=verdict][value="pass"]') }).click();
    await p.locator("input[name=photo]").setInputFiles({ name: "paper.png", mimeType: "image/png", buffer: photo() });
    await look(p);
    await button(p, "acceptance-enter").click();
    await second.goto(`${project}/acceptance`);
    await look(second);
    await button(second, "acceptance-confirm").click();
    await anybody.goto(`${project}/acceptance`);
    await says(anybody, "平整，水往沟里走");
    await look(anybody);
  });
  await step("anybody reckons with the schemes of the county, and nothing that is typed is kept", async () => {
    await anybody.goto("/awards");
    await look(anybody);
    await field(anybody, "award-cash").fill("75000");
    await field(anybody, "award-cost").fill("148000");
    await button(anybody, "award-reckon").click();
    await says(anybody, t("award-would", { money: mode === "en" ? "75,000 yuan" : "75,000元" }));
    await look(anybody);
    await shot("awards", anybody);
  });
  await step("the award is claimed from the books, and its formula stands there for everybody", async () => {
    await p.goto(`${project}/award`);
    await look(p);
    await link(p, "claim-by-this").first().click();
    await look(p);
    await button(p, "claim-send").click();
    await p.locator(".bad-sum").first().waitFor();
    await p.locator("label.pick", { hasText: t("fund-account-collective") }).click();
    await field(p, "claim-account-name").fill("村经济合作社");
    await button(p, "claim-send").click();
    claim = new URL(p.url()).pathname;
    assert.match(claim, /^\/claims\//);
    assert.equal(await button(p, "claim-approve").count(), 0, "whoever claims does not approve");
    await anybody.goto(claim);
    await says(anybody, t("claim-formula"));
    await says(anybody, t("award-no-money-here"));
    await look(anybody);
    await shot("claim", anybody);
  });
  await step("the township approves it and writes down what it paid; the village sees it on the account", async () => {
    await township.goto(claim);
    await look(township);
    await button(township, "claim-approve").click();
    await link(township, "payment-new").click();
    await look(township);
    await field(township, "payment-amount").fill("999999999");
    await field(township, "payment-office").fill("官桥镇财政所");
    await field(township, "payment-voucher").fill("记账31号");
    await button(township, "payment-enter").click();
    await township.locator(".bad-sum").first().waitFor();
    assert.equal(await field(township, "payment-office").inputValue(), "官桥镇财政所", "nothing typed is lost");
    await field(township, "payment-amount").fill("30000");
    await button(township, "payment-enter").click();
    await says(township, t("payment-state-entered"));
    await second.goto(claim);
    await look(second);
    await second.locator(`form[action="${claim}/confirm"] button`).click();
    await says(second, t("payment-state-confirmed"));
    await anybody.goto(project);
    await says(anybody, "30,000");
    await look(anybody);
  });
  await step("the final account takes from the books what they know; supervision checks it and it hangs out", async () => {
    await p.goto(`${project}/account`);
    await link(p, "final-account-new").click();
    await look(p);
    const vouchers = p.locator('input[name^="voucher-"]');
    for (let n = 0; n < (await vouchers.count()); n += 1) await vouchers.nth(n).fill(`票${n + 1}`);
    const income = p.locator('input[name^="income-"]');
    for (let n = 0; n < (await income.count()); n += 1) await income.nth(n).fill("0");
    await button(p, "final-account-enter").click();
    await p.locator(".bad-sum").first().waitFor();
    await look(p);
    await field(p, "final-account-rest-use").fill("留作清沟的钱，花一笔记一笔");
    await field(p, "final-account-resolution").selectOption({ index: 1 });
    await button(p, "final-account-enter").click();
    await says(p, t("final-account-state-entered"));
    await second.goto(`${project}/account`);
    await look(second);
    await field(second, "final-account-note").fill("和票据一致");
    await button(second, "final-account-check").click();
    await anybody.goto(`${project}/account`);
    await says(anybody, "和票据一致");
    await says(anybody, t("project-three-apart"));
    await look(anybody);
    await shot("account", anybody);
    await link(anybody, "final-account-print").click();
    await look(anybody, true);
    assert.match(await anybody.locator("h1").innerText(), new RegExp(t("final-account-sheet")));
  });
}
