// From what was built to what is shared: a facility with its plate, a convention and turns by choice; everybody is asked without names; what
// is wrong is put right and looked at by somebody else; who has something of it, the case, and thanks. Pressed and typed by the labels.
import assert from "node:assert/strict";
import { printed, walk } from "../walk.mjs";

export const name = "from what was built to what is shared";
export const modes = ["plain", "nojs"];

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot, pdf }) {
  const { t, button, link, field, pick, says, look, as, pass, day } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  let [p, second, township, resident] = [await as("committee"), await as("supervision"), await as("township"), await as("resident")];
  let [number, facility, survey] = ["", "", ""];

  /** Opens a stage; what is not there yet the township lets pass with name and reason. */
  const opened = async (stage) => {
    const gate = `/m/${number}/stages/${stage}`;
    for (;;) {
      await township.goto(gate);
      const options = await township.locator("select[name=condition] option").evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
      if (options.length === 0) break;
      await look(township);
      await township.locator("select[name=condition]").selectOption(options[0]);
      await field(township, "waiver-name").fill("李国平 副镇长");
      await field(township, "waiver-reason").fill("去年就修好了，票据齐");
      await button(township, "waiver-put").click();
    }
    await p.goto(gate);
    await look(p);
    await p.locator(`form[action="${gate}/open"] button`).click();
    await anybody.goto(gate);
    await says(anybody, t("stage-state-open"));
  };

  await step("the committee finds a matter that was decided and opens the stages for it, each gate refused before", async () => {
    await p.goto("/");
    await p.locator("header.top .brand").click();
    const place = new URL(p.url()).pathname;
    await p.goto(`${place}/matters?state=settled`);
    for (const href of await p.locator('main ul.items a[href^="/m/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
      await p.goto(`${href}/stages/share`);
      const html = await (await p.request.get(`${href}/stages/evaluate`)).text();
      if (html.includes("gate-open") || !html.includes(t("gate-missing-note"))) continue;
      number = href.replace("/m/", "");
      break;
    }
    assert.ok(number, "no decided matter of this village waits at its gates");
    await says(p, t("gate-missing-note"));
    assert.equal(await p.locator('form[action$="/open"]').count(), 0, "the gate stays shut");
    await opened("manage");
    await opened("evaluate");
    await opened("share");
  });
  await step("what is there is entered with who looks after it, and its plate leads there", async () => {
    await p.goto("/");
    await p.locator("header.top .brand").click();
    await p.goto(`${new URL(p.url()).pathname}/facility`);
    await look(p);
    await button(p, "facility-enter").click();
    await p.locator(".bad-sum").first().waitFor();
    await field(p, "facility-without").fill("1998年修的，那时没有项目");
    await field(p, "facility-name").fill("西巷水泥路");
    await field(p, "facility-kind").selectOption("road");
    await field(p, "facility-spot").fill("西巷口到祠堂");
    await field(p, "facility-at").fill("113.9123，29.97");
    await field(p, "facility-owner").fill("村集体");
    await field(p, "facility-user").fill("西巷各户");
    await field(p, "facility-manager").fill("塆里理事会");
    await field(p, "facility-contact").fill("值班电话 0715-6300000");
    await field(p, "facility-standard").fill("路面干净，边沟通畅");
    await pick(p, t("upkeep-mode-self_managed"));
    await button(p, "facility-enter").click();
    facility = new URL(p.url()).pathname;
    assert.match(facility, /^\/f\//);
    await anybody.goto(facility);
    await says(anybody, "塆里理事会");
    await look(anybody);
    await shot("facility", anybody);
    await link(anybody, "plate-print").click();
    await look(anybody, true);
    const sheets = await printed(anybody, pdf, `plate-${mode}`, { qr: true, says: [facility.replace("/f/", ""), "塆里理事会"] });
    assert.equal(sheets ?? 1, 1);
  });
  await step("users agree on its upkeep; a fine in it is refused with the law", async () => {
    await p.goto(facility);
    await link(p, "convention-write").click();
    await look(p);
    const fill = async (trouble) => {
      await field(p, "convention-parties").fill("西巷各户和理事会");
      await field(p, "convention-area").fill("西巷的路和边沟");
      await field(p, "convention-what").fill("扫路清沟");
      await field(p, "convention-how-often").fill("每周一次");
      await field(p, "convention-money").fill("每户自愿凑，账贴在墙上");
      await field(p, "convention-trouble").fill(trouble);
      await field(p, "convention-from").fill(await day(0));
      await field(p, "convention-agreed-by").fill("塆会");
    };
    await fill("不来的罚款50元");
    await button(p, "convention-keep").click();
    await p.locator(".bad-sum").first().waitFor();
    assert.equal(await field(p, "convention-area").inputValue(), "西巷的路和边沟", "nothing typed is lost");
    await fill("先找理事会说，说不好再找村委会");
    await button(p, "convention-keep").click();
    await button(p, "convention-force").click();
    await says(p, "扫路清沟");
    await look(p);
  });
  await step("a resident takes a turn by choice and steps back again, and nobody else reads who comes", async () => {
    await p.goto(facility);
    await link(p, "roster-open").click();
    await look(p);
    await field(p, "roster-what").fill("扫路轮值");
    await field(p, "roster-task").fill("扫路");
    await field(p, "roster-from").fill(await day(2));
    await p.locator("label.pick").first().click();
    await field(p, "roster-times").fill("3");
    await field(p, "roster-people").fill("2");
    await button(p, "roster-open").click();
    const roster = new URL(p.url()).pathname;
    await resident.goto(roster);
    await look(resident);
    const turn = resident.locator("main ul.items > li").first();
    if (await turn.locator("summary").count()) await turn.locator("summary").first().click();
    await turn.locator('form[action$="/take"] button').click();
    await says(resident, t("roster-mine"));
    await look(resident);
    await anybody.goto(roster);
    await look(anybody);
    await resident.locator('form[action$="/leave"] button').first().click();
    await anybody.goto(roster);
    assert.equal(await anybody.getByText(t("roster-mine")).count(), 0);
  });
  await step("everybody is asked without names, on the phone and on paper, and nothing is seen before the last day", async () => {
    await p.goto(`/m/${number}/survey`);
    await look(p);
    await field(p, "survey-own").fill("路好不好走");
    await field(p, "survey-agreed-by").fill("塆会");
    await field(p, "survey-agreed-on").fill(await day(0));
    await pick(p, t("survey-frame-household"));
    await field(p, "survey-from").fill(await day(0));
    await field(p, "survey-until").fill(await day(1));
    await button(p, "survey-make-go").click();
    survey = new URL(p.url()).pathname;
    assert.match(survey, /^\/surveys\//);
    await resident.goto(survey);
    await look(resident);
    // Only who lives where it was asked answers.
    if ((await link(resident, "survey-answer").count()) > 0 && (await resident.goto(`${survey}/answer`)).status() === 200) {
      await look(resident);
      for (const n of [1, 2, 3, 4]) await resident.locator("label.pick", { has: resident.locator(`input[name=pick-${n}][value="5"]`) }).click();
      await button(resident, "survey-send").click();
      await says(resident, t("survey-thanks"));
      await resident.goto(`${survey}/answer`);
    }
    await link(p, "survey-keep").click();
    await look(p);
    await field(p, "survey-sheets").fill("55\n4");
    await button(p, "survey-sheets-put").click();
    await p.locator(".bad-sum").first().waitFor();
    await field(p, "survey-sheets").fill("5 5 4 4\n4 4 4 3\n5 5 5 5\n3 3 4 2\n4 5 5 4\n5 4 4 4\n4 4 5 5\n2 3 3 1\n5 5 5 4\n4 4 4 4\n5 5 5 5");
    await button(p, "survey-sheets-put").click();
    await anybody.goto(survey);
    await says(anybody, t("survey-not-counted"));
    await look(anybody);
    await anybody.goto(`${survey}/sheet`);
    await look(anybody, true);
  });
  await step("after the last day it is counted and shown with how many of how many", async () => {
    await anybody.goto("/");
    await pass(1, 1);
    [p, second, resident] = [await as("committee"), await as("supervision"), await as("resident")];
    await p.goto(`${survey}/keep`);
    await button(p, "survey-close").click();
    await anybody.goto(survey);
    await says(anybody, t("survey-root"));
    assert.ok((await anybody.locator("main table tbody tr").count()) >= 4, "every item with its steps");
    await look(anybody);
    await shot("survey", anybody);
  });
  await step("what is wrong is put right until a day, and somebody else looks again", async () => {
    await p.goto(`/m/${number}/rectify`);
    await look(p);
    await field(p, "rectification-issue").fill("转弯的地方天黑看不清");
    await p.locator("select[name=cause]").selectOption("survey");
    await field(p, "rectification-owner").fill("村委会");
    await field(p, "rectification-due").fill(await day(10));
    await button(p, "rectification-put").click();
    const at = new URL(p.url()).pathname;
    assert.match(at, /^\/rectifications\//);
    await field(p, "rectification-evidence").fill("装了两根反光桩");
    await button(p, "rectification-do-put").click();
    await second.goto(at);
    await look(second);
    await field(second, "rectification-finding").fill("晚上去看了，照得到");
    await pick(second, t("rectification-right-yes"));
    await button(second, "rectification-recheck-put").click();
    await anybody.goto(at);
    await says(anybody, t("rectification-state-closed"));
    await look(anybody);
  });
  await step("who has something of it stands in counts, also who gave nothing; the case says what did not work", async () => {
    await p.goto(`/m/${number}/benefit`);
    await look(p);
    for (const [key, n] of [["households", "46"], ["persons", "171"], ["gave-nothing", "9"]]) await field(p, `benefit-${key}`).fill(n);
    await field(p, "benefit-basis").fill("照户册数的");
    await button(p, "benefit-put").click();
    await p.goto(`/m/${number}/case`);
    await look(p);
    const texts = { title: "西巷修路", problem: "一下雨就淹", process: "开了三次会", money: "花了15万元", result: "不淹了", contact: "村委会" };
    for (const [key, text] of Object.entries(texts)) await field(p, `case-${key}`).fill(text);
    await button(p, "case-keep").click();
    await p.locator(".bad-sum").first().waitFor();
    assert.equal(await field(p, "case-process").inputValue(), "开了三次会", "nothing typed is lost");
    await field(p, "case-failed").fill("头一批沟盖板太薄，换过一回");
    await button(p, "case-keep").click();
    await button(p, "case-publish").click();
    const written = new URL(p.url()).pathname;
    await anybody.goto(written);
    await says(anybody, "头一批沟盖板太薄");
    await look(anybody);
    await anybody.goto("/cases?q=沟盖板");
    await link(anybody, "cases-title").count();
    await says(anybody, "西巷修路");
    await look(anybody);
  });
  await step("thanks stand there after a yes, and go with one press", async () => {
    await p.goto(`/m/${number}/honour`);
    await look(p);
    await pick(p, t("honour-whom-organisation"));
    await field(p, "honour-name").fill("秀才协会");
    await field(p, "honour-words").fill("出工排名第一");
    await button(p, "honour-put").click();
    await p.locator(".bad-sum").first().waitFor();
    await field(p, "honour-words").fill("借了三天水泵");
    await button(p, "honour-put").click();
    await look(p);
    await anybody.goto(`/m/${number}`);
    assert.equal(await anybody.getByText("秀才协会").count(), 0, "nobody reads it before the yes");
    await button(p, "honour-spoken").click();
    await anybody.goto(`/m/${number}`);
    assert.ok((await anybody.content()).includes("秀才协会"));
    await look(anybody);
    await button(p, "honour-remove-asked").click();
    await anybody.goto(`/m/${number}`);
    assert.ok(!(await anybody.content()).includes("秀才协会"));
    await resident.goto("/mine/honours");
    await look(resident);
  });
  await step("from a plate one walks back to the first word, and from there on to the case", async () => {
    // A facility that grew out of a matter of the demo.
    await anybody.goto("/facilities");
    await look(anybody);
    const all = await anybody.locator('main a[href^="/f/"]').evaluateAll((links) => links.map((one) => one.getAttribute("href")));
    let back = null;
    for (const href of all) {
      await anybody.goto(href);
      const up = anybody.locator('main a[href^="/m/"]');
      if ((await up.count()) > 0) {
        back = await up.first().getAttribute("href");
        break;
      }
    }
    assert.ok(back, "no facility of the demo leads back to its matter");
    await anybody.goto(back);
    await look(anybody);
    assert.ok((await anybody.locator('main [id^="need-"], main [id^="n-"]').count()) > 0, "the first word stands there");
    const page = await anybody.content();
    assert.ok(page.includes("/f/"), "and from the matter one walks on to the facility");
  });
}
