//! Final accounts over HTTP: from the books, checked by the supervision committee, hung out, and the gate before sharing.

use crate::acceptance::finished;
use crate::award::{accepted, claimed, paying};
use crate::page::{Form, Visitor};
use crate::town::{Town, on_both};
use civic::build::final_account::{Books, FinalAccount, FinalAccountForm, FinalAccountState, SpentForm, enter};
use civic::build::project::{Project, ProjectState};
use civic::id::ProjectId;
use civic::money::Fen;
use civic::people::standing::Post;
use civic::record::{Actor, Entry, Verb};

/// A final account that hangs out; its path.
pub fn laid(town: &Town, project: &str) -> String {
    let project = ProjectId::parse(project.trim_start_matches("/projects/")).unwrap();
    let (now, today, id, chance) = (town.now(), town.today(), town.id(), town.chance());
    town.write(move |tx| {
        let read = store::build::project::get(tx, project)?;
        let built = Project { state: ProjectState::Accepted, ..read };
        let books = Books { residents: Fen::new(15_000_000), ..Books::default() };
        let lines = [("120000", "票1"), ("30000", "票2"), ("14", ""), ("", "")];
        let form = FinalAccountForm {
            income: Vec::new(),
            lines: lines.map(|(amount, voucher)| SpentForm { quantity: "", amount, voucher }).to_vec(),
            rest_use: "",
        };
        let one = enter(&built, &books, &form, None, &[], (id, None, now)).unwrap();
        let (posted_on, posted_until) = (Some(today), Some(today.period_end(15)));
        let one = FinalAccount { state: FinalAccountState::Checked, posted_on, posted_until, ..one };
        store::build::final_account::put(tx, &one)?;
        let entry = Entry::of(&one, Verb::Create, Actor::NOBODY, now, &mut chance.clone());
        tx.commit(std::slice::from_ref(&entry), format!("/final-accounts/{}", one.id))
    })
}

/// The form with its vouchers.
fn form(who: &Visitor, project: &str) -> Form {
    let form = who.get(&format!("{project}/account/new")).ok().form_ending("/account/new");
    form.set("voucher-1", "票1至4").set("voucher-2", "票5")
}

#[test]
fn a_final_account_comes_from_the_books_is_checked_by_supervision_and_opens_the_gate_before_sharing() {
    on_both(|town| {
        let (who, supervision, number, project) = finished(town);
        let (officer, anybody) = (town.staff(Post::Township, town.township), town.visitor());
        let page = format!("{project}/account");
        form(&who, &project).send().is(422).says("验收合格以后才能写决算");
        accepted(&who, &supervision, &project, "75000");
        let claim = claimed(&who, &project);
        officer.get(&claim).ok().form_ending("/approve").send().is(303);
        paying(&officer, &claim, "71250").send().is(303);
        // What nobody saw on the account is not in the books: the money would be short.
        form(&who, &project).send().is(422).says("还差73,000.50元，要写清楚谁来补");
        supervision.get(&claim).ok().form_ending("/confirm").send().is(303);
        let new = who.get(&format!("{project}/account/new")).ok().says("71,250元").says("台账里两个人核对过的");
        // What the acceptance found stands in the fields already.
        assert_eq!(new.form_ending("/account/new").value("amount-1"), Some("118,000.50"));
        form(&who, &project).set("voucher-1", "").send().is(422).says("第1项没有写票据号").says("还差1,750.50元");
        form(&who, &project).set("amount-2", "x").send().is(422).says("第2项实际花的没有写");
        form(&who, &project).set("amount-1", "110000").send().is(422).says("还剩6,250元").says("要选按哪个决议用");
        let first = form(&who, &project).set("rest_use", "村集体先垫，质保金到了补上");
        let sent = first.send().is(303);
        assert_eq!(first.send().is(303).location(), sent.location(), "the same form once more has no second effect");
        form(&who, &project).set("rest_use", "再写一份").send().is(422).says("还有一份在等核对");
        // What only one person wrote is not for everybody yet.
        anybody.get(&page).ok().says("还没有决算").hides("村集体先垫");
        who.get(&page).ok().says("等村务监督委员会核对").hides("核对无误");
        supervision.get("/work").ok().says("核对决算");
        supervision.get(&page).ok().form_ending("/refuse").send().is(422).says("这里要写");
        supervision.get(&page).ok().form_ending("/refuse").set("opinion", "票3少一张").send().is(303);
        form(&who, &project).set("rest_use", "村集体先垫，质保金到了补上").send().is(303);

        let share = || anybody.get(&format!("/m/{number}/stages/share")).ok();
        share().says("还没有");
        supervision.get(&page).ok().form_ending("/check").set("note", "和票据一致").send().is(303);
        let shown =
            anybody.get(&page).ok().says("核对过了").says("还差1,750.50元").says("和票据一致").says("票3少一张");
        let shown = shown.says("118,000.50元").says("14.5").says("6月22日起公示，到7月7日");
        let sheet = shown.click("打印决算表").ok().says("项目决算表").says("村务监督委员会").says("2026年7月7日");
        // Three ledgers, the signatures and the posting's days: two sheets at most.
        assert!(crate::papers::pages(crate::papers::file_of(&sheet)) <= 2);
        anybody.get(&format!("/m/{number}")).ok().says("决算公示").click("看决算").ok();
        who.get(&format!("/m/{number}/stages/share")).ok().form_ending("/open").send().is(303);

        // A later one takes its place, and the old one stays readable.
        town.at("2026-08-01 9:00");
        anybody.get(&page).ok().says("6月22日到7月7日公示过");
        let more = form(&who, &project).set("amount-1", "113000").set("rest_use", "留作清沟的钱");
        let resolution = more.asks().contains(&"resolution");
        assert!(resolution);
        more.send().is(422).says("要选按哪个决议用").hides("要写清楚怎么用");
        let chosen = who.get(&format!("{project}/account/new")).ok();
        let html = chosen.html();
        let id = html.split("<option value=\"").find(|part| part.starts_with("0")).unwrap();
        let id = id.split('"').next().unwrap().to_owned();
        more.set("resolution", &id).send().is(303);
        supervision.get(&page).ok().form_ending("/check").send().is(303);
        anybody.get(&page).ok().says("已有新的决算").says("还剩3,250元").says("留作清沟的钱").says("看怎么决定的");
        assert!(town.verify().problems.is_empty());
    });
}
