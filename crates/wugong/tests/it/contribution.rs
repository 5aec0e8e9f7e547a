//! What people give to the road: promised on the telephone or on paper, written down when it arrives, confirmed by a second person, and
//! read by everybody in three ledgers that are never added.

use crate::page::{Form, Visitor};
use crate::project::building;
use crate::town::{Town, on_both};
use civic::id::{AccountId, ResidentId};
use civic::people::account::AccountResident;
use civic::people::standing::Post;
use civic::record::Verb;

/// The form for a gift of that kind that came on paper.
fn paper(who: &Visitor, project: &str, kind: &str) -> Form {
    let form = who.get(&format!("{project}/gifts/new?kind={kind}")).ok().form_ending("/gifts/new");
    form.set("giver_kind", "unnamed")
}

fn receipted(form: Form) -> Form {
    form.set("receipt", "0012").set("account", "collective").set("account_name", "竹溪村经济合作社")
}

/// Money that arrived without a name; the path of its page.
pub fn entered(who: &Visitor, project: &str, yuan: &str) -> String {
    let form = receipted(paper(who, project, "cash")).set("amount", yuan);
    form.send().is(303).location().to_owned()
}

fn confirm(who: &Visitor, gift: &str) {
    who.get(gift).ok().form_ending("/confirm").send().is(303);
}

fn supervision(town: &Town) -> Visitor {
    town.staff(Post::Supervision, town.village)
}

