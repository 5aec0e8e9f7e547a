//! Awards over HTTP: reckoned for everybody, claimed from the books, approved and confirmed by second persons, paid outside.

use crate::acceptance::{finished, form, said};
use crate::contribution::entered;
use crate::page::{Form, Visitor};
use crate::town::{Town, on_both};
use civic::build::award::Known;
use civic::build::claim::{Claim, ClaimState, PaymentForm, PaymentKind, pay};
use civic::build::contribution::FundAccount;
use civic::id::ProjectId;
use civic::money::Fen;
use civic::people::standing::Post;
use civic::record::{Actor, Entry, Verb};
use civic::rules::RuleRef;

/// A claim that an office approved, with a payment that waits; its path.
pub fn laid(town: &Town, project: &str) -> String {
    let project = ProjectId::parse(project.trim_start_matches("/projects/")).unwrap();
    let (now, today, ids, village) = (town.now(), town.today(), (town.id(), town.id()), town.village);
    let (chance, officer) = (town.chance(), town.staff_account(Post::Township, town.township));
    town.write(move |tx| {
        let read = store::build::project::get(tx, project)?;
        let one = Claim {
            id: ids.0,
            project,
            matter: read.matter,
            village,
            scheme: RuleRef { pack: "demo-county".into(), version: 1, id: "X-award".into(), digest: [7; 32] },
            claimed_on: today,
            known: Known { cash: Fen::new(7_500_000), planned: read.budget.total(), ..Known::default() },
            base: Fen::new(7_500_000),
            award: Fen::new(7_500_000),
            account: FundAccount::Collective,
            account_name: "竹溪村集体".into(),
            state: ClaimState::Approved,
            entered_by: None,
            decided_by: Some((officer, Post::Township)),
            decided_on: Some(today),
            reason: None,
            recorded_at: now,
            version: 1,
        };
        store::build::claim::put(tx, &one)?;
        let form = PaymentForm {
            kind: PaymentKind::Paid,
            amount: "1000",
            day: Some(today),
            office: "镇财政所",
            voucher: "记账1号",
            corrects: None,
            reason: "",
        };
        let payment = pay(&one, &form, &[], one.award, (ids.1, None, now, today)).unwrap();
        store::build::claim::put_payment(tx, &payment)?;
        let mut chance = chance.clone();
        let entries = [
            Entry::of(&one, Verb::Create, Actor::NOBODY, now, &mut chance),
            Entry::of(&payment, Verb::Create, Actor::NOBODY, now, &mut chance),
        ];
        tx.commit(&entries, format!("/claims/{}", one.id))
    })
}

/// A note of the diary, the acceptance confirmed, and so much cash of residents in the book.
pub fn accepted(who: &Visitor, supervision: &Visitor, project: &str, yuan: &str) {
    let diary = who.get(&format!("{project}/works/new")).ok().form_ending("/works/new");
    diary.set("progress", "路面浇完").send().is(303);
    let gift = entered(who, project, yuan);
    supervision.get(&gift).ok().form_ending("/confirm").send().is(303);
    said(form(who, project)).set("verdict", "pass").send().is(303);
    supervision.get(&format!("{project}/acceptance")).ok().form_ending("/confirm").send().is(303);
}

/// Claims by the demo's scheme; the path of the claim.
pub fn claimed(who: &Visitor, project: &str) -> String {
    let form = who.get(&format!("{project}/award")).ok().click("按这个办法申报").ok().form_ending("/claim");
    let form = form.set("account", "collective").set("account_name", "竹溪村集体经济组织");
    form.send().is(303).location().to_owned()
}

/// The form for what was paid.
pub fn paying(officer: &Visitor, claim: &str, yuan: &str) -> Form {
    let form = officer.get(&format!("{claim}/pay")).ok().form_ending("/pay");
    form.set("amount", yuan).set("office", "官桥镇财政所").set("voucher", "2026年7月记账12号")
}

