//! What is built in the demo county: the flooded lane with its whole book, and other projects as far as each of them came. All of it
//! goes through `civic`: a plan that is not covered opens no gate here either.

use super::book::{Allowed, Book};
use super::course::Course;
use super::share;
use super::works::{self, End};
use anyhow::{Context, Result};
use civic::build::contribution::{
    self, ArrivalForm, FundAccount, GiftChannel, GiftForm, GiftKind, Giver, Second, Tenure, ThingKind, Written,
};
use civic::build::project::{
    self, Budget, Cover, LineForm, Nature, OrderForm, PlanForm, Project, Purpose, SourceForm, SourceKind, funded,
};
use civic::decide::resolution::Resolution;
use civic::money::Fen;
use civic::record::Verb;
use civic::stage::{self, Condition, Stage, WaiverForm};
use civic::time::Day;

/// How far a project came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Far {
    /// Nobody has set one up yet.
    None,
    /// The committee writes it.
    Draft,
    /// Published, and an award that was only asked for is missing.
    Sought,
    /// Published and covered.
    Planned,
    /// At work with its book.
    Building,
    /// At work since a township let the missing money pass.
    Waived,
    /// Finished; what was built waits for its acceptance.
    Built,
    /// Its works ended and what follows them came as far as that.
    Ended(End),
    /// Given up.
    Stopped,
}

/// One after the other, so that every state occurs.
const ORDER: [Far; 18] = [
    Far::Building,
    Far::Sought,
    Far::None,
    Far::Built,
    Far::Ended(End::Accounted),
    Far::Waived,
    Far::Draft,
    Far::Ended(End::Claimed),
    Far::Stopped,
    Far::Ended(End::Defects),
    Far::Ended(End::Paid),
    Far::None,
    Far::Building,
    Far::Planned,
    Far::Ended(End::Accounted),
    Far::Ended(End::Defects),
    Far::Ended(End::Paid),
    Far::Ended(End::Accounted),
];

/// A line of a budget: its name, how much of it, what covers it, yuan or days.
type Row = (&'static str, &'static str, Cover, String);
/// A source: its kind, from whom or what, yuan or days, the document that promises it.
type From = (SourceKind, &'static str, String, &'static str);

fn budget(rows: &[Row], sources: &[From]) -> Result<Budget> {
    let lines = rows.iter().map(|(name, quantity, cover, amount)| {
        project::line(&LineForm { name, quantity, cover: *cover, amount }).allowed("a line of a budget")
    });
    let sources = sources.iter().map(|(kind, whose, amount, document)| {
        project::source(&SourceForm { kind: *kind, whose, amount, document }).allowed("a source")
    });
    Ok(Budget { lines: lines.collect::<Result<_>>()?, sources: sources.collect::<Result<_>>()? })
}

/// The lane: 150,000 yuan, half of it the households' own and half an award that a document promises; 14 days of work; stones.
fn lane() -> Result<Budget> {
    let money = |name, quantity, yuan: &str| (name, quantity, Cover::Money, yuan.to_owned());
    budget(
        &[
            money("混凝土", "113.4方", "56700"),
            money("边沟和暗沟", "360米", "30600"),
            money("碎石垫层", "120方", "24000"),
            money("机械", "", "18000"),
            money("技工工钱", "", "14400"),
            money("检测", "", "3600"),
            money("安全和保险", "", "2400"),
            money("预备", "", "300"),
            ("清淤、搬料、清场", "", Cover::Labour, "14".to_owned()),
            ("石料、模板和路边地", "", Cover::Things, String::new()),
        ],
        &[
            (SourceKind::ResidentCash, "46户自愿", "75000".to_owned(), ""),
            (SourceKind::FiscalAward, "县农业农村局", "75000".to_owned(), "青农财〔2026〕15号奖补办法第六条"),
            (SourceKind::ResidentLabour, "", "14".to_owned(), ""),
            (SourceKind::InKind, "石料22方，模板40块，路边地18平方米", String::new(), ""),
        ],
    )
}

