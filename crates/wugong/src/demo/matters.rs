//! What is the matter in the demo county: which story happens where, how far it came, and when it began. Every state that a person can
//! meet occurs at least once.

use super::book::Book;
use super::build;
use super::corpus::story::{Ground, Story};
use super::corpus::{stories, stories_for};
use super::course::{After, Course, Reply, Said};
use super::gathering::{Gathering, Hands, Plan};
use super::sheet::Scan;
use super::tour::{self, Tour};
use super::world::{Hamlet, Village, World};
use anyhow::{Context, Result};
use civic::decide::meeting::TalkForm;
use civic::decide::motion::{BallotMode, Count, Motion};
use civic::decide::need::Sorting;
use civic::decide::objection::{ObjectionChannel, ObjectionOutcome};
use civic::decide::posting::Posting;
use civic::decide::prior_step::PriorStep;
use civic::decide::resolution::Resolution;
use civic::rules::{Body, Mode};
use civic::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// How far a matter came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Just raised.
    Raised,
    /// Raised, and the answer is due today (or on the next working day).
    DueToday,
    /// Raised, and the committee is late.
    RaisedLate,
    /// Taken back before anybody looked.
    TakenBack,
    /// Sorted, the answer is to come.
    Sorted,
    /// Sorted, and the committee is late with its answer.
    SortedLate,
    /// Two raised it, they were merged, the answer is to come.
    Merged,
    /// Done at once, answered, closed.
    Done,
    /// Answered, to be watched.
    Answered,
    /// Said like that, and answered some days ago: the answer arrived on the channel that goes with it.
    Heard(Said),
    /// Answered today; somebody has yet to bring the answer.
    Unbrought,
    /// Handed on to an office.
    HandedOn,
    /// Not done, with the reason.
    Refused,
    /// A private dispute, at that step: sorted, answered, closed.
    Mediation(u8),
    /// A complaint, at that step.
    Legal(u8),
    /// A topic that is being written.
    Draft,
    /// An open topic.
    Topic,
    /// A topic that was given up.
    Dropped,
    /// A talk is announced, so many days ahead.
    TalkAhead(i32),
    /// A talk that was put off.
    TalkPutOff,
    /// A talk that was called off.
    TalkOff,
    /// People talked it over.
    Talked(TalkForm),
    /// A meeting that is being prepared.
    Prepared(Body),
    /// A meeting that is called, so many days ahead.
    Called(Body, i32),
    /// A meeting that goes on at this moment.
    GoingOn,
    /// A meeting that was put off.
    PutOff,
    /// A meeting that was put off, called again, held and passed.
    PutOffAndHeld,
    /// A meeting that was called off.
    CalledOff,
    /// A meeting to which too few came.
    TooFew,
    /// Too few came; taken up again, and passed.
    TooFewAndAgain,
    /// Held on paper after a notice that was too short.
    ShortNotice,
    /// Called, and then the notice turned out not to have hung everywhere; taken up again.
    NoticeMissed,
    /// Voted down.
    VotedDown,
    /// As many against as in favour.
    Tie,
    /// So many left before the vote that nothing was decided.
    LeftEarly,
    /// Decided; the signed paper is missing.
    Recorded(Body),
    /// Decided, with the signed paper.
    Certified(Body),
    /// Decided by secret ballot on paper.
    Secret,
    /// A recount put a number right, and it stands.
    Recounted,
    /// A recount showed that it did not pass.
    RecountedVoid,
    /// Held on paper last week and entered since.
    OnPaper(Body),
    /// It hangs out since so many days.
    Posted(Body, i32),
    /// It hangs out since so many days, and somebody objected.
    Objected(i32, Heard),
    /// It hangs out since so many days and was corrected, of substance or not.
    Corrected(i32, bool),
    /// An objection was upheld; it goes to a meeting again.
    Upheld,
    /// The days are over.
    Disclosed(Body),
    /// The days are over and nothing more is to come.
    Closed(Body),
    /// The committee brought it up itself, and it stands disclosed.
    Own(Body),
    /// The flooded lane: see `tour.rs`.
    Tour,
}

/// What became of an objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    /// It waits.
    Waiting,
    /// It waits past its day.
    Late,
    /// It was answered and nothing changed.
    Stays,
    /// It was answered and something changed.
    Changed,
}

/// Days between the first word and the meeting, apart from the notice.
const BEFORE_NOTICE: i32 = 13;

/// Days from the notice to the meeting.
fn notice_days(body: Body) -> i32 {
    match body {
        Body::VillagersAssembly | Body::ResidentsAssembly | Body::CollectiveAssembly => 11,
        Body::OwnersAssembly => 16,
        Body::VillagersReps | Body::ResidentsReps | Body::GroupMeeting => 4,
    }
}

fn mode(body: Body) -> Mode {
    match body {
        Body::VillagersAssembly | Body::GroupMeeting | Body::ResidentsAssembly => Mode::Household,
        Body::VillagersReps | Body::ResidentsReps | Body::CollectiveAssembly => Mode::Person,
        Body::OwnersAssembly => Mode::Area,
    }
}