#[test]
fn an_award_is_reckoned_for_everybody_with_its_numbers_and_says_what_is_missing() {
    on_both(|town| {
        let (who, supervision, _, project) = finished(town);
        let page = format!("{project}/award");
        let anybody = town.visitor();
        // Built, but nothing was given, accepted or written in the diary.
        let shown = anybody.get(&page).ok().says("没有这个数：村民自筹").says("还不能申报").says("要验收合格");
        shown.says("要记施工日志").says("演示用，编的").says("本网站不收钱也不付钱");
        who.get(&page)
            .ok()
            .click("按这个办法申报")
            .ok()
            .form_ending("/claim")
            .send()
            .is(422)
            .says("还没有验收合格，不能申报");
        accepted(&who, &supervision, &project, "75000");
        let shown =
            anybody.get(&page).ok().says("照这个办法能奖75,000元").says("村民自筹：75,000元").says("75,000元 × 1/1");
        let shown = shown.says("奖补 = 75,000元，200,000元，300,000元里最小的一个 = 75,000元");
        // Three tenths, thirteen twentieths and one twentieth are the whole, to the last fen.
        shown.says("22,500元").says("48,750元").says("3,750元").says("条件都够了").hides("还不能申报");
        // Schemes of other places are examples until a county takes them into force, each with its base.
        anybody.get("/rules/award-schemes").ok().says("按村民自筹算").says("投工每个工日折30元").says("每人25元");
        town.activate("award-schemes", 1, town.township, "2026-01-01");
        let shown = anybody.get(&page).ok().says("照这个办法能奖74,000.25元").says("没有这个数：一事一议筹资筹劳总额");
        shown.says("没有这个数：每人定额");
        anybody.get(&format!("{page}?people=320")).ok().says("照这个办法能奖8,000元").says("照这个办法能奖1,600元");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn anybody_reckons_with_the_schemes_of_the_county_without_a_sign_in() {
    on_both(|town| {
        let anybody = town.visitor();
        let page =
            anybody.get("/awards").ok().says("演示〔2026〕1号").says("每个项目最多200,000元").hides("照这个办法能奖");
        let form = page.form("/awards#schemes");
        let asked = "/awards?cash=250000&cost=400000&planned=420000&came=35&roll=48&content=9&asked=9";
        let shown = anybody.get(asked).ok().says("照这个办法能奖200,000元").says("250,000元 × 1/1");
        shown.says("每个项目最多200,000元").says("至少问10人").says("还要：");
        anybody.get("/awards?cash=many").ok().says("这不是金额");
        assert!(form.asks().contains(&"cash"));
    });
}

#[test]
fn an_award_is_claimed_from_the_books_approved_by_another_and_paid_outside() {
    on_both(|town| {
        let (who, supervision, number, project) = finished(town);
        let (officer, anybody) = (town.staff(Post::Township, town.township), town.visitor());
        accepted(&who, &supervision, &project, "75000");
        town.at("2026-07-01 9:00");
        let new = who.get(&format!("{project}/award")).ok().click("按这个办法申报").ok().says("75,000元 × 1/1");
        let new = new.form_ending("/claim");
        new.send().is(422).says("请选一个");
        let person = new.set("account", "collective").set("account_name", "6222021234567890");
        person.send().is(422).says("账号");
        let claim = claimed(&who, &project);
        anybody.get(&claim).ok().says("申报奖补75,000元：等审批").says("75,000元 × 1/1").says("竹溪村集体经济组织");
        officer.get("/work").ok().says("审批奖补申报").links("西巷水泥路");
        // A scheme gives once, and who claimed sees no button to approve.
        who.get(&format!("{project}/award")).ok().hides("按这个办法申报");
        who.get(&claim).ok().hides("批准的说明");
        // A refusal says why, and it can be claimed again.
        officer.get(&claim).ok().form_ending("/refuse").send().is(422).says("这里要写");
        officer.get(&claim).ok().form_ending("/refuse").set("reason", "缺一张收据的复印件").send().is(303);
        anybody.get(&claim).ok().says("没有批").says("缺一张收据的复印件");
        let claim = claimed(&who, &project);
        officer.get(&claim).ok().form_ending("/approve").send().is(303);

        // 95 of 100 are due at once; five are held back for a year.
        town.at("2026-07-03 9:00");
        let form = officer.get(&format!("{claim}/pay")).ok().says("现在最多还可以拨付71,250元").form_ending("/pay");
        form.set("kind", "paid").set("amount", "").send().is(422).says("这里要写");
        paying(&officer, &claim, "75,000").send().is(422).says("现在最多还可以拨71,250元");
        paying(&officer, &claim, "75,000.01").send().is(422).says("最多还有75,000元");
        let first = paying(&officer, &claim, "22500");
        let sent = first.send().is(303);
        assert_eq!(first.send().is(303).location(), sent.location(), "the same form once more has no second effect");
        supervision.get("/work").ok().says("核对奖补到账");
        // What nobody saw on the account counts for nothing.
        anybody.get(&claim).ok().says("等村里核对").says("本网站不收钱也不付钱");
        anybody.get(&project).ok().hides("奖补已经到账");
        supervision.get(&claim).ok().form_ending("/confirm").send().is(303);
        anybody.get(&project).ok().says("奖补已经到账22,500元");
        // One that did not arrive is disputed, and takes no room then.
        paying(&officer, &claim, "48750").send().is(303);
        let dispute = || supervision.get(&claim).ok().form_ending("/dispute").set("position", "2");
        dispute().send().is(422).says("这里要写");
        dispute().set("because", "账上没有这一笔").send().is(303);
        anybody.get(&claim).ok().says("账上没有这一笔").says("没有到账");
        // A wrong entry is put right by a further one; both stay.
        let back = paying(&officer, &claim, "500").set("kind", "back").set("corrects", "1");
        back.send().is(422).says("这里要写");
        back.set("reason", "多记了500元").send().is(303);
        supervision.get(&claim).ok().form_ending("/confirm").send().is(303);
        anybody.get(&claim).ok().says("22,500").says("-500").says("多记了500元");
        anybody.get(&project).ok().says("奖补已经到账22,000元");
        paying(&officer, &claim, "49250").send().is(303);
        paying(&officer, &claim, "0.01").send().is(422).says("现在最多还可以拨0元");
        // A year after the acceptance what was held back is due.
        town.at("2027-06-23 9:00");
        let officer = town.staff(Post::County, town.root);
        paying(&officer, &claim, "3750").send().is(303);
        let chain = anybody.get(&format!("/m/{number}")).ok().says("奖补批准了").says("奖补到账了");
        chain.says("奖补冲减、退回");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_a_village_has_of_a_scheme_this_year_is_taken_off_the_next_claim() {
    on_both(|town| {
        let (who, supervision, _, project) = finished(town);
        accepted(&who, &supervision, &project, "250000");
        // 200,000 at most for a project, 300,000 for the village in a year; a claim that waits counts.
        let claim = claimed(&who, &project);
        town.visitor().get(&claim).ok().says("申报奖补200,000元");
        town.visitor().get(&format!("{project}/award")).ok().says("这个村今年还剩100,000元");
        town.at("2027-01-02 9:00");
        town.visitor().get(&format!("{project}/award")).ok().says("每个村每年最多300,000元");
    });
}
