// From the resolution onward: a project with its budget, the gate before building, and who lets a missing condition pass. Everything is
// pressed and typed by its label.
import assert from "node:assert/strict";
import { walk } from "../walk.mjs";

export const name = "from the resolution to what comes of it";
export const modes = ["plain", "nojs"];

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot }) {
  const { t, button, link, field, says, unfold, look, as, pass, day, lookUp } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  const p = await as("committee");
  let number;
  let project;

  await step("the committee looks for a decision that stands disclosed and asks what must be there before building", async () => {
    // Postings that hang out when the demo begins have run their days.
    await anybody.goto("/");
    if (mode === "plain" || mode === "elder") await pass(16);
    await p.locator("header.top .brand").click();
    if (mode === "elder") await p.locator(".go-list a", { hasText: t("place-settled") }).click();
    else await link(p, "place-all-matters").click();
    await p.locator("select[name=state]").selectOption({ label: t("plan-state-disclosed") });
    await p.getByRole("button", { name: t("filter-go") }).click();
    await look(p);
    // Each mode takes a matter of its own: one without a project yet.
    const all = await p.locator('main ul.items a[href^="/m/"]').evaluateAll((links) => links.map((one) => one.getAttribute("href")));
    for (const href of all) {
      await anybody.goto(href);
      if ((await anybody.locator("#build").count()) === 0) {
        number = href.split("/").at(-1);
        break;
      }
    }
    assert.ok(number, `no matter without a project among ${all.join(" ")}`);
    await p.goto(`/m/${number}`);
    await p.locator(".stages").getByRole("link", { name: t("stage-build") }).click();
    await says(p, t("condition-funding"));
    await says(p, t("gate-missing-note"));
    assert.equal(await button(p, "gate-open", { stage: t("stage-build") }).count(), 0, "no button that can only be refused");
    await look(p);
  });
  await step("a project says what is built, what it costs and where it comes from: money, labour and things apart", async () => {
    await p.goto(`/m/${number}`);
    await link(p, "project-make").click();
    await look(p);
    await button(p, "project-keep").click();
    await p.locator(".bad-sum").first().waitFor();
    await look(p);
    await field(p, "project-title").fill("西巷水泥路");
    await field(p, "project-what").fill("修西巷水泥路180米，两边做排水沟");
    await field(p, "project-spot").fill("西巷口到祠堂");
    await field(p, "project-lead").fill("竹溪村委会");
    await p.locator("label.pick", { hasText: t("nature-new") }).click();
    await p.locator("label.pick", { hasText: t("purpose-public") }).click();
    const cause = p.locator("input[name=resolution]");
    if ((await cause.count()) > 0 && !(await cause.first().isChecked())) await p.locator("label.pick", { has: p.locator("input[name=resolution]") }).first().click();
    await field(p, "project-scale").fill("长180米，宽3.5米");
    await field(p, "project-from").fill(await day(0));
    await field(p, "project-until").fill(await day(40));
    const row = async (kind, n, values) => {
      for (const [part, value] of Object.entries(values)) {
        const at = p.locator(`[name="${kind}-${n}-${part}"]`);
        if (part === "cover" || part === "kind") await at.selectOption(value);
        else await at.fill(value);
      }
    };
    await row("line", 1, { name: "混凝土", cover: "money", amount: "120,000" });
    await row("line", 2, { name: "边沟", quantity: "360米", cover: "money", amount: "３００００" });
    await row("line", 3, { name: "清淤搬料", cover: "labour", amount: "14" });
    await row("line", 4, { name: "石料", quantity: "22方", cover: "things" });
    await row("source", 1, { kind: "resident_cash", whose: "46户", amount: "75000" });
    await row("source", 2, { kind: "fiscal_award", whose: "县农业农村局", amount: "75000" });
    await button(p, "project-sources-more").click();
    assert.equal(await p.locator('[name="line-2-quantity"]').inputValue(), "360米", "nothing typed is lost");
    await row("source", 3, { kind: "resident_labour", amount: "14" });
    await row("source", 4, { kind: "in_kind", whose: "石料22方" });
    await field(p, "project-upkeep").fill("理事会轮流扫，每年雨季前清沟一次");
    await field(p, "project-safety").fill("葛守田，监督小组");
    await button(p, "project-keep").click();
    await says(p, t("project-not-covered"));
    await look(p);
    await button(p, "project-publish").click();
    await says(p, t("project-three-apart"));
    project = new URL(p.url()).pathname;
    await look(p);
    await shot("project", p);
  });
  await step("an award that is only hoped for pays nothing: the gate stays shut, the township lets it pass for all to see", async () => {
    const gate = `/m/${number}/stages/build`;
    await p.goto(gate);
    assert.equal(await button(p, "gate-open", { stage: t("stage-build") }).count(), 0);
    const township = await as("township");
    await township.goto(gate);
    await look(township);
    await township.locator("select[name=condition]").selectOption({ label: t("condition-funding") });
    await field(township, "waiver-name").fill("李国平 副镇长");
    await button(township, "waiver-put").click();
    await township.locator(".err").first().waitFor();
    assert.equal(await field(township, "waiver-name").inputValue(), "李国平 副镇长");
    await field(township, "waiver-reason").fill("奖补批文下月到，汛期不等人");
    await button(township, "waiver-put").click();
    await says(township, "汛期不等人");
    await look(township);
    await link(township, "waiver-register-read").click();
    await says(township, "李国平 副镇长");
    await look(township);
    await p.reload();
    await button(p, "gate-open", { stage: t("stage-build") }).click();
    await lookUp(anybody, number);
    await says(anybody, "李国平 副镇长");
    await unfold(anybody);
    await look(anybody);
    await shot("building", anybody);
  });
  await step("works begin, and the page of the place shows what is being built", async () => {
    await p.goto(`${project}/state`);
    await field(p, "project-begun").fill(await day(0));
    await button(p, "project-begin").click();
    await look(p);
    await lookUp(anybody, number);
    await unfold(anybody);
    await anybody.locator("main .chain").getByRole("link", { name: t("project-read") }).first().click();
    await says(anybody, "西巷口到祠堂");
    await look(anybody);
    // From the project back to what was decided.
    await anybody.locator('main a[href^="/r/"]').first().click();
    await look(anybody);
  });
}
