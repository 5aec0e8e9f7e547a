//! The flooded lane of 柳塆, walked from the first word to the works and their book: the matter that a visitor looks at
//! first.

use super::book::Book;
use super::build;
use super::corpus::story::Story;
use super::course::{After, Course, Reply, Said};
use super::gathering::{Hands, Plan};
use super::sheet::Scan;
use super::world::{Village, World};
use anyhow::{Context, Result};
use civic::decide::code::{PublicNumber, SlipCode};
use civic::decide::meeting::TalkForm;
use civic::decide::motion::BallotMode;
use civic::decide::need::Sorting;
use civic::decide::objection::{ObjectionChannel, ObjectionOutcome};
use civic::rules::{Body, Mode};

/// How many days ago the lane was flooded.
pub(super) const BEGAN: i32 = 62;

/// What a visitor looks for first.
#[derive(Clone, Debug)]
pub struct Tour {
    /// The public number of the flooded lane.
    pub number: PublicNumber,
    /// The codes of the slips of those who raised it.
    pub slips: Vec<SlipCode>,
}

/// Walks it.
pub(super) fn walk(
    book: &mut Book,
    world: &World,
    village: &Village,
    story: &'static Story,
    scans: &[Scan],
) -> Result<Tour> {
    let hamlet = village.hamlets.first().context("the hamlet that is shown")?;
    let day = |after: i32| world.when.ago(BEGAN - after);

    // An old resident without a phone tells the facilitator; two more say the same, one of them on a phone.
    let mut course = Course::raise(book, world, village, hamlet, story, day(0), Said::Elder)?;
    course.households = 18;
    course.sort(book, day(1), Sorting::Project)?;
    course.again(book, day(1), Said::Own)?;
    course.again(book, day(2), Said::Unnamed)?;
    course.merge(book, day(2))?;
    course.answer(book, day(3), Reply::Yes)?;
    course.open_topic(book, day(5))?;
    course.talk(book, day(9), TalkForm::Yard, After::Settled)?;

    // The households of the whole village decide, since the road is built with the collective's money.
    let plan = Plan {
        body: Body::VillagersAssembly,
        mode: Mode::Household,
        notice: day(14),
        held: day(25),
        minute: 14 * 60 + 30,
        entered: None,
        ad_hoc: None,
    };
    let taken = course.steps(book, plan.body, plan.notice)?;
    let mut gathering = course.prepare(book, plan)?;
    course.call(book, &mut gathering, plan)?;
    course.assemble(book, &mut gathering, 11)?;
    let mut motion = course.put_motion(book, &gathering, 0, BallotMode::HouseholdSigned)?;
    course.recuse(book, &gathering, &mut motion)?;
    let hands = Hands { against: 9, abstained: 4, silent: 1, dissent: true };
    let count = course.count(book, &gathering, &mut motion, hands)?;
    course.adjourn(book, &mut gathering, 0)?;
    let mut resolution = course.resolve(book, &gathering, &motion, &count, &taken)?;
    let scan = scans.first().context("a photo of a signed sheet")?;
    course.certify(book, &mut resolution, scan, day(26))?;

    let mut posting = course.post(book, &gathering, &resolution, &count, day(27))?;
    let mut objection = course.object(book, &gathering, &posting, day(30), ObjectionChannel::Said)?;
    course.reply(book, &mut objection, ObjectionOutcome::Changed, day(33))?;
    let more = "更正：经费里补上暗沟12米，2040元。";
    course.correct(book, &gathering, &mut posting, day(34), more, "答复了后墙那户，数要写清楚", true)?;
    course.disclose(book, &resolution, &mut posting, &[objection])?;
    build::lane_is_built(book, &mut course, &resolution)?;

    let number = course.matter.number.clone().context("a public number")?;
    Ok(Tour { number, slips: course.needs.iter().map(|(need, _)| need.code).collect() })
}
