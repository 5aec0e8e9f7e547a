// One matter, walked by everybody who has a part in it: from what an old woman tells a helper to the resolution that stands disclosed,
// and back. Everything is pressed and typed by its label; nobody types an address but the first one.
import assert from "node:assert/strict";
import { photo, printed, walk } from "../walk.mjs";

export const name = "one matter from the first word to the resolution";
export const modes = ["plain", "nojs", "elder", "en"];

/** What this mode's matter is about: each has its own, for the modes share one county. */
const ABOUT = {
  plain: { spot: "晒场边", said: "晒场边的巷子一下雨就淹，出不了门", again: "晒场边那条巷子又淹了，水进了屋", title: "晒场边的巷子排水" },
  nojs: { spot: "粮仓后头", said: "粮仓后头的路一下雨全是泥，走不得", again: "粮仓后头的路全是泥，车也过不去", title: "粮仓后头的路铺石子" },
  elder: { spot: "老井旁", said: "老井旁的台阶塌了，挑水要绕路", again: "老井旁的台阶塌了一半，怕人摔", title: "老井旁的台阶重砌" },
  en: { spot: "碾房前", said: "碾房前的涵管堵死了，田里进不了水", again: "碾房前的涵管堵了，秧田干了", title: "碾房前的涵管疏通" },
};