impl Town {
    /// Somebody in a post who is on the roll too: the account belongs to that resident.
    fn belongs(&self, account: AccountId, resident: ResidentId) {
        let link = AccountResident { account, resident, from: self.today(), until: None, version: 1 };
        let one = self.read(move |tx| store::people::account::get(tx, account));
        let entry = self.entry(&one, Verb::Change);
        self.write(move |tx| {
            store::people::account::link(tx, &link)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
    }
}

#[test]
fn each_ledger_has_its_own_sum_and_counts_what_a_second_person_confirmed() {
    on_both(|town| {
        let (who, passed, project) = building(town);
        let second = supervision(town);
        let book = format!("{project}/book");
        let money = entered(&who, &project, "７５，０００");
        let anybody = town.visitor();
        let page = anybody.get(&book).ok().says("收到0元").says("另有1笔（75,000元）等另一个人核对，没有算进去");
        page.says("三本账分开记，不折算，不相加");
        // Who wrote it down is told that it is not theirs to confirm, and a forged form says the same.
        who.get(&money).ok().says("等另一个人核对：");
        let forged = [("csrf", who.csrf()), ("form", town.id::<()>().to_string())];
        let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.post(&format!("{money}/confirm"), &forged).is(422).says("这是您自己记的，要请另一个人核对");
        confirm(&second, &money);

        let work = paper(&who, &project, "labour").set("task", "清淤").set("people", "11").set("days", "14");
        confirm(&second, work.set("line", "3").send().is(303).location());
        let stones = paper(&who, &project, "thing").set("item", "石料").set("quantity", "22方");
        confirm(&second, stones.send().is(303).location());
        let page =
            anybody.get(&book).ok().says("收到75,000元").says("自愿出工14个工日").says("合计，11人次").says("共1样");
        let page = page.hides("等另一个人核对，没有算进去");
        assert!(!page.text().contains("75,014") && !page.text().contains("75,015"));
        anybody.get(&format!("/m/{}", passed.number)).ok().says("大家自愿出的钱，都核对过").click("看账本").ok();
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_resident_promises_on_the_telephone_takes_it_back_and_is_named_only_when_she_says_so() {
    on_both(|town| {
        let (who, _, project) = building(town);
        let household = town.household(town.hamlet, "东巷3号");
        let resident = town.villager(town.hamlet, household, "陈秀英");
        let own = town.resident(resident);
        let form = || own.get(&format!("{project}/pledge")).ok().click("出钱").ok().form_ending("/pledge");
        form().set("amount", "-1").send().is(422).says("请写一个钱数");
        let sent = form().set("amount", "300").set("conditions", "给孩子上学走");
        let to = sent.send().is(303);
        to.follow().ok().says("认下了").says("认了还没有到的有1笔（300元）");
        // The same form once more is the same promise.
        sent.send().is(303);
        own.get("/mine/gifts").ok().says("300元").form_ending("/take-back").send().is(303);
        assert!(own.get("/mine/gifts").ok().forms().iter().all(|form| !form.action.ends_with("/take-back")));

        let work = own.get(&format!("{project}/pledge?kind=labour")).ok().form_ending("/pledge");
        work.set("task", "搬石料").set("days", "1").set("line", "3").send().is(303);
        let item = who.get(&format!("{project}/gifts")).ok();
        let gift = item.links("搬石料").remove(0);
        who.get(&gift).ok().says("陈秀英").form_ending("/receive").send().is(303);
        confirm(&supervision(town), &gift);
        let book = format!("{project}/book");
        let anybody = town.visitor();
        anybody.get(&book).ok().says("搬石料").says("一位村民").hides("陈秀英");
        let name = |value: &str| {
            let page = own.get("/mine/gifts").ok();
            let id = gift.trim_start_matches("/gifts/");
            let form = page.forms().into_iter().find(|form| form.action.contains(id)).unwrap();
            form.pressed("named", value).send().is(303);
        };
        name("1");
        anybody.get(&book).ok().says("陈秀英");
        name("0");
        anybody.get(&book).ok().hides("陈秀英").says("一位村民");

        // Nobody else's page shows it, and nobody else changes it.
        let other = town.villager(town.hamlet, household, "葛长山");
        let other = town.resident(other);
        let forged = [("csrf", other.csrf()), ("form", town.id::<()>().to_string()), ("named", "1".to_owned())];
        let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
        other.post(&format!("/mine{gift}/name"), &forged).is(404);
        // What she gave is in her data, and goes with it; that it was given stays.
        own.get("/mine/export?as=json").ok().says("给孩子上学走").says("搬石料");
        own.get("/mine/erase").ok().form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        anybody.get(&book).ok().says("搬石料").says("没留名");
        who.get(&gift).ok().hides("陈秀英");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn whoever_gave_and_whoever_lives_in_the_house_that_gave_confirms_nothing() {
    on_both(|town| {
        let (who, _, project) = building(town);
        let household = town.household(town.hamlet, "葛守田家");
        let resident = town.villager(town.hamlet, household, "葛守田");
        let account = town.staff_account(Post::Supervision, town.village);
        town.belongs(account, resident);
        let giver = town.signed_in(account);
        for (kind, name) in [("household", "葛守田家"), ("resident", "葛守田")] {
            let form = receipted(paper(&who, &project, "cash")).set("amount", "500");
            let gift = form.set("giver_kind", kind).set("giver", name).send().is(303).location().to_owned();
            giver
                .get(&gift)
                .ok()
                .form_ending("/confirm")
                .send()
                .is(422)
                .says("这是您自己或者您家给的，要请另一个人核对");
            // Two other people press at the same moment: one confirmation, and a sentence for the second.
            let (first, late) = (supervision(town), supervision(town));
            let (one, two) =
                (first.get(&gift).ok().form_ending("/confirm"), late.get(&gift).ok().form_ending("/confirm"));
            let sent = std::thread::scope(|scope| {
                let one = scope.spawn(|| one.send().status.as_u16());
                let two = scope.spawn(|| two.send().status.as_u16());
                [one.join().unwrap(), two.join().unwrap()]
            });
            assert_eq!(sent.iter().filter(|status| **status == 303).count(), 1, "{sent:?}");
            assert!(sent.iter().all(|status| matches!(status, 303 | 409 | 422)), "{sent:?}");
        }
        let form = || receipted(paper(&who, &project, "cash")).set("amount", "500").set("giver_kind", "household");
        form().set("giver", "没有这一户").send().is(422).says("户册上找不到");
        town.visitor().get(&format!("{project}/book")).ok().says("收到1,000元");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_is_typed_wrong_is_said_beside_its_field_and_nothing_is_kept_of_it() {
    on_both(|town| {
        let (who, _, project) = building(town);
        let cash = || receipted(paper(&who, &project, "cash")).set("amount", "500");
        cash().set("amount", "99999999").send().is(422).says("不超过10,000,000元");
        cash().set("account_name", "6222 0212 3456 7890 123").send().is(422).says("不写账号");
        cash().set("receipt", "").send().is(422).says("这里要写");
        cash().set("day", "2026-05-07").send().is(422).says("这个日子还没有到");
        cash().forge("line", "3").send().is(422).says("预算里没有这样的一项");
        cash().tick("named", "1").send().is(422).says("不留名的没有名字可以公开");
        let land =
            || paper(&who, &project, "thing").set("item", "路边地").set("quantity", "18平方米").set("sort", "land");
        land().send().is(422).says("让地要有同意的字据");
        let work = || paper(&who, &project, "labour").set("task", "搬石料");
        work().set("people", "2").set("days", "9").send().is(422).says("一天做不了这么多工日");
        work().set("days", "0.3").send().is(422).says("按四分之一天算");
        town.visitor().get(&format!("{project}/book")).ok().says("还没有收到").says("还没有人出工").says("还没有东西");

        // An entry that was wrong is struck with its reason; confirmed money goes back with its own.
        let gift = entered(&who, &project, "500");
        who.get(&gift).ok().form_ending("/strike").send().is(422).says("这里要写");
        who.get(&gift).ok().form_ending("/strike").set("reason", "多写了一个零").send().is(303);
        who.get(&gift).ok().says("多写了一个零").says("撤了");
        let gift = land().set("paper", "4月20日让地同意书").send().is(303).location().to_owned();
        confirm(&supervision(town), &gift);
        let form = who.get(&gift).ok().form_ending("/return").set("reason", "改了线，不占了");
        form.send().is(303);
        town.visitor().get(&format!("{project}/book")).ok().says("路边地").says("有字据");
        town.visitor().get(&format!("{project}/pledge/print")).ok().says("自愿认捐单").says("不排名");
        assert!(town.verify().problems.is_empty());
    });
}