/// The days from the first word to the meeting.
fn to_meeting(body: Body) -> i32 {
    BEFORE_NOTICE + notice_days(body)
}

impl Way {
    /// How many days ago it began, and how much further back it may lie.
    fn begins(self) -> (i32, i32) {
        match self {
            Self::Raised => (0, 2),
            // Told by the rule; see `begin`.
            Self::DueToday | Self::RaisedLate | Self::SortedLate => (0, 0),
            Self::TakenBack => (12, 60),
            Self::Sorted => (2, 2),
            Self::Merged => (3, 1),
            Self::Done => (11, 75),
            Self::Answered => (4, 60),
            Self::Heard(_) => (8, 30),
            Self::Unbrought => (3, 0),
            Self::HandedOn => (5, 60),
            Self::Refused => (5, 70),
            Self::Mediation(step) | Self::Legal(step) => (3 + 6 * i32::from(step), 20),
            Self::Draft => (7, 4),
            Self::Topic => (7, 10),
            Self::Dropped => (20, 40),
            Self::TalkAhead(_) | Self::TalkPutOff => (10, 4),
            Self::TalkOff => (16, 20),
            Self::Talked(_) => (11, 22),
            Self::Prepared(_) => (15, 5),
            Self::Called(body, ahead) => (to_meeting(body) - ahead, 0),
            Self::GoingOn => (to_meeting(Body::GroupMeeting), 0),
            Self::PutOff | Self::CalledOff => (to_meeting(Body::GroupMeeting) + 1, 3),
            Self::TooFew | Self::ShortNotice | Self::LeftEarly | Self::VotedDown | Self::Tie => {
                (to_meeting(Body::GroupMeeting) + 3, 40)
            }
            Self::PutOffAndHeld | Self::TooFewAndAgain | Self::NoticeMissed => {
                (to_meeting(Body::GroupMeeting) + 12, 30)
            }
            Self::Recorded(body) | Self::Certified(body) => (to_meeting(body) + 2, 2),
            Self::Secret => (to_meeting(Body::GroupMeeting) + 3, 3),
            Self::Recounted | Self::RecountedVoid => (to_meeting(Body::GroupMeeting) + 6, 5),
            Self::OnPaper(body) => (to_meeting(body) + 6, 0),
            Self::Posted(body, days) => (to_meeting(body) + 2 + days, 0),
            Self::Objected(days, _) | Self::Corrected(days, _) => (to_meeting(Body::GroupMeeting) + 2 + days, 0),
            Self::Upheld => (to_meeting(Body::GroupMeeting) + 12, 10),
            Self::Disclosed(body) | Self::Own(body) => (to_meeting(body) + 19, 92 - to_meeting(body) - 19),
            Self::Closed(body) => (to_meeting(body) + 26, 92 - to_meeting(body) - 26),
            Self::Tour => (tour::BEGAN, 0),
        }
    }

    /// Whether it needs a hamlet that can meet.
    fn meets(self) -> bool {
        !matches!(
            self,
            Self::Raised
                | Self::DueToday
                | Self::RaisedLate
                | Self::TakenBack
                | Self::Sorted
                | Self::SortedLate
                | Self::Merged
                | Self::Done
                | Self::Answered
                | Self::Heard(_)
                | Self::Unbrought
                | Self::HandedOn
                | Self::Refused
                | Self::Mediation(_)
                | Self::Legal(_)
                | Self::Tour
        )
    }
}

const GROUP: Body = Body::GroupMeeting;

/// What happens in the village that is shown: all of it.
const SHOWN: &[Way] = &[
    Way::Tour,
    Way::Raised,
    Way::Raised,
    Way::DueToday,
    Way::RaisedLate,
    Way::TakenBack,
    Way::Sorted,
    Way::SortedLate,
    Way::Merged,
    Way::Done,
    Way::Done,
    Way::Answered,
    Way::Unbrought,
    Way::Heard(Said::Message),
    Way::Heard(Said::Message),
    Way::Heard(Said::Phone),
    Way::HandedOn,
    Way::Refused,
    Way::Mediation(1),
    Way::Mediation(0),
    Way::Legal(1),
    Way::Draft,
    Way::Topic,
    Way::Topic,
    Way::TalkAhead(0),
    Way::Talked(TalkForm::Yard),
    Way::Called(GROUP, 0),
    Way::Called(Body::VillagersAssembly, 8),
    Way::GoingOn,
    Way::TooFewAndAgain,
    Way::Tie,
    Way::Recorded(GROUP),
    Way::Posted(GROUP, 4),
    Way::Objected(9, Heard::Waiting),
    Way::Disclosed(GROUP),
    Way::Disclosed(Body::VillagersReps),
    Way::Closed(GROUP),
];