export async function run({ page: anybody, command, copy, mode, open, step, axe, noSideways, bigEnough, shot, pdf }) {
  const about = ABOUT[mode];
  const scripts = mode !== "nojs";
  // The assembly of all households once; elsewhere the group of the hamlet is enough.
  const whole = mode === "plain";
  const { t, button, link, field, pick, says, unfold, look, as, pass, day, lookUp, marked, came } = walk({ anybody, mode, open, axe, noSideways, bigEnough });

  let helper, committee, neighbour;
  const codes = [];
  let number;

  // ---- 1. A need, and the slip that opens it ----

  await step("a helper writes down what an old woman says, with at most 5 fields and 12 presses", async () => {
    helper = await as("facilitator");
    const p = helper;
    let presses = 0;
    const fields = new Set();
    const tap = async (what) => { presses += 1; await what.click(); };
    const type = async (what, text) => { presses += 1; fields.add(await what.getAttribute("name")); await what.fill(text); };
    const choose = async (what) => { presses += 1; fields.add(await what.locator("input").getAttribute("name")); await what.click(); };
    await tap(link(p, "nav-needs"));
    await tap(link(p, "need-help-title"));
    await tap(link(p, "need-at-other"));
    await tap(p.locator("main").getByRole("link", { name: "柳塆" }));
    await look(p);
    await type(field(p, "need-what"), about.said);
    await type(field(p, "need-where"), about.spot);
    await type(field(p, "need-name"), "葛婆婆");
    await choose(p.locator("label.pick", { hasText: t("need-reply-printed_list") }));
    await choose(p.locator("label.pick", { hasText: t("need-consent-helper") }));
    await tap(button(p, "need-send"));
    await says(p, t("need-sent"));
    await tap(link(p, "need-print"));
    assert.ok(fields.size <= 5, `${[...fields].join(" ")} are ${fields.size} fields`);
    assert.ok(presses <= 12, `${presses} presses`);
  });
  await step("the slip prints on one sheet with its code and a code for a camera", async () => {
    codes[0] = (await helper.locator("b.code").innerText()).replace(/\D/g, "");
    assert.equal(codes[0].length, 12);
    await look(helper, true);
    const code = await helper.locator("b.code").innerText();
    assert.equal(code.replace(/\D/g, ""), codes[0]);
    assert.equal(await printed(helper, pdf, "slip", { qr: true, says: [code] }), 1);
    await link(helper, "need-print-back").click();
    await look(helper);
  });
  await step("who holds the slip sees by its code, without an account, what has become of it", async () => {
    await anybody.goto("/");
    await lookUp(anybody, codes[0].replace(/(\d{4})(?=\d)/g, "$1 "));
    await says(anybody, t("need-state-raised"));
    assert.equal(await anybody.getByText(about.spot).count(), 0, "nothing of what was said");
    await look(anybody);
    await shot("slip-anybody", anybody);
  });

  // ---- 2. A look-alike from a phone ----

  await step("the committee takes the need up with a public number and words of its own", async () => {
    committee = await as("committee");
    const p = committee;
    await link(p, "nav-needs").click();
    await p.getByRole("navigation", { name: t("needs-tabs") }).getByRole("link", { name: t("needs-tab-raised") }).click();
    await look(p);
    await p.locator("main").getByRole("link", { name: about.said.slice(0, 8) }).last().click();
    // The clock runs on the committee's side from the first day.
    await says(p, t("turn-wait"));
    await look(p);
    await pick(p, t("sorting-project"));
    await field(p, "needs-sort-title").fill(about.title);
    await field(p, "needs-sort-text").fill(`${about.spot}不好走，要修。`);
    await pick(p, t("category-road"));
    await button(p, "needs-sort-send").click();
    await says(p, t("needs-done-sorted"));
    number = /ZX-\d{4}-\d{3,}/.exec(await p.locator("main").innerText())?.[0];
    assert.ok(number, "a public number that can be read aloud");
    await look(p);
  });
  await step(scripts ? "a neighbour says the same from a phone and is shown the matter while typing" : "a neighbour says the same from a phone and is shown the matter with the slip", async () => {
    neighbour = await as("resident");
    const p = neighbour;
    await link(p, mode === "elder" ? "place-say" : "place-raise").click();
    if (scripts) {
      await field(p, "need-what").pressSequentially(about.again, { delay: 15 });
      await p.locator("[data-suggest-into] label.pick", { hasText: number }).waitFor();
      await look(p);
      await shot("alike", p);
    } else await field(p, "need-what").fill(about.again);
    await field(p, "need-where").fill(about.spot);
    await pick(p, t("need-reply-site"));
    await button(p, "need-send").click();
    await says(p, t("need-sent"));
    codes[1] = (await p.locator("b.code").innerText()).replace(/\D/g, "");
    await pick(p, number);
    await look(p);
    await button(p, "need-alike-same").click();
    await says(p, t("need-same-noted"));
  });
  await step("the committee merges the two; both codes go on working and both raisers are credited", async () => {
    const p = committee;
    await link(p, "nav-needs").click();
    await p.getByRole("navigation", { name: t("needs-tabs") }).getByRole("link", { name: t("needs-tab-raised") }).click();
    await p.locator("main").getByRole("link", { name: about.again.slice(0, 8) }).last().click();
    await look(p);
    await button(p, "needs-merge-send").click();
    await says(p, t("needs-done-merged"));
    for (const code of codes) {
      await anybody.goto("/");
      await lookUp(anybody, code);
      await anybody.getByRole("link", { name: number }).waitFor();
      await look(anybody);
    }
    await anybody.getByRole("link", { name: number }).click();
    await unfold(anybody);
    if (mode !== "elder") await says(anybody, t("matter-merged-credit"));
    await look(anybody);
  });

  // ---- 3. The answer, with its clock ----

  await step("the committee is silent past its day, and every page says whose turn it is", async () => {
    await pass(5, 1);
    // A last day that is no working day moves on to the next one; a spring festival takes the longest.
    for (let n = 0; ; n += 1) {
      await lookUp(anybody, number);
      await says(anybody, t("turn-wait"));
      if (await anybody.locator("main .d.over").count() > 0) break;
      assert.ok(n < 12, "its day never passes");
      await pass(1);
    }
    await look(anybody);
    await shot("silent", anybody);
    await link(committee, "nav-work").click();
    await look(committee);
  });
  await step("it answers, each raiser gets the answer on the way that was chosen", async () => {
    const p = committee;
    await link(p, "nav-needs").click();
    await p.locator("tr", { hasText: number }).getByRole("link").first().click();
    await pick(p, t("adoption-adopted"));
    await p.locator("#answer textarea[name=reply]").fill("看过了，确实要修。先开屋场会商量怎么修、钱从哪里来。");
    await look(p);
    await button(p, "needs-answer-send").click();
    await says(p, t("needs-done-answered"));
    await look(p);
    // The neighbour reads it among the own things.
    await link(neighbour, "brand").count();
    await neighbour.getByRole("link", { name: t("nav-mine") }).first().click();
    await look(neighbour);
    await neighbour.locator("main").getByRole("link", { name: about.again.slice(0, 8) }).last().click();
    await says(neighbour, "先开屋场会商量");
    await look(neighbour);
  });
  await step("the one without a phone is on the printed list, and is marked as told", async () => {
    const p = committee;
    await link(p, "nav-needs").click();
    await link(p, "needs-answers").click();
    await look(p);
    await link(p, "need-answers-print").click();
    await says(p, about.title);
    await look(p, true);
    assert.ok((await pdf("answers", p)) >= 1);
    await link(p, "need-print-back").click();
    const row = p.locator("tr", { hasText: number });
    await row.getByRole("checkbox").check();
    await button(p, "needs-told").click();
    await says(p, t("needs-done-arrived"));
    assert.equal(await p.locator("tr", { hasText: number }).count(), 0);
    await lookUp(anybody, codes[0]);
    await says(anybody, t("answer-state-told"));
    await look(anybody);
  });

  // ---- 4. Topic, yard meeting, options ----

  await step("the matter becomes a topic", async () => {
    const p = committee;
    await lookUp(p, number);
    await link(p, "matter-prepare").click();
    await look(p);
    const topic = p.locator("#topic");
    await field(topic, "topic-title").fill(`${about.title}，怎么做`);
    await field(topic, "topic-background").fill(`${about.spot}一直不好走，老人和孩子都绕路。`);
    await field(topic, "topic-affected").fill("柳塆的人家");
    await button(topic, "topic-open").click();
    await p.locator("#options").waitFor();
    await look(p);
  });
  await step("two ways to do it are put side by side", async () => {
    const p = committee;
    for (const [title, cost] of [["全部重做", "86000"], ["先修一半", "38000"]]) {
      const options = p.locator("#options");
      await field(options, "option-title").fill(title);
      await field(options, "option-cost").fill(cost);
      await field(options, "option-benefits").fill("附近十八户");
      await field(options, "option-pays").fill("集体出一半，奖补出一半");
      await field(options, "option-upkeep").fill("理事会");
      await field(options, "option-feasibility").fill("农闲时候做，半个月");
      await button(options, "option-save").click();
      await p.locator("#options .slip", { hasText: title }).waitFor();
    }
    await look(p);
    await anybody.goto("/");
    await lookUp(anybody, number);
    await unfold(anybody);
    await says(anybody, t("matter-options"));
    await says(anybody, "先修一半");
    await look(anybody);
    await shot("options", anybody);
  });
  await step("a yard meeting hears it: what was said, who takes it, by when", async () => {
    const p = helper;
    await lookUp(p, number);
    await p.locator("main").getByRole("link", { name: t("talk-new") }).click();
    await look(p);
    assert.ok(await p.locator("main form [required]").count() <= 5, "at most five fields that must be filled");
    const first = p.locator("main form .slip").first();
    await field(first, "point-text").fill("沟要一起做，不然白修");
    await field(first, "point-taken-by").fill("理事会");
    await first.getByLabel(t("point-by-when")).fill(await day(10));
    await p.getByLabel(t("talk-kept-by-field")).fill("周红霞");
    await button(p, "talk-keep").click();
    await says(p, t("talk-saved"));
    await look(p);
  });

  // ---- 5. Prior steps, the meeting of the households, the count ----

  if (whole) {
    await step("the steps before an assembly are recorded by body, date and counts; what is missing is named", async () => {
      const p = committee;
      await lookUp(p, number);
      await link(p, "matter-prepare").click();
      await says(p, t("step-lack-not-taken", { body: t("step-body-branch") }));
      for (const [body, counts] of [["branch", [9, 8, 8, 0]], ["two_committees", [7, 7, 6, 1]], ["members_meeting", [31, 26, 25, 1]]]) {
        const steps = p.locator("#steps");
        await field(steps, "step-body").selectOption({ label: t(`step-body-${body}`) });
        await field(steps, "step-on").fill(await day());
        for (const [i, key] of ["step-eligible", "step-present", "step-in-favour", "step-against"].entries()) await field(steps, key).fill(String(counts[i]));
        await button(steps, "step-save").click();
        await p.locator("#steps li", { hasText: t(`step-body-${body}`) }).first().waitFor();
      }
      await says(p, t("prepare-steps-whole"));
      await look(p);
    });
  }
  await step("the meeting is called in household mode, no earlier than the rules allow", async () => {
    const p = committee;
    await lookUp(p, number);
    await link(p, "matter-prepare").click();
    await link(p, "prepare-meeting").click();
    const choice = t("call-choice", { place: whole ? "竹溪村" : "柳塆", body: t(whole ? "body-villagers_assembly" : "body-group_meeting"), mode: t("mode-household") });
    await pick(p, choice);
    await field(p, "call-convener").selectOption({ label: t("convener-villagers_committee") });
    await field(p, "call-venue").fill("晒场");
    const told = p.getByRole("checkbox", { name: t("call-also-told") });
    if (await told.count() > 0) await told.check();
    await field(p, "call-held-on").fill(await day(2));
    await look(p);
    await button(p, "call-go").click();
    await p.locator(".err").first().waitFor();
    assert.match(await p.locator(".err").first().innerText(), t("refusal-convocation-too-late"));
    await look(p);
    await field(p, "call-held-on").fill(await day(whole ? 11 : 5));
    await button(p, "call-go").click();
    await says(p, t("roll-freeze-title"));
    await look(p);
    await button(p, "roll-freeze-go").click();
    await p.waitForURL(/\/meetings\/[^/]+$/);
    await look(p);
    await shot("called", p);
  });
  await step("notice, sign-in sheet and tally sheet print on paper", async () => {
    const p = committee;
    for (const [key, kind, sheets] of [["meeting-notice-print", "notice", 1], ["meeting-step-sign-in", "sign-in", whole ? 12 : 4], ["meeting-step-tally", "tally", 1]]) {
      await link(p, key).click();
      await look(p, true);
      const n = await printed(p, pdf, kind, { qr: kind === "notice", says: [about.title] });
      assert.ok(n >= 1 && n <= sheets, `${kind} takes ${n} sheets`);
      await link(p, "meeting-back").click();
    }
  });
  await step("everybody can read when, where, who may come, and by which rules", async () => {
    await lookUp(anybody, number);
    if (mode === "elder") {
      // The large type leaves the call out of the chain; it stands among the meetings of the place.
      await anybody.locator("header .brand").click();
      await link(anybody, "place-meetings-all").click();
      await anybody.locator("main").getByRole("link", { name: about.title }).first().click();
    } else {
      await unfold(anybody);
      const called = anybody.locator("main .chain li.entry", { hasText: t(whole ? "body-villagers_assembly" : "body-group_meeting") });
      await called.getByRole("link", { name: t("chain-meeting-read") }).last().click();
    }
    await says(anybody, t("meeting-who-household"));
    await says(anybody, t("meeting-rules"));
    await look(anybody);
  });
  await step("the notice takes its days, then the meeting opens", async () => {
    await pass(...(whole ? [5, 5, 1] : [5]));
    const p = committee;
    await p.reload();
    await link(p, "meeting-step-open").click();
    await look(p);
    await field(p, "room-chair").fill("葛家老大");
    await button(p, "room-open").click();
    await button(p, "room-close").waitFor();
    await look(p);
  });
  await step("any adult of the household stands in, nobody else; the roll says how many are still missing", async () => {
    const p = committee;
    const doors = p.locator('form[action$="/attend"]');
    const before = await p.locator(".tally").innerText();
    // Whoever is too young is refused beside the household's name.
    const young = p.locator('form[action$="/attend"]', { hasText: t("room-not-of-age") }).first();
    const child = await young.locator("option", { hasText: t("room-not-of-age") }).first().getAttribute("value");
    await young.locator("select").selectOption(child);
    await young.getByRole("button", { name: t("room-mark-came"), exact: true }).click();
    await p.locator(".err").first().waitFor();
    assert.match(await p.locator(".err").first().innerText(), t("refusal-attendance-not-adult"));
    await look(p);
    assert.equal(await p.locator(".tally").innerText(), before, "nobody came by that");
    // Not the first of the household, another adult.
    const second = p.locator('form[action$="/attend"]', { has: p.locator("option:nth-child(2)") }).first();
    const adults = await second.locator("option").allInnerTexts();
    const other = adults.slice(1).find((one) => !t("room-not-of-age").test(one)) ?? adults[0];
    await second.locator("select").selectOption({ label: other });
    await second.getByRole("button", { name: t("room-mark-came"), exact: true }).click();
    await says(p, t("room-came", { name: other }));
    // Whoever is of another household is refused as well, even by a form that was tampered with.
    const [mine, theirs] = [doors.filter({ has: p.locator("select") }).nth(0), doors.filter({ has: p.locator("select") }).nth(1)];
    const now = await p.locator(".tally").innerText();
    const stranger = await theirs.locator("option").first().getAttribute("value");
    await mine.locator("option").first().evaluate((option, value) => { option.value = value; }, stranger);
    await mine.locator("select").selectOption(stranger);
    await mine.getByRole("button", { name: t("room-mark-came"), exact: true }).click();
    await p.locator(".err").first().waitFor();
    assert.match(await p.locator(".err").first().innerText(), new RegExp(t("refusal-attendance-not-of-household")));
    await look(p);
    assert.equal(await p.locator(".tally").innerText(), now, "nor by that");
    // A neighbour stands in no household's list.
    const own = new Set(await doors.nth(0).locator("option").allInnerTexts());
    assert.ok((await doors.nth(1).locator("option").allInnerTexts()).every((one) => !own.has(one)));
    await marked(p, () => p.locator(".tally b.d").count().then((missing) => missing === 0));
    await says(p, t("room-enough"));
    await look(p);
    await shot("room", p);
  });
  await step("who is concerned stands back, hands are counted, what dissents is kept", async () => {
    const p = committee;
    await link(p, "room-to-motions").click();
    await look(p);
    await field(p, "motion-text").fill(`${about.title}：全部重做，集体出一半。`);
    await field(p, "motion-mode").selectOption({ label: t("ballot-mode-hands") });
    await button(p, "motion-put").click();
    await p.locator("summary", { hasText: t("motion-recuse-open") }).click();
    await look(p);
    await button(p, "motion-recuse").click();
    await p.getByText(t("motion-recused")).waitFor();
    const there = Number(/\d+/.exec(await p.locator(".tally").innerText())[0]);
    const count = async (yes, no, abstained) => {
      await field(p, "count-in-favour").fill(String(yes));
      await field(p, "count-against").fill(String(no));
      await field(p, "count-abstained").fill(String(abstained));
      await field(p, "count-teller").fill("熊家嘴的会计");
      await field(p, "count-scrutineer").fill("杜家墩的代表");
      await field(p, "count-dissent").fill("担心水排到后墙");
      await button(p, "count-save").click();
    };
    await count(there, 3, 0);
    await p.locator(".bad-sum").waitFor();
    await look(p);
    await count(there - 5, 3, 1);
    await came(p, "outcome-passed");
    await says(p, "担心水排到后墙");
    await look(p);
    await shot("count", p);
    await link(p, "motions-to-room").click();
    await button(p, "room-close").click();
    await p.waitForURL(/\/meetings\/[^/]+$/);
    await look(p);
  });

  // ---- 6. Resolution, posting, objections ----

  await step("the resolution says by which rule and version it stands, and that its paper was not handed in", async () => {
    const p = committee;
    await link(p, "meeting-step-resolve", { number }).click();
    await look(p);
    await field(p, "resolution-who-acts").fill("村委会牵头，理事会施工");
    await button(p, "resolve-go").click();
    await says(p, t("resolution-state-recorded"));
    await says(p, "担心水排到后墙");
    await p.locator("summary", { hasText: t("why-rules") }).first().click();
    await says(p, t("rule-name"));
    await look(p);
    await shot("recorded", p);
  });
  await step("with a photo of the signed sheet it is certified", async () => {
    const p = committee;
    await link(p, "certify-make").click();
    await look(p);
    await p.getByLabel(t("certify-photo")).setInputFiles({ name: "sheet.png", mimeType: "image/png", buffer: photo() });
    await button(p, "certify-go").click();
    await says(p, t("resolution-state-certified"));
    assert.equal(await p.getByText(t("resolution-state-recorded")).count(), 0);
    await look(p);
  });
  await step("it is posted, with a sheet for the board that bears number and QR code", async () => {
    const p = committee;
    await link(p, "posting-make").click();
    await look(p);
    await field(p, "post-hangs-at").fill("活动室公开栏");
    await button(p, "post-go").click();
    await says(p, t("posting-left"));
    await look(p);
    await link(p, "posting-print").click();
    await look(p, true);
    assert.equal(await printed(p, pdf, "posting", { qr: true, says: [number] }), 1);
    await link(p, "sheet-back").click();
  });
  let posting;
  await step("a neighbour objects in time and is answered in public", async () => {
    const n = neighbour;
    await lookUp(n, number);
    await unfold(n);
    await n.locator("main .chain").getByRole("link", { name: t("posting-read") }).last().click();
    posting = n.url();
    await look(n);
    await link(n, "objection-make").click();
    await field(n, "objection-text").fill("水会排到我家后墙");
    await pick(n, t("objection-who-named"));
    await look(n);
    await button(n, "objection-go").click();
    await says(n, t("objection-arrived-due"));
    await look(n);
    const p = committee;
    await p.reload();
    await link(p, "objection-handle").click();
    await says(p, "水会排到我家后墙");
    await pick(p, t("objection-outcome-stays"));
    await field(p, "answer-objection-text").fill("有人担心水排到后墙。沟底加深，水往塘里走。");
    await look(p);
    await button(p, "answer-objection-go").click();
    await says(p, "沟底加深");
    await n.reload();
    await says(n, "沟底加深");
    await look(n);
  });
  await step("what was written wrong is corrected, and both texts stand there", async () => {
    const p = committee;
    await link(p, "correct-make").click();
    const was = await field(p, "correct-text").inputValue();
    await field(p, "correct-text").fill(was.replace("全部重做", "全部重新做"));
    await field(p, "correct-reason").fill("漏了一个字");
    await pick(p, t("correct-substantial-no"));
    await look(p);
    await button(p, "correct-go").click();
    await p.locator("#corrections ins").first().waitFor();
    await look(p);
  });
  await step("it hangs its fifteen full days and cannot be taken down before", async () => {
    const p = committee;
    assert.equal(await link(p, "take-down-make").count(), 0);
    await pass(16);
    await p.reload();
    await link(p, "take-down-make").click();
    await look(p);
    await button(p, "take-down-go").click();
    await says(p, t("posting-taken-down"));
    await look(p);
  });
  await step("an objection that comes late is refused with the day, and shown another way", async () => {
    const n = neighbour;
    await n.reload();
    assert.equal(await link(n, "objection-make").count(), 0, "no button that can only be refused");
    await n.goto(`${posting.split(/[?#]/)[0]}/object`);
    await says(n, t("objection-late"));
    await look(n);
    await n.locator("main").getByRole("link", { name: t("place-raise"), exact: true }).click();
    await field(n, "need-what").waitFor();
  });

  // ---- 7. Back to the first slip and forward again ----

  await step("from the resolution one walks back to the first slip", async () => {
    await lookUp(anybody, number);
    await says(anybody, t("matter-next-disclosed"));
    await unfold(anybody);
    await look(anybody);
    await shot("matter", anybody);
    await anybody.locator("main .chain").getByRole("link", { name: t("resolution-read") }).first().click();
    await look(anybody);
    await anybody.locator("#back").getByRole("link", { name: about.spot }).first().click();
    const first = new URL(anybody.url()).hash;
    assert.match(first, /^#need-/);
    assert.match(await anybody.locator(first).innerText(), new RegExp(about.spot));
  });
  await step("and from the slip forward to the resolution", async () => {
    for (const code of codes) {
      await lookUp(anybody, code);
      await anybody.getByRole("link", { name: number }).click();
      await unfold(anybody);
      await anybody.locator("main .chain").getByRole("link", { name: t("resolution-read") }).first().click();
      await says(anybody, about.title);
    }
  });
  await step("and the program says of the whole record that nothing of it was altered", async () => {
    if (!command) return;
    const { stdout } = await command("verify");
    assert.match(stdout, /Nothing was changed/);
  });
  if (whole) {
    await step("one vote edited by hand in the database is named with its row", async () => {
      if (!copy) return;
      const other = await copy();
      assert.match((await other.command("verify")).stdout, /Nothing was changed/);
      const edited = await other.sql(
        `UPDATE motion_count SET in_favour = in_favour - 1 WHERE (county_id, id) IN (SELECT c.county_id, c.id FROM motion_count c JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id WHERE m.number = '${number}') RETURNING lower(hex(id))`,
      );
      assert.equal(edited.length, 1, "the count of this matter");
      const row = edited[0].replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
      const found = await other.command("verify").catch((e) => e);
      assert.equal(found.code, 3);
      assert.match(found.stdout, new RegExp(`Count ${row}: in_favour differs from the record`));
      assert.match(found.stdout, /Something was changed/);
    });
  }
}
