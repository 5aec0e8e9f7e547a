//! How matters of the demo county end: what was built is kept, everybody is asked, what is wrong is put right, and it stands written who
//! has something of it and what did not work. Through `civic`, like everything here.

use super::book::{Allowed, Book};
use super::course::Course;
use super::world::Home;
use anyhow::{Context, Result};
use civic::build::project::Project;
use civic::evaluate::rectification::{self, Cause as From, RectificationForm};
use civic::evaluate::survey::{self, Choice, Frame, Survey, SurveyForm};
use civic::manage::facility::{self, Cause, FacilityForm, FacilityKind, UpkeepMode};
use civic::record::Verb;
use civic::share::benefit::{self, BenefitForm};
use civic::share::case::{self, CaseForm};
use civic::share::honour::{self, Consent};
use civic::stage::{self, Condition, Stage, WaiverForm};
use civic::time::Day;

/// What is to be put right, what was done about it, and what was seen.
const WRONG: [(&str, &str, &str); 6] = [
    ("转弯的地方天黑看不清", "装了两根反光桩", "晚上去看了，照得到"),
    ("盖板踩上去响", "垫了橡皮条", "踩了一遍，不响了"),
    ("雨大时沟口还是慢", "清了沟口的石头", "下了一场雨，流得快了"),
    ("没出工的人家不敢来用", "开了塆会，说明白人人都能用", "问了五户，都说敢用了"),
    ("路边没有地方让车", "加宽了两处", "两辆车会得了"),
    ("垃圾又堆在老地方", "换了牌子，加了一个桶", "三天去看了两次，没有再堆"),
];

/// What did not work.
const FAILED: [&str; 8] = [
    "头一次会只来了九户，没有算数，第二次改到晚上才够。",
    "预算少算了运费，后来开会加的，应该早点问司机。",
    "施工那几天挡了两家的路，没有提前说，人家有意见。",
    "本来说好轮流看护，头一个月有两回没人来，后来改成谁有空谁报名。",
    "砂石买多了，剩下的堆了半个月才拉走。",
    "有一户一直不同意，最后绕开了，路多走了三十米。",
    "账贴晚了五天，大家问了才贴，以后当天贴。",
    "照片拍少了，基脚那一层没有留下来。",
];

/// What somebody is thanked for.
const THANKS: [&str; 6] = [
    "连着三天帮着抬石头",
    "借了水泵，烧了茶水",
    "让出门口两尺地",
    "带着大家量尺寸、放线",
    "每天晚上记账，贴在墙上",
    "出了车，跑了六趟",
];

/// Since when it is kept and asked, on which days.
pub(super) fn begin(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    (on, until): (Day, Day),
) -> Result<Survey> {
    open(book, course, Stage::Manage, on, &[Condition::Acceptance])?;
    keep(book, course, project, on)?;
    open(book, course, Stage::Evaluate, on, &[Condition::Acceptance])?;
    let (at, today) = course.tick(on, 19, 30);
    let form = SurveyForm {
        frame: Frame::Household,
        agreed_on: today,
        agreed_by: "塆会",
        from: today,
        until: until.max(today),
        own: "用起来方便不方便",
    };
    let invited = i64::try_from(homes(course).len()).unwrap_or(i64::MAX);
    let with = (book.id(at), at, today);
    let made = survey::make(&course.matter, &form, (invited, 0), None, with).allowed("a survey")?;
    book.put(&made, Verb::Create, course.committee(), at);
    course.moved(book, at);
    Ok(made)
}

/// The households asked.
fn homes<'w>(course: &Course<'w>) -> Vec<&'w Home> {
    if course.matter.place == course.hamlet.place.id {
        course.hamlet.homes.iter().collect()
    } else {
        course.village.hamlets.iter().flat_map(|hamlet| &hamlet.homes).collect()
    }
}

fn open(book: &mut Book, course: &mut Course<'_>, stage: Stage, on: Day, met: &[Condition]) -> Result<()> {
    // Works that were accepted may have opened it.
    if course.matter.is_open(stage).is_ok() {
        return Ok(());
    }
    let (at, _) = course.tick(on, 9, 0);
    course.matter = course.matter.opened(stage, met, &[]).allowed("a gate")?;
    let committee = course.committee();
    book.change(&mut course.matter, Verb::Open, committee, at);
    course.moved(book, at);
    Ok(())
}