/// What happens in the other villages of the main town, dealt out one after the other.
const NEIGHBOURS: &[Way] = &[
    Way::Posted(GROUP, 15),
    Way::Prepared(GROUP),
    Way::PutOff,
    Way::PutOffAndHeld,
    Way::CalledOff,
    Way::TooFew,
    Way::ShortNotice,
    Way::NoticeMissed,
    Way::VotedDown,
    Way::LeftEarly,
    Way::Certified(Body::VillagersReps),
    Way::Secret,
    Way::Recounted,
    Way::RecountedVoid,
    Way::OnPaper(GROUP),
    Way::OnPaper(Body::VillagersReps),
    Way::Posted(Body::VillagersReps, 7),
    Way::Objected(13, Heard::Late),
    Way::Objected(11, Heard::Stays),
    Way::Objected(8, Heard::Changed),
    Way::Corrected(6, false),
    Way::Corrected(10, true),
    Way::Upheld,
    Way::Own(GROUP),
    Way::Own(Body::VillagersReps),
    Way::Disclosed(Body::VillagersAssembly),
    Way::Closed(Body::VillagersAssembly),
    Way::TalkAhead(3),
    Way::TalkPutOff,
    Way::TalkOff,
    Way::Talked(TalkForm::Evening),
    Way::Talked(TalkForm::Bench),
    Way::Talked(TalkForm::Council),
    Way::Talked(TalkForm::Hearing),
    Way::Talked(TalkForm::Forum),
    Way::Dropped,
    Way::Mediation(2),
    Way::Legal(0),
    Way::RaisedLate,
    Way::Raised,
    Way::Refused,
    Way::HandedOn,
    Way::Disclosed(GROUP),
    Way::Posted(GROUP, 2),
    Way::Topic,
    Way::Merged,
    Way::Done,
];

/// What happens in a community's streets.
const STREETS: &[Way] = &[
    Way::Disclosed(Body::ResidentsAssembly),
    Way::Called(Body::ResidentsReps, 3),
    Way::Talked(TalkForm::TalkHall),
    Way::Posted(Body::OwnersAssembly, 5),
    Way::Answered,
    Way::Raised,
];

/// What happens elsewhere in the county, dealt out one after the other so that no page is empty.
const ELSEWHERE: &[Way] = &[
    Way::Disclosed(GROUP),
    Way::Topic,
    Way::Done,
    Way::Posted(GROUP, 8),
    Way::Talked(TalkForm::Yard),
    Way::Closed(GROUP),
    Way::Answered,
    Way::Called(GROUP, 2),
    Way::Disclosed(GROUP),
    Way::Sorted,
    Way::Certified(GROUP),
    Way::Refused,
    Way::VotedDown,
    Way::HandedOn,
    Way::Closed(GROUP),
    Way::Raised,
    Way::Posted(GROUP, 12),
    Way::TalkAhead(1),
    Way::RaisedLate,
];

/// What every script works with.
struct Script<'w, 'b> {
    book: &'b mut Book,
    world: &'w World,
    village: &'w Village,
    hamlet: &'w Hamlet,
    story: &'static Story,
    /// How many days ago it began.
    began: i32,
    /// Photos of signed sheets.
    scans: &'b [Scan],
}

/// Makes the matters of the whole county; answers how many.
pub(super) fn make(
    book: &mut Book,
    world: &World,
    scans: &[Scan],
    progress: &mut dyn FnMut(&str),
) -> Result<(usize, Tour)> {
    let mut made = 0;
    let mut tour = None;
    let mut told_in = BTreeMap::new();
    let mut neighbours = NEIGHBOURS.iter().chain(ELSEWHERE).copied();
    let mut elsewhere = ELSEWHERE.iter().copied().cycle();
    let main = world.townships.first().context("the main town")?;
    let share = NEIGHBOURS.len().div_ceil(main.villages.len().saturating_sub(2).max(1));
    for township in &world.townships {
        for village in &township.villages {
            let letters = village.abbreviation.as_str();
            let ways: Vec<Way> = match (village.full, letters) {
                (true, "ZX") => SHOWN.to_vec(),
                (true, "GQ") => STREETS.to_vec(),
                (true, "SG") => {
                    let mut ways: Vec<Way> = neighbours.by_ref().take(share).collect();
                    ways.push(Way::Disclosed(Body::CollectiveAssembly));
                    ways
                }
                (true, _) => neighbours.by_ref().take(share).collect(),
                // Every third village has a second matter.
                (false, _) => elsewhere.by_ref().take(if made % 3 == 0 { 2 } else { 1 }).collect(),
            };
            made += of_village(book, world, village, &ways, scans, &mut told_in, &mut tour)?;
        }
        progress(&format!("{}: {made} matters so far", township.place.name));
    }
    Ok((made, tour.context("the flooded lane")?))
}

