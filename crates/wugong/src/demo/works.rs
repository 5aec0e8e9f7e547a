//! How projects of the demo county come to their end: the diary of their works, the acceptance with what had to be mended, the award that
//! was claimed and paid, and the final account. All of it through `civic`: an award whose conditions do not hold is not claimed here either.

use super::book::{Allowed, Book};
use super::course::Course;
use super::world::Holder;
use anyhow::{Context, Result};
use civic::build::acceptance::{
    self, Acceptance, AcceptanceForm, AcceptanceLevel, ActualForm, Defect, DefectForm, Verdict,
};
use civic::build::award::{Known, instalments, reckon};
use civic::build::claim::{self, Claim, ClaimForm, Payment, PaymentForm, PaymentKind};
use civic::build::contribution::FundAccount;
use civic::build::final_account::{self, Books, FinalAccountForm, SpentForm};
use civic::build::project::{Cover, Project};
use civic::build::workday::Workdays;
use civic::build::works::{self, WorksForm};
use civic::decide::resolution::Resolution;
use civic::id::AccountId;
use civic::money::Fen;
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::rules::Ruled;
use civic::rules::award::{AwardScheme, Requirement};
use civic::stage::{Condition, Stage};
use civic::time::Day;

/// How far a project came after its works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Accepted on condition; a defect is still to be mended.
    Defects,
    /// Accepted; the award was claimed and waits.
    Claimed,
    /// The award was approved and a part of it paid; one payment waits to be seen on the account.
    Paid,
    /// Everything that is due was paid, and the final account hangs out.
    Accounted,
}