/// Another project: half of the money residents' own, the rest the collective's or an award.
fn usual(yuan: u32, promised: bool) -> Result<Budget> {
    let part = |percent: u32| (yuan / 100 * percent).max(1).to_string();
    let rest = |percent: u32| (yuan - (yuan / 100 * (100 - percent)).max(1)).to_string();
    let money = |name, amount| (name, "", Cover::Money, amount);
    let own = (SourceKind::ResidentCash, "各户自愿", part(40), "");
    let (whose, document) = if promised {
        ("县奖补资金", "青农财〔2026〕15号奖补办法第六条")
    } else {
        ("县奖补资金，正在申请", "")
    };
    budget(
        &[
            money("材料", part(55)),
            money("人工", part(30)),
            money("运输和机械", rest(15)),
            ("清场搬料", "", Cover::Labour, "6".to_owned()),
        ],
        &[
            own,
            (SourceKind::FiscalAward, whose, rest(60), document),
            (SourceKind::ResidentLabour, "", "6".to_owned(), ""),
        ],
    )
}

/// One that is told to its end: of the money two fifths residents' own, as much an award, a fifth the collective's.
fn shared(yuan: u32) -> Result<Budget> {
    let part = |percent: u32| (yuan / 100 * percent).max(1).to_string();
    let rest = |percent: u32| (yuan - (yuan / 100 * (100 - percent)).max(1)).to_string();
    let money = |name, amount| (name, "", Cover::Money, amount);
    budget(
        &[
            money("材料", part(55)),
            money("人工", part(30)),
            money("运输和机械", rest(15)),
            ("清场搬料", "", Cover::Labour, "6".to_owned()),
        ],
        &[
            (SourceKind::ResidentCash, "各户自愿", part(40), ""),
            (SourceKind::FiscalAward, "县奖补资金", part(40), "青农财〔2026〕15号奖补办法第六条"),
            (SourceKind::Collective, "村集体", rest(20), ""),
            (SourceKind::ResidentLabour, "", "6".to_owned(), ""),
        ],
    )
}

/// The days from now on in the course, spread to today.
struct Span {
    from: Day,
    days: i32,
}

impl Span {
    fn of(course: &Course<'_>) -> Self {
        let from = course.world.when.zone.day(course.latest());
        Self { from, days: from.until(course.world.when.today).max(0) }
    }
    /// The day after so many hundredths of it.
    fn at(&self, hundredths: i32) -> Day {
        self.from.plus(self.days.saturating_mul(hundredths) / 100)
    }
}

/// A project of a matter whose decision stands disclosed, as far as it is its turn.
pub(super) fn grow(book: &mut Book, course: &mut Course<'_>, resolution: &Resolution) -> Result<()> {
    let far = *ORDER.get(book.projects % ORDER.len()).context("how far a project came")?;
    book.projects += 1;
    let yuan = course.story.options.first().map_or(0, |choice| choice.yuan);
    // What costs the village nothing is done without a project.
    if far == Far::None || yuan < 1_000 {
        return Ok(());
    }
    let sought = matches!(far, Far::Sought | Far::Waived);
    let span = Span::of(course);
    let plan = if matches!(far, Far::Ended(_)) { shared(yuan)? } else { usual(yuan, !sought)? };
    let mut project = set_up(book, course, resolution, plan, span.at(5))?;
    if far == Far::Draft {
        return Ok(());
    }
    publish(book, course, &mut project, resolution, span.at(10))?;
    if far == Far::Stopped {
        let (at, today) = course.tick(span.at(60), 16, 0);
        project = project.stopped("量了才知道要动三家的院墙，三家不肯，另想办法。", today).allowed("giving up")?;
        book.change(&mut project, Verb::End, course.committee(), at);
        course.moved(book, at);
        return Ok(());
    }
    if matches!(far, Far::Sought | Far::Planned) {
        gifts(book, course, &project, &span, (12, 60), i64::from(yuan) / 100 * 15, 5)?;
        return Ok(());
    }
    if let Far::Ended(end) = far {
        return ended(book, course, &mut project, resolution, (&span, end, yuan));
    }
    begin(book, course, &mut project, resolution, span.at(20))?;
    gifts(book, course, &project, &span, (22, 70), i64::from(yuan) / 100 * 40, 9)?;
    work(book, course, &project, &[("清场搬料", "6", "6")], &span, (72, 80))?;
    if far == Far::Built {
        finish(book, course, &mut project, span.at(92))?;
    }
    Ok(())
}