/// Makes the matters of one village, the oldest first, so that its public numbers rise with time.
fn of_village(
    book: &mut Book,
    world: &World,
    village: &Village,
    ways: &[Way],
    scans: &[Scan],
    told_in: &mut BTreeMap<&'static str, usize>,
    tour: &mut Option<Tour>,
) -> Result<usize> {
    let all: Vec<&'static Story> = stories_for(village.ground).filter(|story| story.slug != TOUR).collect();
    let mut own: Vec<&'static Story> = book.draw.some(&all, all.len());
    // What was told least elsewhere comes first, and of that what belongs to such ground: a village of hills is one of hills.
    own.sort_by_key(|story| (told_in.get(story.slug).copied().unwrap_or(0), story.ground == Ground::Any));
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut planned: Vec<(i32, Way, &'static Story, usize)> = Vec::new();
    for way in ways {
        let way = suited(*way, village);
        let fits = |story: &&&'static Story| !told.contains(story.slug) && (way != Way::Merged || story.says.len() > 1);
        let story = *own.iter().find(fits).context("no story is left for a village")?;
        told.insert(story.slug);
        *told_in.entry(story.slug).or_default() += 1;
        let hamlet = match (village.full, way) {
            (true, Way::GoingOn) => 2,
            (true, _) => book.draw.place(village.hamlets.len()),
            (false, way) if way.meets() => 0,
            (false, _) => book.draw.place(village.hamlets.len()),
        };
        planned.push((begin(book, world, village, way)?, way, story, hamlet));
    }
    planned.sort_by_key(|(began, ..)| std::cmp::Reverse(*began));
    for (began, way, story, hamlet) in &planned {
        if *way == Way::Tour {
            *tour = Some(tour::walk(book, world, village, tour_story()?, scans)?);
            continue;
        }
        let hamlet = village.hamlets.get(*hamlet).context("a hamlet")?;
        let script = Script { book, world, village, hamlet, story, began: *began, scans };
        script.run(*way).with_context(|| format!("{} in {}: {way:?}", story.slug, village.place.name))?;
    }
    Ok(planned.len())
}

/// The flooded lane, which stands walked to its end in the first hamlet.
const TOUR: &str = "lane-floods";

/// In streets there is no villagers' group: the residents of the community meet.
fn suited(way: Way, village: &Village) -> Way {
    if village.ground != Ground::Town {
        return way;
    }
    let here = |body| if matches!(body, GROUP | Body::VillagersAssembly) { Body::ResidentsAssembly } else { body };
    match way {
        Way::Prepared(body) => Way::Prepared(here(body)),
        Way::Called(body, ahead) => Way::Called(here(body), ahead),
        Way::Recorded(body) => Way::Recorded(here(body)),
        Way::Certified(body) => Way::Certified(here(body)),
        Way::Posted(body, days) => Way::Posted(here(body), days),
        Way::Disclosed(body) => Way::Disclosed(here(body)),
        Way::Closed(body) => Way::Closed(here(body)),
        Way::Talked(_) => Way::Talked(TalkForm::TalkHall),
        Way::VotedDown => Way::Disclosed(Body::ResidentsAssembly),
        other => other,
    }
}

/// How many days ago a matter began.
fn begin(book: &mut Book, world: &World, village: &Village, way: Way) -> Result<i32> {
    let due = |ago: i32| -> Result<Day> {
        let day = world.when.ago(ago);
        let rules = world.rules(&village.path, day);
        let reply = rules.reply().context("the rule about answers")?;
        rules.period_end(day, reply.value).map_err(|refusal| anyhow::anyhow!("the day of an answer: {refusal:?}"))
    };
    let late = |by: i32| -> Result<i32> {
        for ago in 0..40 {
            if due(ago)? < world.when.today {
                return Ok(ago.saturating_add(by));
            }
        }
        anyhow::bail!("no answer is ever late")
    };
    Ok(match way {
        // The last day before those that are late.
        Way::DueToday => late(-1)?,
        Way::RaisedLate | Way::SortedLate => {
            let by = book.draw.between(0..=3);
            late(by)?
        }
        way => {
            let (least, more) = way.begins();
            least.saturating_add(book.draw.between(0..=more.max(0)))
        }
    })
}

impl<'w> Script<'w, '_> {
    /// The day so many days after it began.
    fn day(&self, after: i32) -> Day {
        self.world.when.ago(self.began.saturating_sub(after))
    }

    fn run(mut self, way: Way) -> Result<()> {
        match way {
            Way::Raised | Way::DueToday | Way::RaisedLate => {
                self.raised(Said::Anyhow)?;
            }
            Way::TakenBack => {
                let mut course = self.raised(Said::Visit)?;
                course.take_back(self.book, self.day(1))?;
            }
            Way::Sorted | Way::SortedLate => {
                let mut course = self.raised(Said::Anyhow)?;
                course.sort(self.book, self.day(1), Sorting::SelfGovernance)?;
            }
            Way::Merged => {
                let mut course = self.raised(Said::Visit)?;
                course.again(self.book, self.day(1), Said::Anyhow)?;
                course.sort(self.book, self.day(1), Sorting::SelfGovernance)?;
                course.merge(self.book, self.day(2))?;
            }
            Way::Done => {
                let mut course = self.raised(Said::Anyhow)?;
                self.twins(&mut course)?;
                course.sort(self.book, self.day(1), Sorting::AtOnce)?;
                course.merge(self.book, self.day(1))?;
                course.answer(self.book, self.day(3), Reply::Yes)?;
                course.close(self.book, self.day(10))?;
            }
            Way::Heard(said) => {
                let mut course = self.raised(said)?;
                course.sort(self.book, self.day(1), Sorting::AtOnce)?;
                course.answer(self.book, self.day(3), Reply::Yes)?;
            }
            Way::Unbrought => {
                let mut course = self.raised(Said::Visit)?;
                course.sort(self.book, self.day(1), Sorting::AtOnce)?;
                course.answer(self.book, self.day(3), Reply::Yes)?;
            }
            Way::Answered => {
                self.answered(Sorting::SelfGovernance, Reply::Yes)?;
            }
            Way::HandedOn => {
                self.answered(Sorting::Government, Reply::HandedOn)?;
            }
            Way::Refused => {
                let which = self.book.draw.place(4);
                let mut course = self.answered(Sorting::SelfGovernance, Reply::No(which))?;
                if self.began > 20 {
                    course.close(self.book, self.day(15))?;
                }
            }
            Way::Mediation(step) => self.private(Sorting::Mediation, Reply::Mediation, step)?,
            Way::Legal(step) => self.private(Sorting::LegalChannel, Reply::Legal, step)?,
            Way::Draft => {
                let mut course = self.answered(Sorting::SelfGovernance, Reply::Yes)?;
                course.draft_topic(self.book, self.day(5))?;
            }
            Way::Topic => {
                self.topic()?;
            }
            Way::Dropped => {
                let mut course = self.topic()?;
                let why = "水利站今年把那条沟一起修了，这件事不用再议。";
                course.drop_topic(self.book, self.day(12), why)?;
                course.close(self.book, self.day(13))?;
            }
            Way::TalkAhead(ahead) => {
                let mut course = self.topic()?;
                let held = self.world.when.ago(ahead.saturating_neg());
                course.announce_talk(self.book, self.day(8), held, TalkForm::Yard)?;
            }
            Way::TalkPutOff => {
                let mut course = self.topic()?;
                let held = self.world.when.ago(-2);
                let mut talk = course.announce_talk(self.book, self.day(7), held, TalkForm::Evening)?;
                course.put_off_talk(self.book, &mut talk, self.day(9), "这几天收谷，人凑不齐，过了再定日子")?;
            }
            Way::TalkOff => {
                let mut course = self.topic()?;
                let held = self.day(11);
                let mut talk = course.announce_talk(self.book, self.day(7), held, TalkForm::Yard)?;
                course.call_off_talk(self.book, &mut talk, self.day(9), "两家已经自己说好了，先不开")?;
            }
            Way::Talked(form) => {
                let mut course = self.topic()?;
                course.talk(self.book, self.day(9), form, After::Some)?;
            }
            Way::Prepared(body) => {
                let mut course = self.talked(After::Some)?;
                let plan = self.plan(body);
                course.prepare(self.book, plan)?;
            }
            Way::Called(body, _) => {
                self.called(body)?;
            }
            Way::GoingOn => self.going_on()?,
            Way::PutOff => {
                let (mut course, mut gathering, plan, _) = self.called(GROUP)?;
                let why = "气象台说当天有大雨，晒谷场坐不住，改日子再通知";
                course.postpone(self.book, &mut gathering, plan.held.plus(-1), why)?;
            }
            Way::PutOffAndHeld => {
                let (mut course, mut gathering, plan, taken) = self.called(GROUP)?;
                let why = "那天有人家办喜事，多半的户去不了";
                course.postpone(self.book, &mut gathering, plan.held.plus(-1), why)?;
                let again = Plan { notice: plan.held.plus(1), held: plan.held.plus(6), ..plan };
                course.call(self.book, &mut gathering, again)?;
                let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::Hands)?;
                self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
            }
            Way::CalledOff => {
                let (mut course, mut gathering, plan, _) = self.called(GROUP)?;
                let why = "镇里答应先来修这一段，等看了再说";
                course.cancel(self.book, &mut gathering, plan.held.plus(-1), why)?;
            }
            Way::TooFew => {
                let (mut course, mut gathering, _, _) = self.called(GROUP)?;
                course.assemble(self.book, &mut gathering, -3)?;
                course.adjourn(self.book, &mut gathering, 0)?;
            }
            Way::TooFewAndAgain => {
                let (mut course, mut failed, plan, taken) = self.called(GROUP)?;
                course.assemble(self.book, &mut failed, -4)?;
                course.adjourn(self.book, &mut failed, 0)?;
                let again = Plan { notice: plan.held.plus(2), held: plan.held.plus(6), ..plan };
                let mut gathering = course.reconvene(self.book, &failed, again.notice)?;
                course.call(self.book, &mut gathering, again)?;
                let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::Hands)?;
                self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
            }
            Way::ShortNotice => {
                let mut course = self.talked(After::Some)?;
                let plan = self.plan(GROUP);
                let plan = Plan { held: plan.notice.plus(1), entered: Some(plan.notice.plus(3)), ..plan };
                let mut gathering = course.prepare(self.book, plan)?;
                course.call_too_late(self.book, &mut gathering, plan)?;
            }
            Way::NoticeMissed => {
                let (mut course, mut failed, plan, taken) = self.called(GROUP)?;
                let why = "坡上八户没有送到通知，开了也不算，重新来";
                course.fail_notice(self.book, &mut failed, plan.held.plus(-1), why)?;
                let again = Plan { notice: plan.held, held: plan.held.plus(5), ..plan };
                let mut gathering = course.reconvene(self.book, &failed, again.notice)?;
                course.call(self.book, &mut gathering, again)?;
                let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::HouseholdSigned)?;
                self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
            }
            Way::VotedDown => {
                let (mut course, mut gathering, _, _) = self.called(GROUP)?;
                course.assemble(self.book, &mut gathering, 1)?;
                let mut motion = course.put_motion(self.book, &gathering, 1, BallotMode::Hands)?;
                let there = gathering.there();
                let hands = Hands { against: there * 2 / 3, abstained: 1, silent: 0, dissent: true };
                course.count(self.book, &gathering, &mut motion, hands)?;
                course.adjourn(self.book, &mut gathering, 0)?;
            }
            Way::Tie => {
                let (mut course, mut gathering, _, _) = self.called(GROUP)?;
                course.assemble(self.book, &mut gathering, 2)?;
                let mut motion = course.put_motion(self.book, &gathering, 0, BallotMode::Hands)?;
                let there = gathering.there();
                let hands = Hands { against: there / 2, abstained: there % 2, silent: 0, dissent: true };
                course.count(self.book, &gathering, &mut motion, hands)?;
                course.adjourn(self.book, &mut gathering, 0)?;
            }
            Way::LeftEarly => {
                let (mut course, mut gathering, _, _) = self.called(GROUP)?;
                course.assemble(self.book, &mut gathering, 1)?;
                let mut motion = course.put_motion(self.book, &gathering, 0, BallotMode::Hands)?;
                course.leave(self.book, &mut gathering, 4)?;
                let hands = Hands { against: 1, abstained: 0, silent: 0, dissent: false };
                course.count(self.book, &gathering, &mut motion, hands)?;
                course.adjourn(self.book, &mut gathering, 0)?;
            }
            Way::Recorded(body) => {
                self.resolved(body, false)?;
            }
            Way::Certified(body) => {
                self.resolved(body, true)?;
            }
            Way::Secret => {
                let (mut course, mut gathering, _, taken) = self.called(GROUP)?;
                let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::Secret)?;
                self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
            }
            Way::Recounted => {
                let (mut course, gathering, mut motion, count, mut resolution) = self.resolved(GROUP, true)?;
                let why = "唱票时漏看一张，重新点了一遍";
                let hands = Hands { against: 3, abstained: 1, silent: 0, dissent: true };
                let on = self.day(to_meeting(GROUP) + 3);
                let again = course.recount(self.book, &gathering, &mut motion, &count, hands, on, why)?;
                course.follow(self.book, &mut resolution, &again)?;
            }
            Way::RecountedVoid => {
                let (mut course, mut gathering, _, taken) = self.called(GROUP)?;
                course.assemble(self.book, &mut gathering, 2)?;
                let mut motion = course.put_motion(self.book, &gathering, 0, BallotMode::Hands)?;
                let there = gathering.there();
                let hands = Hands { against: (there - 1) / 2, abstained: 0, silent: 0, dissent: true };
                let count = course.count(self.book, &gathering, &mut motion, hands)?;
                course.adjourn(self.book, &mut gathering, 0)?;
                let mut resolution = course.resolve(self.book, &gathering, &motion, &count, &taken)?;
                let why = "两户举手时站在外面没有数到，当场记录也写了，补数进去";
                let hands = Hands { against: there / 2 + 1, ..hands };
                let on = self.day(to_meeting(GROUP) + 2);
                let again = course.recount(self.book, &gathering, &mut motion, &count, hands, on, why)?;
                course.follow(self.book, &mut resolution, &again)?;
            }
            Way::OnPaper(body) => {
                let mut course = self.talked(After::Some)?;
                let plan = self.plan(body);
                let taken = course.steps(self.book, body, plan.notice)?;
                let plan = Plan { entered: Some(plan.held.plus(4)), ..plan };
                let mut gathering = course.prepare(self.book, plan)?;
                course.call(self.book, &mut gathering, plan)?;
                let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::Signed)?;
                self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
            }
            Way::Posted(body, _) => {
                self.posted(body)?;
            }
            Way::Objected(days, heard) => self.objected(days, heard)?,
            Way::Corrected(days, substantial) => {
                let (mut course, gathering, mut posting, _) = self.posted(GROUP)?;
                let on = self.world.when.ago(days.saturating_sub(3));
                let (more, why) = match substantial {
                    true => ("更正：路面宽度写成了3.5米，会上定的是3米。", "抄的时候写错了，会议记录上是3米"),
                    false => ("更正：联系电话是村部的，不是会长家的。", "电话抄错了一位"),
                };
                course.correct(self.book, &gathering, &mut posting, on, more, why, substantial)?;
            }
            Way::Upheld => {
                let (mut course, gathering, posting, _) = self.posted(GROUP)?;
                let on = posting.posted_on.plus(4);
                let mut objection = course.object(self.book, &gathering, &posting, on, ObjectionChannel::Paper)?;
                course.reply(self.book, &mut objection, ObjectionOutcome::ToMeeting, on.plus(3))?;
            }
            Way::Disclosed(body) => {
                let (mut course, resolution) = self.disclosed(body)?;
                build::grow(self.book, &mut course, &resolution)?;
            }
            Way::Closed(body) => {
                let (mut course, _) = self.disclosed(body)?;
                let (latest, _) = course.tick(self.world.when.ago(1), 9, 0);
                course.close(self.book, self.world.when.zone.day(latest))?;
            }
            Way::Own(body) => {
                let on = self.day(3);
                let mut course = Course::open(self.book, self.world, self.village, self.hamlet, self.story, on)?;
                course.open_topic(self.book, self.day(5))?;
                course.talk(self.book, self.day(9), TalkForm::Council, After::Settled)?;
                let (mut course, resolution) = self.held_and_disclosed(course, body)?;
                build::grow(self.book, &mut course, &resolution)?;
            }
            // Walked by itself.
            Way::Tour => {}
        }
        Ok(())
    }

    fn raised(&mut self, said: Said) -> Result<Course<'w>> {
        let on = self.day(0);
        // Whoever plays one of these two finds their own things in every state.
        let said = match (said, self.village.elder.is_some()) {
            (Said::Anyhow, true) if self.book.draw.yes(25) => Said::Own,
            (Said::Anyhow, true) if self.book.draw.yes(20) => Said::Elder,
            _ => said,
        };
        Course::raise(self.book, self.world, self.village, self.hamlet, self.story, on, said)
    }

    /// Now and then somebody else says the same.
    fn twins(&mut self, course: &mut Course<'w>) -> Result<()> {
        if self.story.says.len() > 1 && self.book.draw.yes(35) {
            course.again(self.book, self.day(1), Said::Anyhow)?;
            if self.story.says.len() > 2 && self.book.draw.yes(40) {
                course.again(self.book, self.day(1), Said::Anyhow)?;
            }
        }
        Ok(())
    }

    fn answered(&mut self, sorting: Sorting, reply: Reply) -> Result<Course<'w>> {
        let mut course = self.raised(Said::Anyhow)?;
        self.twins(&mut course)?;
        course.sort(self.book, self.day(1), sorting)?;
        course.merge(self.book, self.day(2))?;
        course.answer(self.book, self.day(3), reply)?;
        Ok(course)
    }

    fn private(&mut self, sorting: Sorting, reply: Reply, step: u8) -> Result<()> {
        let mut course = self.raised(Said::Private(sorting))?;
        course.sort(self.book, self.day(1), sorting)?;
        if step > 0 {
            course.answer(self.book, self.day(3), reply)?;
        }
        if step > 1 {
            course.close(self.book, self.day(12))?;
        }
        Ok(())
    }

    fn topic(&mut self) -> Result<Course<'w>> {
        let mut course = self.answered(Sorting::SelfGovernance, Reply::Yes)?;
        course.open_topic(self.book, self.day(5))?;
        Ok(course)
    }

    fn talked(&mut self, then: After) -> Result<Course<'w>> {
        let mut course = self.topic()?;
        let form = if self.village.ground == Ground::Town { TalkForm::TalkHall } else { TalkForm::Yard };
        course.talk(self.book, self.day(9), form, then)?;
        Ok(course)
    }

    fn plan(&self, body: Body) -> Plan {
        Plan {
            body,
            mode: mode(body),
            notice: self.day(BEFORE_NOTICE),
            held: self.day(to_meeting(body)),
            minute: if matches!(body, GROUP) { super::course::EVENING } else { 9 * 60 },
            entered: None,
            ad_hoc: None,
        }
    }

    fn called(&mut self, body: Body) -> Result<(Course<'w>, Gathering, Plan, Vec<PriorStep>)> {
        let course = self.talked(After::Some)?;
        self.call(course, body)
    }

    fn call(&mut self, mut course: Course<'w>, body: Body) -> Result<(Course<'w>, Gathering, Plan, Vec<PriorStep>)> {
        let plan = self.plan(body);
        let taken = course.steps(self.book, body, plan.notice)?;
        let mut gathering = course.prepare(self.book, plan)?;
        course.call(self.book, &mut gathering, plan)?;
        Ok((course, gathering, plan, taken))
    }

    /// A meeting that began half an hour ago and still waits for some households.
    fn going_on(&mut self) -> Result<()> {
        let mut course = self.talked(After::Some)?;
        let (hour, minute) = self.world.when.zone.clock(self.world.when.now);
        let now = i32::from(hour) * 60 + i32::from(minute);
        let plan = Plan { minute: u16::try_from((now - 30).max(0)).unwrap_or(0), ..self.plan(GROUP) };
        course.steps(self.book, GROUP, plan.notice)?;
        let mut gathering = course.prepare(self.book, plan)?;
        course.call(self.book, &mut gathering, plan)?;
        course.assemble(self.book, &mut gathering, -6)?;
        course.mistake(self.book, &mut gathering)?;
        course.put_motion(self.book, &gathering, 0, BallotMode::Hands)?;
        Ok(())
    }

    /// Enough come and most are in favour.
    fn passed(
        &mut self,
        course: &mut Course<'w>,
        gathering: &mut Gathering,
        mode: BallotMode,
    ) -> Result<(Motion, Count)> {
        // Where area counts besides the number, nearly all of the owners come, so that both are enough.
        let beyond = if gathering.by_area() { i64::MAX } else { i64::from(self.book.draw.between(1..=4)) };
        course.assemble(self.book, gathering, beyond)?;
        if self.book.draw.yes(20) {
            let mut other = course.put_motion(self.book, gathering, 1, mode)?;
            course.withdraw(self.book, gathering, &mut other)?;
        }
        let mut motion = course.put_motion(self.book, gathering, 0, mode)?;
        if gathering.there() > 8 && self.book.draw.yes(40) {
            course.recuse(self.book, gathering, &mut motion)?;
        }
        // The collective needs two thirds of all its members, so there hardly anybody is against.
        let many = gathering.there() / gathering.few();
        let silent = i64::from(self.book.draw.between(0..=1)).min(many);
        let hands = Hands {
            against: i64::from(self.book.draw.between(0..=2)).min(many),
            abstained: i64::from(self.book.draw.between(0..=1)).min(many),
            silent: if gathering.by_area() { 0 } else { silent },
            dissent: true,
        };
        let count = course.count(self.book, gathering, &mut motion, hands)?;
        course.adjourn(self.book, gathering, 0)?;
        Ok((motion, count))
    }

    fn decided(
        &mut self,
        course: &mut Course<'w>,
        gathering: &Gathering,
        motion: &Motion,
        count: &Count,
        taken: &[PriorStep],
        certified: bool,
    ) -> Result<Resolution> {
        let mut resolution = course.resolve(self.book, gathering, motion, count, taken)?;
        if certified {
            let scan = self.book.draw.pick(self.scans)?.clone();
            let on = self.world.when.zone.day(course.latest()).plus(1);
            course.certify(self.book, &mut resolution, &scan, on)?;
        }
        Ok(resolution)
    }

    fn resolved(&mut self, body: Body, certified: bool) -> Result<(Course<'w>, Gathering, Motion, Count, Resolution)> {
        let (mut course, mut gathering, _, taken) = self.called(body)?;
        let (motion, count) = self.passed(&mut course, &mut gathering, BallotMode::Hands)?;
        let resolution = self.decided(&mut course, &gathering, &motion, &count, &taken, certified)?;
        Ok((course, gathering, motion, count, resolution))
    }

    fn posted(&mut self, body: Body) -> Result<(Course<'w>, Gathering, Posting, Resolution)> {
        let certified = self.book.draw.yes(80);
        let (mut course, gathering, _, count, resolution) = self.resolved(body, certified)?;
        let on = self.day(to_meeting(body) + 2);
        let posting = course.post(self.book, &gathering, &resolution, &count, on)?;
        Ok((course, gathering, posting, resolution))
    }

    fn objected(&mut self, days: i32, heard: Heard) -> Result<()> {
        let (mut course, gathering, posting, _) = self.posted(GROUP)?;
        let (channel, after) = match heard {
            Heard::Late => (ObjectionChannel::Paper, 1),
            Heard::Waiting => (ObjectionChannel::Web, days.saturating_sub(2)),
            Heard::Stays => (ObjectionChannel::Phone, 3),
            Heard::Changed => (ObjectionChannel::Said, 2),
        };
        let on = posting.posted_on.plus(after);
        let mut objection = course.object(self.book, &gathering, &posting, on, channel)?;
        let outcome = match heard {
            Heard::Stays => ObjectionOutcome::Stays,
            Heard::Changed => ObjectionOutcome::Changed,
            Heard::Waiting | Heard::Late => return Ok(()),
        };
        course.reply(self.book, &mut objection, outcome, on.plus(2))
    }

    fn disclosed(&mut self, body: Body) -> Result<(Course<'w>, Resolution)> {
        let course = self.talked(After::Settled)?;
        self.held_and_disclosed(course, body)
    }

    fn held_and_disclosed(&mut self, course: Course<'w>, body: Body) -> Result<(Course<'w>, Resolution)> {
        let (mut course, mut gathering, plan, taken) = self.call(course, body)?;
        let mode = if mode(body) == Mode::Household { BallotMode::HouseholdSigned } else { BallotMode::Signed };
        let (motion, count) = self.passed(&mut course, &mut gathering, mode)?;
        let resolution = self.decided(&mut course, &gathering, &motion, &count, &taken, true)?;
        let mut posting = course.post(self.book, &gathering, &resolution, &count, plan.held.plus(2))?;
        let mut objections = Vec::new();
        if self.story.objection.is_some() && self.book.draw.yes(60) {
            let on = posting.posted_on.plus(self.book.draw.between(1..=8));
            let mut objection = course.object(self.book, &gathering, &posting, on, ObjectionChannel::Helper)?;
            course.reply(self.book, &mut objection, ObjectionOutcome::Changed, on.plus(3))?;
            objections.push(objection);
        }
        course.disclose(self.book, &resolution, &mut posting, &objections)?;
        Ok((course, resolution))
    }
}

/// The story of the flooded lane, for the tour.
fn tour_story() -> Result<&'static Story> {
    stories().find(|story| story.slug == TOUR).context("the story of the flooded lane")
}