/// A note of the diary: what was done, about quality, about safety, what material came, who saw it.
type Note = (&'static str, &'static str, &'static str, &'static str, &'static str);

const DIARIES: [[Note; 4]; 6] = [
    [
        ("放线、清表，挖了40米基槽", "", "路口拉了绳子，放了牌子", "", "监督小组两人"),
        ("基槽挖完，夯了两遍", "量了三处，深度够", "", "碎石18方", "监督小组组长"),
        ("垫层铺平，浇第一段混凝土", "试块留了一组", "戴了手套和胶鞋", "混凝土12方", "监督小组组长"),
        ("浇完最后一段，盖草帘洒水", "表面平，没有蜂窝", "", "", "监督小组两人"),
    ],
    [
        ("把旧盖板撬起来，淤泥清了两车", "", "沟边不让小孩靠近", "", "塆长"),
        ("砌东边沟墙，用了老石头", "灰缝补了几处", "", "水泥20包，砂3方", "监督小组一人"),
        ("砌西边沟墙，下雨停了半天", "", "雨天没有上工", "", "监督小组一人"),
        ("盖板铺齐，试了水，流得通", "有一块不平，垫好了", "", "盖板36块", "监督小组两人"),
    ],
    [
        ("挖坑立杆，五根都立直了", "", "高处的活请了电工", "灯杆5根", "村委会副主任"),
        ("穿线接头，埋管40厘米深", "接头都包好了", "断了电再接的", "电缆180米", "监督小组组长"),
        ("装灯头，晚上试亮", "有一盏不亮，换了", "", "灯头5个", "用灯的几户都来看了"),
        ("回填，清场", "", "", "", "监督小组一人"),
    ],
    [
        ("拆了旧墙，能用的砖码好", "", "拆墙时路上不走人", "", "监督小组两人"),
        ("下基脚，铺第一层砖", "基脚加宽了10厘米", "", "砖3200块", "监督小组组长"),
        ("砌到一人高，搭了架子", "垂线量过，是直的", "架子绑牢了才上人", "", "监督小组一人"),
        ("抹灰、勾缝，垃圾运走", "", "", "砂2方，石灰10包", "监督小组两人"),
    ],
    [
        ("清塘埂上的杂树和草", "", "用油锯的人戴了护具", "", "用水户三人"),
        ("分层填土，一层一层夯", "夯了五遍，踩不动", "", "黏土60方", "监督小组组长"),
        ("换涵管，两头砌了护口", "接口抹了两遍", "塘水先放到涵管以下", "涵管6节", "监督小组两人"),
        ("蓄水一夜，没有渗", "", "", "", "用水户都来看了"),
    ],
    [
        ("场地推平，低的地方填了土", "", "机械倒车有人看着", "", "监督小组一人"),
        ("铺碎石，压了三遍", "坡度往沟里走，不积水", "", "碎石40方", "监督小组组长"),
        ("铺砖，边上收了口", "缝有宽有窄，返了一段", "", "透水砖2600块", "监督小组两人"),
        ("种了六棵桂花，装了两条凳", "", "", "桂花6棵，石凳2条", "来帮工的八户"),
    ],
];

/// What an acceptance found to be mended, and who mends it.
const DEFECTS: [(&str, &str); 6] = [
    ("盖板缺两块", "施工队"),
    ("转弯处积水，要加一个雨水口", "理事会"),
    ("有一段边沿没有收口", "施工队"),
    ("栏杆两处没有焊牢", "施工队"),
    ("余土还堆在路边", "理事会"),
    ("有一处接头没有包好", "电工班组"),
];

const QUALITY: [&str; 6] = [
    "平整，水往沟里走，和图纸一样",
    "尺寸都量过，比计划的少3米，因为绕开了一棵老樟树",
    "材料有合格证，试块送镇上压过",
    "沟通水，晚上灯都亮",
    "砌得直，灰缝有几处补过",
    "下过两场大雨，没有积水",
];

const MEMBERS: [&str; 4] = [
    "村委会主任、监督小组三人、用的人两户",
    "村委会副主任、监督小组组长、镇村建办干部",
    "理事会会长、监督小组两人、塆长",
    "村委会主任、村务监督委员会主任、用水户三人",
];

const OPINIONS: [&str; 4] =
    ["对过票据，和台账一致", "有两张票是手写的，补了说明", "", "砂石少买了两方，钱退回来了，票在第七页"];

const USES: [&str; 4] =
    ["留作以后清沟、换灯头的钱，花一笔记一笔", "买两块警示牌，剩的存着", "留作雨季前的检修", "补种死掉的几棵树"];

const SHORT: [&str; 3] =
    ["村集体先垫，质保金到了补上", "差的由村集体从今年的公益金里出", "理事会的人自愿再凑，凑齐了写进账本"];

fn pick<T: Copy>(book: &mut Book, all: &[T]) -> Result<T> {
    let at = book.draw.place(all.len());
    all.get(at).copied().context("something to pick")
}

/// Keeps the diary while it is built: a few notes, spread over the days.
pub(super) fn diary(book: &mut Book, course: &mut Course<'_>, project: &Project, days: &[Day]) -> Result<()> {
    let notes = pick(book, &DIARIES)?;
    for (on, (progress, quality, safety, material, seen)) in days.iter().zip(notes) {
        let (at, today) = course.tick(*on, 18, 30);
        let form = WorksForm { on: Some(today), line: None, progress, quality, safety, material, seen, photos: 0 };
        let with = (book.id(at), at, today);
        let note = works::note(project, &form, Vec::new(), with).allowed("a note of the diary")?;
        book.put(&note, Verb::Create, course.committee(), at);
        course.moved(book, at);
    }
    Ok(())
}

/// What a line of money cost, in yuan as they are typed: nearly what was planned.
fn cost(book: &mut Book, planned: Fen) -> String {
    let percent = i64::from(book.draw.between(93..=99));
    Fen::new(planned.fen() / 100 * percent / 1000 * 1000).to_string()
}

/// Enters the acceptance and has it confirmed; where it found something, that is mended and looked at again, but for the last.
pub(super) fn accept(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &mut Project,
    end: End,
    (from, until): (Day, Day),
) -> Result<Acceptance> {
    let (at, today) = course.tick(from, 10, 30);
    let conditional = end == End::Defects || book.draw.yes(40);
    let asked = book.draw.between(12..=46);
    let content = asked * book.draw.between(84..=100) / 100;
    let (content, asked) = (content.to_string(), asked.to_string());
    let money: Vec<String> =
        project.budget.lines.iter().filter_map(|line| line.amount).map(|amount| cost(book, amount)).collect();
    let mut costs = money.iter();
    let lines = project
        .budget
        .lines
        .iter()
        .map(|line| match line.cover {
            Cover::Money => ActualForm { quantity: "", amount: costs.next().map_or("", String::as_str) },
            Cover::Labour => ActualForm { quantity: "", amount: "6" },
            Cover::Things => ActualForm { quantity: "按计划", amount: "" },
        })
        .collect();
    let (what, owner) = pick(book, &DEFECTS)?;
    let defects = if conditional { vec![DefectForm { what, due_on: Some(today.plus(20)), owner }] } else { Vec::new() };
    let form = AcceptanceForm {
        level: if book.draw.yes(25) { AcceptanceLevel::Town } else { AcceptanceLevel::Village },
        held_on: Some(today),
        lines,
        quality: pick(book, &QUALITY)?,
        members: pick(book, &MEMBERS)?,
        opinion: (&content, &asked),
        verdict: if conditional { Verdict::Conditional } else { Verdict::Pass },
        defects,
        papers: 1,
    };
    let paper = course.paper.clone().context("a photo of a signed sheet")?.file(book, at);
    let (committee, supervision) = (course.village.committee.account, course.village.supervision.clone());
    let with = (book.id(at), Some(committee), at, today);
    let defect_id = book.id(at);
    let (mut one, defects) =
        acceptance::enter(project, &form, vec![paper], &[], with, &mut || defect_id).allowed("an acceptance")?;
    let actor = course.committee();
    let (written, found) = (one.clone(), defects.clone());
    let mut entries = vec![Entry::of(&one, Verb::Create, actor, at, &mut book.draw)];
    entries.extend(defects.iter().map(|defect| Entry::of(defect, Verb::Create, actor, at, &mut book.draw)));
    book.record(entries);
    book.step(move |tx| store::build::acceptance::put(tx, &written, &found));
    let (at, today) = course.tick(from.plus(1), 15, 0);
    one = one.confirmed(Some(supervision.account), today).allowed("a second person at an acceptance")?;
    book.change(&mut one, Verb::Certify, supervision.actor(), at);
    if end != End::Defects {
        let mut mended: Vec<Defect> = Vec::new();
        for defect in defects {
            let (at, today) = course.tick(until, 9, 0);
            let mut defect = defect.mended(Some(committee), today).allowed("something mended")?;
            book.change(&mut defect, Verb::Change, actor, at);
            let (at, today) = course.tick(until, 16, 0);
            defect = defect.rechecked(Some(supervision.account), today).allowed("something looked at again")?;
            book.change(&mut defect, Verb::Certify, supervision.actor(), at);
            mended.push(defect);
        }
        let (at, today) = course.tick(until, 16, 10);
        let passed = one.after_recheck(&mended, today);
        if passed != one {
            one = passed;
            book.change(&mut one, Verb::Change, supervision.actor(), at);
        }
        *project = project.accepted(one.held_on, today).allowed("an accepted project")?;
        book.change(project, Verb::Change, supervision.actor(), at);
        course.matter = course.matter.done(Stage::Build).allowed("the end of building")?;
        book.change(&mut course.matter, Verb::Close, supervision.actor(), at);
        let met = [Condition::Acceptance];
        course.matter = course.matter.opened(Stage::Manage, &met, &[]).allowed("the gate before managing")?;
        book.change(&mut course.matter, Verb::Open, actor, at);
    }
    course.moved(book, at);
    Ok(one)
}

/// What the books say: what households gave and what was worked.
pub(super) fn books(given: Fen) -> Books {
    Books { residents: given, days: Workdays::quarters(24), ..Books::default() }
}

fn by(holder: &Holder) -> (AccountId, Post) {
    (holder.account, holder.post)
}

/// Claims the award by the scheme of the day on which the plan was published; nothing where a condition of it does not hold.
fn claimed(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    passed: &Acceptance,
    given: Fen,
    on: Day,
) -> Result<Option<(Claim, Ruled<AwardScheme>)>> {
    let (at, today) = course.tick(on, 9, 20);
    let published = project.published_on.unwrap_or(today);
    let path = course.village.path_of(course.hamlet.place.id);
    let Some(ruled) = course.world.rules(&path, published).award_schemes().into_iter().next() else {
        return Ok(None);
    };
    let (village, year) = (course.village.place.id, today.year());
    let has = |own: bool| {
        let of = book.awarded.iter().filter(|(of, when, _)| *when == year && (!own || *of == village));
        of.fold(Fen::default(), |all, (_, _, one)| all.plus(*one).unwrap_or(all))
    };
    let known = Known {
        cash: given,
        labour: books(given).days,
        cost: Some(passed.cost()),
        planned: project.budget.total(),
        people: None,
        came: course.came,
        content: passed.opinion,
        there: vec![Requirement::Resolution, Requirement::Acceptance, Requirement::Upkeep, Requirement::Diary],
        village_has: has(true),
        all_have: has(false),
    };
    let reckoned = reckon(&ruled.value, &known);
    if !reckoned.gaps.is_empty() || reckoned.award <= Fen::default() {
        return Ok(None);
    }
    let name = format!("{}经济合作社", course.village.place.name);
    let form = ClaimForm { account: Some(FundAccount::Collective), account_name: &name };
    let with = (book.id(at), Some(course.village.committee.account), at, today);
    let one = claim::claim((project, village), (&ruled.rule, &reckoned, &known), &form, &[], with)
        .allowed("a claim of an award")?;
    book.awarded.push((village, year, one.award));
    book.put(&one, Verb::Create, course.committee(), at);
    course.moved(book, at);
    Ok(Some((one, ruled)))
}

/// The award as far as it came, and the final account where it came to that. `at` says the day after so many hundredths of the course.
pub(super) fn award(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    (passed, resolution): (&Acceptance, &Resolution),
    given: Fen,
    (end, day): (End, &dyn Fn(i32) -> Day),
) -> Result<()> {
    let made = claimed(book, course, project, passed, given, day(64))?;
    let mut paid = Vec::new();
    if let Some((mut claim, ruled)) = made.filter(|_| end != End::Claimed) {
        let township = course.world.townships.iter().find(|town| course.village.path.contains(&town.place.id));
        let township = township.context("the township of a village")?;
        let officer = &township.officer;
        let (at, today) = course.tick(day(68), 10, 0);
        claim = claim.approved(by(officer), "材料齐，按办法批", today).allowed("an approved claim")?;
        book.change(&mut claim, Verb::Certify, officer.actor(), at);
        let due = |today: Day| claim::due(&ruled.value, claim.award, project.begun_on, project.ended_on, today);
        for (n, amount) in instalments(&ruled.value, claim.award).0.into_iter().enumerate() {
            let hundredths = if n == 0 { 72 } else { 78 };
            let (at, today) = course.tick(day(hundredths), 11, 0);
            book.receipts += 1;
            let office = format!("{}财政所", township.place.name);
            let voucher = format!("{}年记账{}号", today.year(), book.receipts);
            let typed = amount.to_string();
            let form = PaymentForm {
                kind: PaymentKind::Paid,
                amount: &typed,
                day: Some(today),
                office: &office,
                voucher: &voucher,
                corrects: None,
                reason: "",
            };
            let with = (book.id(at), Some(officer.account), at, today);
            let mut payment = claim::pay(&claim, &form, &paid, due(today), with).allowed("a payment of an award")?;
            book.put(&payment, Verb::Create, officer.actor(), at);
            if n == 0 || end == End::Accounted {
                let (at, today) = course.tick(day(hundredths + 2), 9, 40);
                let second = course.village.supervision.clone();
                payment = payment.confirmed(by(&second), today).allowed("a payment on the account")?;
                book.change(&mut payment, Verb::Certify, second.actor(), at);
            }
            paid.push(payment);
            course.moved(book, at);
        }
    }
    if end == End::Accounted { account(book, course, project, passed, (given, &paid, resolution), day) } else { Ok(()) }
}

/// Writes the final account and has it checked.
fn account(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    passed: &Acceptance,
    (given, paid, resolution): (Fen, &[Payment], &Resolution),
    day: &dyn Fn(i32) -> Day,
) -> Result<()> {
    let (at, _) = course.tick(day(84), 14, 0);
    let books = Books { awards: claim::paid(paid), ..books(given) };
    let rows = final_account::income(&project.budget, &books);
    let typed: Vec<String> = rows
        .iter()
        .map(|row| if row.from_books { String::new() } else { row.planned.unwrap_or_default().to_string() })
        .collect();
    let spent: Vec<(String, String, String)> = (1_u32..)
        .zip(&passed.lines)
        .map(|(n, line)| {
            let amount = line.amount.map(|n| n.to_string()).or(line.days.map(|n| n.to_string())).unwrap_or_default();
            let voucher = if line.amount.is_some() { format!("票{}至{}", n * 3 - 2, n * 3) } else { String::new() };
            (line.quantity.clone().unwrap_or_default(), amount, voucher)
        })
        .collect();
    let came = rows.iter().filter_map(|row| row.amount.or(row.planned)).map(Fen::fen).sum::<i64>();
    let rest = came.saturating_sub(passed.cost().fen());
    let form = FinalAccountForm {
        income: typed.iter().map(String::as_str).collect(),
        lines: spent.iter().map(|(quantity, amount, voucher)| SpentForm { quantity, amount, voucher }).collect(),
        rest_use: if rest > 0 { pick(book, &USES)? } else { pick(book, &SHORT)? },
    };
    let with = (book.id(at), Some(course.village.committee.account), at);
    let mut one =
        final_account::enter(project, &books, &form, Some(resolution), &[], with).allowed("a final account")?;
    book.put(&one, Verb::Create, course.committee(), at);
    let (at, today) = course.tick(day(88), 15, 30);
    let supervision = course.village.supervision.clone();
    let opinion = pick(book, &OPINIONS)?;
    let path = course.village.path_of(course.hamlet.place.id);
    let rules = course.world.rules(&path, today);
    one = one.checked(by(&supervision), opinion, &rules, today).allowed("a checked final account")?;
    book.change(&mut one, Verb::Certify, supervision.actor(), at);
    course.moved(book, at);
    Ok(())
}