/// A project to its end: diary, acceptance, award, final account, as far as it is told.
fn ended(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &mut Project,
    resolution: &Resolution,
    (span, end, yuan): (&Span, End, u32),
) -> Result<()> {
    begin(book, course, project, resolution, span.at(14))?;
    let given = gifts(book, course, project, span, (15, 30), i64::from(yuan) / 100 * 40, 9)?;
    works::diary(book, course, project, &[31, 35, 39, 43].map(|part| span.at(part)))?;
    work(book, course, project, &[("清场搬料", "6", "6")], span, (44, 46))?;
    finish(book, course, project, span.at(48))?;
    let passed = works::accept(book, course, project, end, (span.at(52), span.at(60)))?;
    if end == End::Defects {
        return Ok(());
    }
    // Some are only accepted; the others are kept, and everybody is asked.
    let mut asked = None;
    if end != End::Claimed {
        asked = Some(share::begin(book, course, project, (span.at(62), span.at(72)))?);
    }
    works::award(book, course, project, (&passed, resolution), given, (end, &|part| span.at(part)))?;
    if let Some(asked) = &mut asked {
        share::count(book, course, asked, (span.at(90), end == End::Accounted))?;
    }
    if end == End::Accounted { share::share(book, course, project, span.at(95)) } else { Ok(()) }
}

/// The lane of the tour, at work, with its whole book: what came, what waits for its second person, what was only promised.
pub(super) fn lane_is_built(book: &mut Book, course: &mut Course<'_>, resolution: &Resolution) -> Result<Project> {
    let span = Span::of(course);
    let mut project = set_up(book, course, resolution, lane()?, span.at(0))?;
    publish(book, course, &mut project, resolution, span.at(5))?;
    begin(book, course, &mut project, resolution, span.at(15))?;
    gifts(book, course, &project, &span, (15, 60), 75_000, 46)?;
    let done = [("清淤", "4", "4"), ("搬石料", "5", "5"), ("洒水养护", "2", "3"), ("清场", "2", "2")];
    work(book, course, &project, &done, &span, (20, 70))?;
    let home = |n: usize| course.hamlet.homes.get(n).map(|home| Giver::Household(home.household.id)).context("a home");
    let things: [(&str, &str, ThingKind, Tenure, &str, Giver, bool); 3] = [
        ("石料", "22方", ThingKind::Material, Tenure::Given, "", home(0)?, true),
        ("模板", "40块", ThingKind::Tool, Tenure::Lent, "", home(1)?, false),
        ("路边地", "18平方米", ThingKind::Land, Tenure::Given, "两户签的让地同意书", home(2)?, false),
    ];
    for (item, quantity, sort, tenure, paper, giver, named) in things {
        let form = GiftForm {
            kind: GiftKind::Thing,
            item,
            quantity,
            sort: Some(sort),
            tenure: Some(tenure),
            paper,
            line: Some(10),
            ..BLANK
        };
        enter(book, course, &project, (giver, named), &form, span.at(72), true)?;
    }

    // What was answered to the wall behind is paid by an order: both editions stay.
    let (at, today) = course.tick(span.at(75), 10, 0);
    let mut more = project.budget.clone();
    more.lines.retain(|line| line.name != "预备");
    for line in more.lines.iter_mut().filter(|line| line.name == "边沟和暗沟") {
        let form = LineForm { name: "边沟和暗沟", quantity: "372米", cover: Cover::Money, amount: "32640" };
        *line = project::line(&form).allowed("the longer drain")?;
    }
    let form = SourceForm { kind: SourceKind::Collective, whose: "村集体", amount: "1740", document: "" };
    more.sources.push(project::source(&form).allowed("the collective's part")?);
    let form = OrderForm {
        reason: "答复异议，加12米暗沟，多2,040元；预备的300元用上，差的由村集体出。",
        approved_by: "村民代表会议",
        approved_on: Some(today),
        until: None,
    };
    let (changed, order) = project.changed(&form, more, (book.id(at), at, today)).allowed("a change order")?;
    project = changed;
    book.put(&order, Verb::Create, course.committee(), at);
    book.extend(&mut project, course.committee(), at);
    course.moved(book, at);

    // Something that a visitor of the demo can do: one entry waits for its second person, one promise has not arrived.
    let cash = GiftForm { kind: GiftKind::Cash, amount: "500", ..BLANK };
    enter(book, course, &project, (Giver::Unnamed, false), &cash, span.at(85), false)?;
    let (at, today) = course.tick(span.at(90), 19, 30);
    let phone = course.village.phones.first().map(|(account, listed)| (*account, listed.resident.id));
    if let Some((account, resident)) = phone {
        let with = Written { id: book.id(at), by: Some(account), channel: GiftChannel::Web, today, now: at };
        let form = GiftForm { amount: "300", ..cash };
        let made =
            contribution::pledge(&project, (Giver::Resident(resident), false), &form, &with).allowed("a promise")?;
        let actor = civic::record::Actor { account: Some(account), post: None };
        book.put(&made, Verb::Create, actor, at);
        course.moved(book, at);
    }
    Ok(project)
}