/// Enters what was built into the register.
fn keep(book: &mut Book, course: &mut Course<'_>, project: &Project, on: Day) -> Result<()> {
    let (at, today) = course.tick(on, 10, 0);
    let village = &course.village.place.name;
    let owner = format!("{village}集体");
    let contact = format!("{village}{}值班电话 0715-6300000", course.village.committee_word());
    let part = |book: &mut Book| book.draw.between(0..=299_999);
    let point = format!("113.{:06},29.{:06}", 600_000 + part(book), 800_000 - part(book));
    let form = FacilityForm {
        name: &project.plan.title,
        kind: FacilityKind::Other,
        spot: course.spot,
        owner: &owner,
        user: "用得着的各户",
        manager: "塆里理事会",
        contact: &contact,
        standard: "能用，干净，坏了三天内有人看",
        mode: UpkeepMode::SelfManaged,
        cost: "300",
        cost_source: "村集体",
        warranty_until: None,
        at: &point,
    };
    let sheet = facility::read(&form).allowed("a facility")?;
    let number = book.number(&course.village.abbreviation, today.year());
    let cause = Cause::Project(&course.matter, project);
    let one = facility::enter(cause, sheet, (book.id(at), number, today)).allowed("entering what was built")?;
    book.put(&one, Verb::Create, course.committee(), at);
    course.moved(book, at);
    Ok(())
}

/// Counts what was answered and notes what is wrong; in every second matter it is right by now.
pub(super) fn count(
    book: &mut Book,
    course: &mut Course<'_>,
    made: &mut Survey,
    (on, right): (Day, bool),
) -> Result<()> {
    let (_, today) = course.tick(on.max(made.until.plus(1)), 8, 0);
    // Its last day is not over yet: it goes on asking.
    if today <= made.until {
        return Ok(());
    }
    let asked = homes(course);
    let mut choices: Vec<Choice> = Vec::new();
    let mut takers = Vec::new();
    for home in asked {
        if book.draw.yes(72) {
            let picks = (0..made.items()).map(|_| pick(book)).collect();
            let (choice, _) = made.cast(picks, "", (true, false), made.from, &mut book.draw).allowed("an answer")?;
            choices.push(choice);
            takers.push(home.household.id.uuid());
        }
    }
    let (survey, all) = (made.id, choices.clone());
    book.step(move |tx| {
        for taker in &takers {
            store::evaluate::survey::put_part(tx, survey, *taker)?;
        }
        store::evaluate::survey::shuffle_in(tx, survey, all.clone(), Vec::new())
    });
    let (at, today) = course.tick(today, 9, 0);
    *made = made.closed(&choices, today).allowed("the count of a survey")?;
    book.change(made, Verb::Close, course.committee(), at);
    let (at, today) = course.tick(today, 10, 0);
    let (issue, done, seen) = *book.draw.pick(&WRONG)?;
    let owner = format!("{}{}", course.village.place.name, course.village.committee_word());
    let form =
        RectificationForm { cause: From::Survey, survey: Some(made.id), issue, owner: &owner, due: today.plus(20) };
    let with = (book.id(at), at, today);
    let mut wrong = rectification::note(&course.matter, &form, with).allowed("something to be put right")?;
    book.put(&wrong, Verb::Create, course.committee(), at);
    if right {
        let (at, today) = course.tick(today.plus(1), 16, 0);
        wrong = wrong.done(done, course.village.committee.account, today).allowed("put right")?;
        book.change(&mut wrong, Verb::Change, course.committee(), at);
        let (at, today) = course.tick(today, 17, 0);
        let supervision = &course.village.supervision;
        let again = wrong.rechecked((seen, Some((4, 5)), true), supervision.account, today);
        wrong = again.allowed("a second look")?;
        book.change(&mut wrong, Verb::Change, supervision.actor(), at);
        course.matter = course.matter.done(Stage::Evaluate).allowed("the end of judging")?;
        let committee = course.committee();
        book.change(&mut course.matter, Verb::End, committee, at);
    }
    course.moved(book, at);
    Ok(())
}

