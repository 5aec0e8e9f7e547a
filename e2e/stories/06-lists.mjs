// Who sits in which body, and by which rules: the lists of members as the committee keeps them, the packs of rules as anybody reads
// them and a county officer takes one into force and ends it.
import assert from "node:assert/strict";
import { walk } from "../walk.mjs";

export const name = "lists of members and rules in force";
export const modes = ["plain", "nojs", "elder", "en"];

export async function run({ page: anybody, mode, open, step, axe, noSideways, bigEnough, shot }) {
  const { t, button, link, field, says, look, as, day } = walk({ anybody, mode, open, axe, noSideways, bigEnough });
  // The modes share one county: each takes another household and another pack.
  const turn = modes.indexOf(mode);
  await anybody.goto("/");
  const p = await as("committee");
  let person;
  let household;

  await step("the committee reads who sits in the representatives' meeting, and what the law asks of its seats", async () => {
    await link(p, "nav-roll").first().click();
    await look(p);
    await p.locator("main th a").nth(turn).click();
    household = (await p.locator("main h1").innerText()).trim();
    person = (await p.locator('main ul.items a[href^="/roll/person/"] b').first().innerText()).trim();
    await look(p);
    await link(p, "nav-roll").first().click();
    await link(p, "members-link").click();
    await says(p, t("members-title-representative"));
    await says(p, t("members-women"));
    await look(p);
    await shot("representatives", p);
    await p.locator("main section.slip a").first().click();
    assert.match(new URL(p.url()).hash, /^#./, "it leads to the rule itself");
    assert.ok(await p.locator(new URL(p.url()).hash.replaceAll(".", "\\.")).isVisible());
    await p.goBack();
  });
  await step("somebody who is not on the roll is refused by the line, and what was typed stays", async () => {
    await link(p, "members-title-collective").click();
    await look(p);
    await field(p, "members-people").fill("查无此人");
    await field(p, "members-from").fill(await day());
    await button(p, "members-add-go").click();
    await p.locator(".err").first().waitFor();
    assert.match(await p.locator(".err").first().innerText(), t("members-nobody", { row: 1 }));
    assert.equal(await field(p, "members-people").inputValue(), "查无此人");
    await look(p);
  });
  await step("somebody of the roll becomes a member from a day on, and ceases to be one after another", async () => {
    await field(p, "members-people").fill(`${person}，${household}`);
    await button(p, "members-add-go").click();
    await says(p, t("members-done"));
    const row = p.locator("main ul.items > li", { hasText: person }).last();
    await look(p);
    await shot("collective", p);
    await row.locator("summary").click();
    await row.getByLabel(t("roll-until"), { exact: true }).fill(await day(30));
    await look(p);
    await row.getByRole("button", { name: t("members-end-go"), exact: true }).click();
    await says(p, t("members-done"));
    assert.match(await p.locator("main ul.items > li", { hasText: person }).last().innerText(), t("data-from-until"));
    await look(p);
  });
  await step("a resident is led to no such list and finds none", async () => {
    const r = await as("resident");
    assert.equal(await link(r, "nav-roll").count(), 0);
    const answer = await r.goto(p.url());
    assert.equal(answer.status(), 404);
    await look(r);
  });

  let pack;
  let address;
  await step("anybody reads the rules in force with their sources, and packs that nobody adopted as what they are", async () => {
    await link(anybody.locator("footer"), "nav-rules").click();
    await says(anybody, t("rules-packs-title"));
    await look(anybody);
    await shot("rules", anybody);
    const others = anybody.locator("section", { has: anybody.getByRole("heading", { name: t("rules-packs-other"), exact: true }) });
    const one = others.getByRole("link").nth(turn);
    pack = (await one.locator(".t").innerText()).trim();
    await one.click();
    address = anybody.url();
    await says(anybody, t("rules-example-note"));
    await says(anybody, t("rules-not-in-force"));
    assert.equal(await anybody.locator("main form").count(), 0, "a reader decides nothing here");
    await look(anybody);
    await shot("pack", anybody);
  });
  let town;
  await step("a county officer takes a pack into force at a town, never for a day that is past, and ends it with a reason", async () => {
    const c = await as("county");
    await link(c.locator("footer"), "nav-rules").click();
    await c.locator("main").getByRole("link", { name: pack }).click();
    const form = c.locator("#activate");
    town = (await field(form, "rules-activate-place").locator("option").allInnerTexts()).at(-1 - turn).trim();
    await field(form, "rules-activate-place").selectOption({ label: town });
    await field(form, "rules-activate-from").fill(await day(-1));
    await look(c);
    await button(form, "rules-activate-go").click();
    await c.locator(".err").first().waitFor();
    assert.match(await c.locator(".err").first().innerText(), new RegExp(t("rules-activate-past")));
    assert.equal((await field(form, "rules-activate-place").locator("option:checked").innerText()).trim(), town);
    await look(c);
    await field(form, "rules-activate-from").fill(await day());
    await button(form, "rules-activate-go").click();
    await says(c, t("rules-activated"));
    await says(c, t("rules-in-force-at", { place: town }));
    await look(c);
    await shot("activated", c);
    // Everybody reads it from this moment on, and at the town itself; the large type leaves the choice of other places out.
    await anybody.goto(address);
    await says(anybody, t("rules-in-force-at", { place: town }));
    if (mode !== "elder") {
      await link(anybody.locator("footer"), "nav-rules").click();
      await anybody.locator("summary", { hasText: t("rules-below") }).click();
      await anybody.locator("main nav").getByRole("link", { name: town, exact: true }).click();
      const here = anybody.locator("section", { has: anybody.getByRole("heading", { name: t("rules-packs-title"), exact: true }) });
      await here.getByRole("link", { name: pack }).waitFor();
    }
    await look(anybody);
    // What is ended stays readable with its reason.
    const end = c.locator("#end");
    await field(end, "rules-end-until").fill(await day(60));
    await button(end, "rules-end-go").click();
    await c.locator(".err").first().waitFor();
    await look(c);
    await field(end, "rules-end-reason").fill("县里另行规定");
    await button(end, "rules-end-go").click();
    await says(c, t("rules-ended"));
    await look(c);
    await anybody.goto(address);
    await says(anybody, "县里另行规定");
    await look(anybody);
  });
}