/// Writes the draft.
fn set_up(
    book: &mut Book,
    course: &mut Course<'_>,
    resolution: &Resolution,
    budget: Budget,
    on: Day,
) -> Result<Project> {
    let (at, today) = course.tick(on, 9, 30);
    let choice = course.story.options.first().context("what was chosen")?;
    let lead = course.village.committee_word();
    let form = PlanForm {
        title: choice.title,
        what: course.story.resolution,
        spot: course.spot,
        lead,
        partners: "理事会施工，监督小组看着",
        nature: Nature::New,
        purpose: Purpose::Public,
        scale: choice.title,
        from: Some(today.plus(3)),
        until: Some(today.plus(60)),
        upkeep: choice.upkeep,
        safety: "监督小组组长",
        result: "",
    };
    let plan = project::read(&form).allowed("a plan")?;
    let with = (book.id(at), at);
    let draft = project::draft(&course.matter, Some(resolution), &[], plan, budget, with).allowed("a project")?;
    book.put(&draft, Verb::Create, course.committee(), at);
    Ok(draft)
}

fn publish(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &mut Project,
    resolution: &Resolution,
    on: Day,
) -> Result<()> {
    let (at, today) = course.tick(on, 10, 0);
    *project = project.published(Some(resolution), &[], today).allowed("publishing a plan")?;
    book.change(project, Verb::Post, course.committee(), at);
    course.moved(book, at);
    Ok(())
}

/// Opens the stage and begins the works. Where the money is not there, the township lets that pass, with name and reason.
fn begin(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &mut Project,
    resolution: &Resolution,
    on: Day,
) -> Result<()> {
    let (at, today) = course.tick(on, 8, 30);
    let mut met = Vec::new();
    if stage::resolved(std::slice::from_ref(resolution), today) {
        met.push(Condition::Resolution);
    }
    if stage::disclosed(&course.matter) {
        met.push(Condition::Notice);
    }
    let mut waivers = Vec::new();
    if funded(std::slice::from_ref(project), &[]) {
        met.push(Condition::Funding);
    } else {
        let officer = course.world.townships.iter().find(|town| course.village.path.contains(&town.place.id));
        let officer = &officer.context("the township of a village")?.officer;
        let name = format!("{} 副镇长", officer.name);
        let reason = "奖补批文下月到，雨季等不得，先开工，批文到了补上。";
        let form = WaiverForm { stage: Stage::Build, condition: Condition::Funding, name: &name, reason };
        let with = (book.id(at), officer.post, at, today);
        let waiver = stage::waive(&course.matter, &form, &met, &[], with).allowed("a waiver")?;
        book.put(&waiver, Verb::Waive, officer.actor(), at);
        waivers.push(waiver);
    }
    let (at, _) = course.tick(on, 8, 50);
    course.matter = course.matter.opened(Stage::Build, &met, &waivers).allowed("the gate before building")?;
    let committee = course.committee();
    book.change(&mut course.matter, Verb::Open, committee, at);
    let (at, today) = course.tick(on, 9, 10);
    *project = project.begun(&course.matter, today, today).allowed("the first day of works")?;
    book.change(project, Verb::Open, committee, at);
    course.moved(book, at);
    Ok(())
}