/// One step of an item: most are content, some are not, a few leave it out.
fn pick(book: &mut Book) -> u8 {
    match book.draw.between(1..=100) {
        1..=4 => 0,
        5..=8 => 1,
        9..=15 => 2,
        16..=30 => 3,
        31..=66 => 4,
        _ => 5,
    }
}

/// Who has something of it, the case, thanks. The books hang out still: the township lets that pass, for all to see.
pub(super) fn share(book: &mut Book, course: &mut Course<'_>, project: &Project, on: Day) -> Result<()> {
    let (at, today) = course.tick(on, 9, 30);
    let officer = course.world.townships.iter().find(|town| course.village.path.contains(&town.place.id));
    let officer = &officer.context("the township of a village")?.officer;
    let name = format!("{} 副镇长", officer.name);
    let met = [Condition::Acceptance];
    let reason = "决算还在墙上公示，先把哪些人家受益写出来，账目有变再更正。";
    let form = WaiverForm { stage: Stage::Share, condition: Condition::Account, name: &name, reason };
    let with = (book.id(at), officer.post, at, today);
    let waiver = stage::waive(&course.matter, &form, &met, &[], with).allowed("a waiver")?;
    book.put(&waiver, Verb::Waive, officer.actor(), at);
    let (at, _) = course.tick(on, 9, 40);
    course.matter = course.matter.opened(Stage::Share, &met, &[waiver]).allowed("the gate before sharing")?;
    let committee = course.committee();
    book.change(&mut course.matter, Verb::Open, committee, at);

    let (at, today) = course.tick(on, 10, 0);
    let all = homes(course);
    let households = i64::from(course.households).min(i64::try_from(all.len()).unwrap_or(i64::MAX)).max(1);
    let people = |homes: usize| all.iter().take(homes).map(|home| home.people.len()).sum::<usize>();
    let persons = i64::try_from(people(usize::try_from(households).unwrap_or(usize::MAX))).unwrap_or(i64::MAX);
    let form = BenefitForm {
        households,
        persons: persons.max(households),
        elderly: Some(persons / 5),
        children: Some(persons / 7),
        disabled: None,
        gave_nothing: households / 6,
        basis: "照户册数的，在塆会上念过",
        reason: "",
    };
    let with = (book.id(at), at, today);
    let one = benefit::publish(&course.matter, None, &form, with).allowed("who has something of it")?;
    book.put(&one, Verb::Create, course.committee(), at);

    let (at, today) = course.tick(on, 15, 0);
    let title = format!("{}：{}", course.village.place.name, project.plan.title);
    let process = format!("先一家一户问，再开会商量，定下来公示，大家出钱出工办起来，{}户都能用上。", households);
    let contact = format!("{}{}", course.village.place.name, course.village.committee_word());
    let failed = *book.draw.pick(&FAILED)?;
    let problem = course.matter.title.clone().unwrap_or_default();
    let form = CaseForm {
        title: &title.chars().take(case::TITLE_MAX).collect::<String>(),
        problem: &problem,
        process: &process,
        money: "花了多少、谁出的，账本和决算都在这件事的页面上，一笔一笔对得上。",
        result: "验收过了，问过大家，一多半说满意。",
        failed,
        contact: &contact,
    };
    let story = case::read(&form).allowed("a case")?;
    let mut written = case::draft(&course.matter, &[], story, (book.id(at), at)).allowed("the draft of a case")?;
    book.put(&written, Verb::Create, course.committee(), at);
    written = written.published(today).allowed("a published case")?;
    book.change(&mut written, Verb::Post, course.committee(), at);

    // One thanked person said yes, one organisation is still asked.
    let (at, today) = course.tick(on, 16, 0);
    let person = all.iter().flat_map(|home| &home.people).nth(1).map(|one| &one.resident);
    if let Some(person) = person {
        let words = *book.draw.pick(&THANKS)?;
        let with = (book.id(at), at, today);
        let mut one = honour::ask(&course.matter, Some(person.id), (&person.name, words), with).allowed("thanks")?;
        book.put(&one, Verb::Create, course.committee(), at);
        one = one.agreed(Consent::Spoken, today, today).allowed("a yes")?;
        book.change(&mut one, Verb::Post, course.committee(), at);
    }
    course.moved(book, at);
    Ok(())
}