fn finish(book: &mut Book, course: &mut Course<'_>, project: &mut Project, on: Day) -> Result<()> {
    let (at, today) = course.tick(on, 17, 0);
    *project = project.finished(today, today).allowed("the last day of works")?;
    book.change(project, Verb::Close, course.committee(), at);
    course.moved(book, at);
    Ok(())
}

const BLANK: GiftForm<'static> = GiftForm {
    kind: GiftKind::Cash,
    amount: "",
    task: "",
    people: "",
    days: "",
    item: "",
    quantity: "",
    sort: None,
    tenure: None,
    worth: "",
    paper: "",
    line: None,
    conditions: "",
};

/// Writes down one gift; the supervision committee confirms it where that is said.
fn enter(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    giver: (Giver, bool),
    form: &GiftForm<'_>,
    on: Day,
    confirmed: bool,
) -> Result<()> {
    let (at, today) = course.tick(on, 11, 0);
    book.receipts += 1;
    let receipt = format!("{:06}", book.receipts);
    let name = format!("{}经济合作社", course.village.place.name);
    let arrival = ArrivalForm {
        day: Some(today),
        receipt: &receipt,
        account: Some(FundAccount::Collective),
        account_name: &name,
        paper: "",
    };
    let committee = course.village.committee.account;
    let with = Written { id: book.id(at), by: Some(committee), channel: GiftChannel::Paper, today, now: at };
    let mut made = contribution::enter(project, giver, form, &arrival, &with).allowed("a gift")?;
    book.put(&made, Verb::Create, course.committee(), at);
    if confirmed {
        let (at, today) = course.tick(on, 16, 0);
        let supervision = &course.village.supervision;
        let second = Second { account: supervision.account, post: supervision.post, residents: &[], households: &[] };
        made = made.confirmed(&second, today).allowed("a second person")?;
        book.change(&mut made, Verb::Confirm, supervision.actor(), at);
    }
    course.moved(book, at);
    Ok(())
}

/// Households give what each of them likes, until that sum is there; how much they gave.
fn gifts(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    span: &Span,
    (from, until): (i32, i32),
    yuan: i64,
    many: usize,
) -> Result<Fen> {
    let homes: Vec<Giver> =
        course.hamlet.homes.iter().take(many).map(|home| Giver::Household(home.household.id)).collect();
    let all = i64::try_from(homes.len()).unwrap_or(1).max(1);
    let mut rest = yuan / 10 * 10;
    let whole = rest;
    for (n, giver) in (0_i64..).zip(homes) {
        let left = all - n;
        let share = i64::from(book.draw.between(50..=150));
        let amount = if left == 1 { rest } else { (rest / left * share / 100 / 10 * 10).max(10) };
        if amount <= 0 || amount > rest {
            break;
        }
        rest -= amount;
        let on = span.at(from + i32::try_from(n * i64::from(until - from) / all).unwrap_or(0));
        let typed = amount.to_string();
        let form = GiftForm { amount: &typed, ..BLANK };
        let named = book.draw.yes(35);
        enter(book, course, project, (giver, named), &form, on, true)?;
    }
    Ok(Fen::new((whole - rest) * 100))
}

/// People work together, a line for each time.
fn work(
    book: &mut Book,
    course: &mut Course<'_>,
    project: &Project,
    done: &[(&str, &str, &str)],
    span: &Span,
    (from, until): (i32, i32),
) -> Result<()> {
    let line = (1_i64..).zip(&project.budget.lines).find(|(_, line)| line.cover == Cover::Labour).map(|(n, _)| n);
    let all = i32::try_from(done.len()).unwrap_or(1).max(1);
    for (n, (task, people, days)) in (0_i32..).zip(done) {
        let form = GiftForm { kind: GiftKind::Labour, task, people, days, line, ..BLANK };
        let on = span.at(from + n * (until - from) / all);
        enter(book, course, project, (Giver::Unnamed, false), &form, on, true)?;
    }
    Ok(())
}
