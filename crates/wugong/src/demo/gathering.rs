//! Formal meetings of the demo county: called with notice, by a frozen roll, opened, counted, closed; and what follows from them.

use super::book::{Allowed, Book};
use super::course::Course;
use super::sheet::Scan;
use super::world::Home;
use anyhow::{Context, Result};
use civic::decide::attendance::{self, Attendance, AttendanceState, Comer, Presence, Room, Seat};
use civic::decide::convocation::{self, Call, Channel};
use civic::decide::matter::PlanState;
use civic::decide::meeting::{self, Meeting, MeetingState};
use civic::decide::motion::{self, BallotMode, Count, Counting, Motion, Tally, Wording};
use civic::decide::objection::{self, Objected, Objection, ObjectionChannel, ObjectionOutcome};
use civic::decide::posting::{self, Correction, Hung, Posting};
use civic::decide::prior_step::{self, PriorStep, Taken};
use civic::decide::resolution::{self, Resolution, ResolutionState, Resolved};
use civic::decide::roll::{self, Candidate, Roll, RollRow, Weight};
use civic::id::{HouseholdId, PlaceId, ResidentId};
use civic::people::roll_import::Listed;
use civic::record::{Actor, Verb};
use civic::rules::{Body, Convener, Item, Mode, StepBody};
use civic::time::{Day, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A formal meeting with everything that hangs on it.
pub(super) struct Gathering {
    /// The meeting.
    pub(super) meeting: Meeting,
    body: Body,
    mode: Mode,
    /// The place where it meets and those above.
    path: Vec<PlaceId>,
    roll: Option<(Roll, Vec<RollRow>)>,
    /// Who may come for each unit of the roll.
    units: BTreeMap<Uuid, Unit>,
    attendance: Vec<Attendance>,
    /// When the paper was entered, where it was held on paper.
    entered: Option<Day>,
}

struct Unit {
    household: Option<HouseholdId>,
    people: Vec<Listed>,
}

/// How a meeting is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Which body.
    pub(super) body: Body,
    /// Counted how.
    pub(super) mode: Mode,
    /// The day of the notice.
    pub(super) notice: Day,
    /// The day of the meeting.
    pub(super) held: Day,
    /// The minute of that day.
    pub(super) minute: u16,
    /// The day on which its papers were entered, where it was held on paper.
    pub(super) entered: Option<Day>,
    /// Why it is called at shorter notice.
    pub(super) ad_hoc: Option<&'static str>,
}

/// How the hands went, of those who vote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hands {
    /// Against.
    pub(super) against: i64,
    /// Abstained.
    pub(super) abstained: i64,
    /// There and no hand raised at all.
    pub(super) silent: i64,
    /// Whether those against gave their reasons.
    pub(super) dissent: bool,
}

impl Gathering {
    /// How many units are there now.
    pub(super) fn there(&self) -> i64 {
        let there = self.attendance.iter().filter(|a| a.state == AttendanceState::There).count();
        i64::try_from(there).unwrap_or(0)
    }

    /// Whether area counts besides the number.
    pub(super) fn by_area(&self) -> bool {
        self.mode == Mode::Area
    }

    /// One of how many may be against, abstain or sit still without a motion failing.
    pub(super) fn few(&self) -> i64 {
        // Where two thirds of all members must be in favour, hardly anybody of those who came.
        if self.body == Body::CollectiveAssembly { 1000 } else { 8 }
    }

    /// Whether a body meets for the whole village.
    fn whole(body: Body) -> bool {
        body != Body::GroupMeeting
    }
}

impl Course<'_> {
    /// A meeting that is being prepared: nobody was told.
    pub(super) fn prepare(&mut self, book: &mut Book, plan: Plan) -> Result<Gathering> {
        let (at, _) = self.tick(plan.entered.unwrap_or(plan.notice), 8, 40);
        let place = self.place_of(Gathering::whole(plan.body));
        let title = format!("{}：{}", body_word(plan.body), self.story.title);
        let id = book.id(at);
        let on_paper = plan.entered.is_some();
        let meeting = meeting::draft(id, place, vec![self.matter.id], (plan.body, plan.mode), title, on_paper, at)
            .allowed("a meeting")?;
        book.put(&meeting, Verb::Create, self.committee(), at);
        Ok(Gathering {
            meeting,
            body: plan.body,
            mode: plan.mode,
            path: self.village.path_of(place),
            roll: None,
            units: BTreeMap::new(),
            attendance: Vec::new(),
            entered: plan.entered,
        })
    }

    /// The steps that the county asks for before that body decides, each on its day before `until`.
    pub(super) fn steps(&mut self, book: &mut Book, body: Body, until: Day) -> Result<Vec<PriorStep>> {
        let steps = self.world.rules(&self.village.path, until).prior_steps(body);
        let mut taken = Vec::new();
        let many = i32::try_from(steps.len()).unwrap_or(0);
        for (number, step) in (0_i32..).zip(&steps) {
            let day = until.plus(number.saturating_sub(many));
            let (at, on) = self.tick(day, 10, 0);
            let (eligible, present, in_favour) = match step.value.body {
                StepBody::Branch => (Some(5), Some(5), Some(5)),
                StepBody::TwoCommittees => (Some(8), Some(7), Some(7)),
                StepBody::MembersMeeting => (Some(31), Some(26), Some(24)),
                // What it authorised and when is what counts; its own numbers stand with its own resolution.
                StepBody::Authorisation => (None, None, None),
            };
            let record = Taken {
                body: step.value.body,
                on,
                eligible,
                present,
                in_favour,
                against: Some(present.unwrap_or(0).saturating_sub(in_favour.unwrap_or(0))),
                document: Some("会议记录本".to_owned()),
            };
            let step =
                prior_step::record(self.matter.id, record, on, book.id(at), at).allowed("a step before a decision")?;
            book.put(&step, Verb::Create, self.committee(), at);
            taken.push(step);
        }
        self.moved(book, self.world.when.at(until, 10, 0));
        Ok(taken)
    }

    /// Calls a meeting and freezes its roll.
    pub(super) fn call(&mut self, book: &mut Book, gathering: &mut Gathering, plan: Plan) -> Result<()> {
        self.notice(book, gathering, plan, true)?;
        self.freeze(book, gathering, plan.entered.unwrap_or(plan.notice))
    }

    /// Enters a meeting that was held on paper after a notice that was too short.
    pub(super) fn call_too_late(&mut self, book: &mut Book, gathering: &mut Gathering, plan: Plan) -> Result<()> {
        self.notice(book, gathering, plan, false)
    }

    fn notice(&mut self, book: &mut Book, gathering: &mut Gathering, plan: Plan, in_time: bool) -> Result<()> {
        if let Some(topic) = &self.topic {
            topic.decidable(&self.options).allowed("a topic that can be decided")?;
        }
        let (at, today) = self.tick(plan.entered.unwrap_or(plan.notice), 9, 0);
        let rules = self.world.rules(&gathering.path, plan.notice);
        let call = Call {
            convener: match plan.body {
                Body::GroupMeeting if book.draw.yes(60) => Convener::GroupHead,
                Body::GroupMeeting | Body::VillagersAssembly | Body::VillagersReps => Convener::VillagersCommittee,
                Body::ResidentsAssembly | Body::ResidentsReps => Convener::ResidentsCommittee,
                Body::CollectiveAssembly => Convener::CollectiveBoard,
                Body::OwnersAssembly => Convener::OwnersCommittee,
            },
            petition: None,
            notice_on: plan.notice,
            channels: vec![Channel::Board, Channel::Loudspeaker, Channel::Door],
            ad_hoc_reason: plan.ad_hoc.map(str::to_owned),
            also_told: plan.body == Body::OwnersAssembly,
            held_on: plan.held,
            minute: plan.minute,
            venue: if Gathering::whole(plan.body) { "村部会议室" } else { "晒谷场" }.to_owned(),
            agenda: format!("{}。两个办法选一个。", self.story.title),
        };
        let id = book.id(at);
        let called = match in_time {
            true => convocation::convene(&gathering.meeting, call, &rules, today, id, at),
            false => convocation::fail(&gathering.meeting, call, &rules, today, id, at),
        };
        let (meeting, convocation) = called.allowed("calling a meeting")?;
        gathering.meeting = meeting;
        let actor = self.committee();
        let verb = if in_time { Verb::Convene } else { Verb::Close };
        book.change(&mut gathering.meeting, verb, actor, at);
        book.put(&convocation, Verb::Convene, actor, at);
        self.moved(book, at);
        Ok(())
    }

    fn freeze(&mut self, book: &mut Book, gathering: &mut Gathering, on: Day) -> Result<()> {
        let (at, _) = self.tick(on, 9, 20);
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        gathering.units = self.units(gathering.body, gathering.mode);
        let candidates: Vec<Candidate> = gathering
            .units
            .values()
            .flat_map(|unit| &unit.people)
            .map(|listed| Candidate {
                resident: listed.resident.id,
                household: listed.membership.household,
                adult_from: listed.resident.adult_from,
                area_cm2: listed.membership.area_cm2,
                from: listed.membership.from,
                until: listed.membership.until,
            })
            .collect();
        let (meeting, frozen) =
            roll::freeze(&gathering.meeting, &candidates, book.id(at), at).allowed("freezing a roll")?;
        gathering.meeting = meeting;
        let actor = self.committee();
        book.roll(&frozen, actor, at);
        book.change(&mut gathering.meeting, Verb::Change, actor, at);
        gathering.roll = Some((frozen.roll, frozen.rows));
        gathering.units.retain(|_, unit| {
            unit.people.retain(|listed| listed.resident.adult_on(held));
            !unit.people.is_empty()
        });
        Ok(())
    }

    /// Who stands on the roll of a body, by unit, with who may come for each.
    fn units(&self, body: Body, mode: Mode) -> BTreeMap<Uuid, Unit> {
        let by_home = |home: &Home| (home.household.id.uuid(), unit(Some(home.household.id), home.people.clone()));
        let village = self.village;
        let one =
            |listed: &Listed| (listed.resident.id.uuid(), unit(listed.membership.household, vec![listed.clone()]));
        match (body, mode) {
            (Body::GroupMeeting, Mode::Household) => self.hamlet.homes.iter().map(by_home).collect(),
            (Body::GroupMeeting, _) => self.hamlet.homes.iter().flat_map(|home| &home.people).map(one).collect(),
            (Body::VillagersAssembly | Body::ResidentsAssembly, Mode::Household) => {
                village.hamlets.iter().flat_map(|hamlet| &hamlet.homes).map(by_home).collect()
            }
            (Body::VillagersAssembly | Body::ResidentsAssembly, _) => {
                village.hamlets.iter().flat_map(|hamlet| &hamlet.homes).flat_map(|home| &home.people).map(one).collect()
            }
            (Body::VillagersReps | Body::ResidentsReps, _) => village.representatives.iter().map(one).collect(),
            (Body::CollectiveAssembly, _) => village.collective.iter().map(one).collect(),
            (Body::OwnersAssembly, _) => village.owners.iter().map(one).collect(),
        }
    }

    /// Puts a meeting off.
    pub(super) fn postpone(&mut self, book: &mut Book, gathering: &mut Gathering, on: Day, why: &str) -> Result<()> {
        let (at, _) = self.tick(on, 11, 30);
        gathering.meeting = meeting::postpone(&gathering.meeting, why.to_owned()).allowed("putting a meeting off")?;
        book.change(&mut gathering.meeting, Verb::Postpone, self.committee(), at);
        self.moved(book, at);
        Ok(())
    }

    /// Calls a meeting off.
    pub(super) fn cancel(&mut self, book: &mut Book, gathering: &mut Gathering, on: Day, why: &str) -> Result<()> {
        let (at, _) = self.tick(on, 11, 40);
        gathering.meeting = meeting::cancel(&gathering.meeting, why.to_owned()).allowed("calling a meeting off")?;
        book.change(&mut gathering.meeting, Verb::Cancel, self.committee(), at);
        self.moved(book, at);
        Ok(())
    }

    /// The notice turned out not to have been given as it must be.
    pub(super) fn fail_notice(&mut self, book: &mut Book, gathering: &mut Gathering, on: Day, why: &str) -> Result<()> {
        let (at, _) = self.tick(on, 17, 30);
        gathering.meeting =
            meeting::fail_notice(&gathering.meeting, why.to_owned()).allowed("a notice that was missed")?;
        book.change(&mut gathering.meeting, Verb::Cancel, self.committee(), at);
        self.moved(book, at);
        Ok(())
    }

    /// A talk is put off.
    pub(super) fn put_off_talk(&mut self, book: &mut Book, talk: &mut Meeting, on: Day, why: &str) -> Result<()> {
        let (at, _) = self.tick(on, 12, 10);
        *talk = meeting::postpone(talk, why.to_owned()).allowed("putting a talk off")?;
        book.change(talk, Verb::Postpone, self.village.facilitator.actor(), at);
        self.moved(book, at);
        Ok(())
    }

    /// A talk is called off.
    pub(super) fn call_off_talk(&mut self, book: &mut Book, talk: &mut Meeting, on: Day, why: &str) -> Result<()> {
        let (at, _) = self.tick(on, 12, 20);
        *talk = meeting::cancel(talk, why.to_owned()).allowed("calling a talk off")?;
        book.change(talk, Verb::Cancel, self.village.facilitator.actor(), at);
        self.moved(book, at);
        Ok(())
    }

    /// Opens it and notes who comes: so many units more than are needed (fewer, when negative).
    pub(super) fn assemble(&mut self, book: &mut Book, gathering: &mut Gathering, beyond: i64) -> Result<()> {
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        let minute = gathering.meeting.minute.unwrap_or(0);
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(19), i8::try_from(minute % 60).unwrap_or(0));
        let (at, today) = match gathering.entered {
            Some(day) => self.tick(day, 9, 40),
            None => self.tick(held, hour, minute),
        };
        let (chair, recorder) = (self.village.committee.name.clone(), self.village.facilitator.name.clone());
        gathering.meeting =
            meeting::open(&gathering.meeting, chair, recorder, today, at).allowed("opening a meeting")?;
        book.change(&mut gathering.meeting, Verb::Open, self.committee(), at);

        let world = self.world;
        let rules = world.rules(&gathering.path, held);
        let (roll, rows) = gathering.roll.as_ref().context("a roll")?;
        let quorum = rules.quorum(gathering.body, gathering.mode).allowed("the rule about who must be there")?;
        let needed = quorum.value.fraction.needed(roll.size.units);
        let many = usize::try_from(needed.saturating_add(beyond).clamp(0, roll.size.units)).unwrap_or(0);
        let coming = book.draw.some(rows, many);
        let actor = self.village.facilitator.actor();
        for (number, row) in (0_i64..).zip(&coming) {
            let unit = gathering.units.get(&row.unit).context("a unit of the roll")?;
            // Most often the first of a household comes, sometimes another adult of it stands in.
            let place = if book.draw.yes(70) { 0 } else { book.draw.place(unit.people.len()) };
            let listed = unit.people.get(place).context("somebody of the unit")?;
            let comer = Comer {
                resident: listed.resident.id,
                household: listed.membership.household,
                adult_from: listed.resident.adult_from,
                mandate: false,
                presence: Presence::There,
            };
            let came = at.plus_seconds(number.saturating_mul(20)).min(world.when.now);
            let seat = Seat { row: *row, household: unit.household };
            let attendance =
                attendance::attend(&gathering.meeting, roll, Some(seat), comer, None, &rules, book.id(came), came)
                    .allowed("an attendance")?;
            book.put(&attendance, Verb::Attend, actor, came);
            gathering.attendance.push(attendance);
            self.later(came);
        }
        Ok(())
    }

    /// So many of those there leave before the vote.
    pub(super) fn leave(&mut self, book: &mut Book, gathering: &mut Gathering, many: usize) -> Result<()> {
        let (at, _) = self.tick_on();
        for attendance in gathering.attendance.iter_mut().take(many) {
            *attendance = attendance::leave(&gathering.meeting, attendance, at).allowed("somebody who leaves")?;
            book.change(attendance, Verb::Attend, self.village.facilitator.actor(), at);
        }
        Ok(())
    }

    /// Somebody was ticked for the wrong unit.
    pub(super) fn mistake(&mut self, book: &mut Book, gathering: &mut Gathering) -> Result<()> {
        let (at, _) = self.tick_on();
        if let Some(attendance) = gathering.attendance.last_mut() {
            *attendance = attendance::mistaken(&gathering.meeting, attendance).allowed("a mistaken attendance")?;
            book.change(attendance, Verb::Attend, self.village.facilitator.actor(), at);
        }
        Ok(())
    }

    fn room(&self, gathering: &Gathering) -> Result<Room> {
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        let rules = self.world.rules(&gathering.path, held);
        let quorum = rules.quorum(gathering.body, gathering.mode).allowed("the rule about who must be there")?;
        let (roll, rows) = gathering.roll.as_ref().context("a roll")?;
        Ok(Room::of(roll, rows, &gathering.attendance, quorum))
    }

    /// Puts the motion for one of the options.
    pub(super) fn put_motion(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        option: usize,
        ballot_mode: BallotMode,
    ) -> Result<Motion> {
        let (at, _) = self.tick_on();
        let chosen = self.options.get(option);
        let text = match (option, self.story.options.get(option)) {
            (0, _) | (_, None) => self.story.resolution.to_owned(),
            (_, Some(choice)) => format!("{}。", choice.title),
        };
        let wording = Wording {
            matter: self.matter.id,
            topic: self.topic.as_ref().map(|topic| topic.id),
            option: chosen.map(|option| option.id),
            item: Item::General,
            ballot_mode,
            text,
            mover: Some(self.village.committee.name.clone()),
            seconder: None,
        };
        let motion = motion::put(&gathering.meeting, wording, book.id(at), at).allowed("a motion")?;
        book.put(&motion, Verb::Create, self.committee(), at);
        Ok(motion)
    }

    /// Takes a motion back.
    pub(super) fn withdraw(&mut self, book: &mut Book, gathering: &Gathering, motion: &mut Motion) -> Result<()> {
        let (at, _) = self.tick_on();
        *motion = motion::withdraw(&gathering.meeting, motion).allowed("taking a motion back")?;
        book.change(motion, Verb::End, self.committee(), at);
        Ok(())
    }

    /// One of those there stands back, since it is their own affair.
    pub(super) fn recuse(&mut self, book: &mut Book, gathering: &Gathering, motion: &mut Motion) -> Result<()> {
        let (at, _) = self.tick_on();
        let there = gathering.attendance.iter().rev().find(|a| a.state == AttendanceState::There);
        let unit = there.context("somebody who is there")?.unit;
        *motion = motion::recuse(&gathering.meeting, motion, unit, true).allowed("standing back")?;
        book.change(motion, Verb::Attend, self.village.facilitator.actor(), at);
        Ok(())
    }

    /// Counts the hands.
    pub(super) fn count(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        motion: &mut Motion,
        hands: Hands,
    ) -> Result<Count> {
        let (at, _) = self.tick_on();
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        let rules = self.world.rules(&gathering.path, held);
        let room = self.room(gathering)?;
        let (recused, tally) = tally(gathering, motion, hands);
        let counting = self.counting(tally, motion.ballot_mode, hands.dissent);
        let (counted, count) =
            motion::count(&gathering.meeting, motion, &room, recused, counting, &rules, book.id(at), at)
                .allowed("a count")?;
        *motion = counted;
        let actor = self.committee();
        book.put(&count, Verb::Count, actor, at);
        book.change(motion, Verb::Change, actor, at);
        Ok(count)
    }

    /// Counts them again, with other numbers.
    #[expect(clippy::too_many_arguments, reason = "every fact of a recount is named")]
    pub(super) fn recount(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        motion: &mut Motion,
        last: &Count,
        hands: Hands,
        on: Day,
        why: &str,
    ) -> Result<Count> {
        let (at, _) = self.tick(on, 15, 10);
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        let rules = self.world.rules(&gathering.path, held);
        let (_, tally) = tally(gathering, motion, hands);
        let counting = self.counting(tally, motion.ballot_mode, hands.dissent);
        let (counted, count) =
            motion::recount(&gathering.meeting, motion, last, counting, why.to_owned(), &rules, book.id(at), at)
                .allowed("a recount")?;
        *motion = counted;
        let actor = self.committee();
        book.put(&count, Verb::Recount, actor, at);
        book.change(motion, Verb::Change, actor, at);
        self.moved(book, at);
        Ok(count)
    }

    fn counting(&self, tally: Tally, mode: BallotMode, dissent: bool) -> Counting {
        Counting {
            tally,
            teller: self.village.facilitator.name.clone(),
            scrutineer: self.village.supervision.name.clone(),
            on_paper_ballots: mode == BallotMode::Secret,
            dissent: dissent.then(|| self.story.dissent.join("；")).filter(|text| !text.is_empty()),
        }
    }

    /// Closes the meeting. Its matter was deliberated, where enough came.
    pub(super) fn adjourn(&mut self, book: &mut Book, gathering: &mut Gathering, motions_open: usize) -> Result<()> {
        let (at, _) = self.tick_on();
        let room = self.room(gathering)?;
        gathering.meeting = meeting::close(&gathering.meeting, &room, motions_open, at).allowed("closing a meeting")?;
        let actor = self.committee();
        book.change(&mut gathering.meeting, Verb::Close, actor, at);
        if gathering.meeting.state == MeetingState::Closed {
            self.deliberated(book, at)?;
        }
        self.moved(book, at);
        Ok(())
    }

    fn deliberated(&mut self, book: &mut Book, at: Timestamp) -> Result<()> {
        if self.matter.plan == PlanState::Topic {
            self.matter = self.matter.advance(PlanState::Deliberated).allowed("people met over it")?;
            let actor = self.committee();
            book.change(&mut self.matter, Verb::Change, actor, at);
        }
        Ok(())
    }

    /// A meeting that failed is taken up again: a new one, which needs its own notice.
    pub(super) fn reconvene(&mut self, book: &mut Book, failed: &Gathering, on: Day) -> Result<Gathering> {
        let (at, _) = self.tick(on, 9, 0);
        let meeting = meeting::reconvene(&failed.meeting, book.id(at), at).allowed("taking a meeting up again")?;
        book.put(&meeting, Verb::Create, self.committee(), at);
        Ok(Gathering {
            meeting,
            body: failed.body,
            mode: failed.mode,
            path: failed.path.clone(),
            roll: None,
            units: BTreeMap::new(),
            attendance: Vec::new(),
            entered: None,
        })
    }

    /// Makes the resolution.
    pub(super) fn resolve(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        motion: &Motion,
        count: &Count,
        taken: &[PriorStep],
    ) -> Result<Resolution> {
        let (at, _) = self.tick_on();
        let held = gathering.meeting.held_on.context("the day of a meeting")?;
        let rules = self.world.rules(&gathering.path, held);
        let gaps = prior_step::gaps(&rules.prior_steps(gathering.body), taken, held);
        let resolved = Resolved {
            text: motion.text.clone(),
            who_acts: format!("{}，理事会", self.village.committee_word()),
            deadline: Some(held.plus(60)),
            effective_on: None,
        };
        let resolution = resolution::resolve(&gathering.meeting, motion, count, &gaps, resolved, book.id(at), at)
            .allowed("a resolution")?;
        let actor = self.committee();
        book.put(&resolution, Verb::Resolve, actor, at);
        self.came = Some((count.came.units, count.roll.units));
        self.matter = resolution::settled(&self.matter).allowed("it was decided")?;
        book.change(&mut self.matter, Verb::Change, actor, at);
        if let Some(topic) = &mut self.topic {
            *topic = topic.decided(count.counted_on).allowed("a decided topic")?;
            book.change(topic, Verb::Change, actor, at);
        }
        Ok(resolution)
    }

    /// Attaches the photo of the signed sheet.
    pub(super) fn certify(&mut self, book: &mut Book, resolution: &mut Resolution, scan: &Scan, on: Day) -> Result<()> {
        let (at, _) = self.tick(on, 9, 50);
        let file = scan.file(book, at);
        self.paper = Some(scan.clone());
        let (id, attempt) = (resolution.id, resolution.version);
        book.step(move |tx| store::decide::resolution::put_scans(tx, id, attempt, &[file]));
        *resolution = resolution::certify(resolution, vec![file]).allowed("the signed paper")?;
        book.change(resolution, Verb::Certify, self.committee(), at);
        self.moved(book, at);
        Ok(())
    }

    /// A recount changes what a resolution rests on.
    pub(super) fn follow(&mut self, book: &mut Book, resolution: &mut Resolution, count: &Count) -> Result<()> {
        let (at, _) = self.tick_on();
        *resolution = resolution::follow(resolution, count).allowed("a recount behind a resolution")?;
        let actor = self.committee();
        book.change(resolution, Verb::Recount, actor, at);
        if resolution.state == ResolutionState::Void { self.send_back(book, at) } else { Ok(()) }
    }

    /// The decision does not hold, or an objection was upheld: the matter goes to a meeting again.
    fn send_back(&mut self, book: &mut Book, at: Timestamp) -> Result<()> {
        let actor = self.committee();
        self.matter = resolution::sent_back(&self.matter).allowed("a matter that goes to a meeting again")?;
        book.change(&mut self.matter, Verb::Change, actor, at);
        if let Some(topic) = &mut self.topic {
            *topic = topic.reopened().allowed("a topic that is open again")?;
            book.change(topic, Verb::Change, actor, at);
        }
        Ok(())
    }

    /// Hangs the resolution out.
    pub(super) fn post(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        resolution: &Resolution,
        count: &Count,
        on: Day,
    ) -> Result<Posting> {
        let (at, today) = self.tick(on, 10, 30);
        let rules = self.world.rules(&gathering.path, today);
        let text = self.sheet(gathering, resolution, count);
        let hung = Hung { text, hangs_at: format!("{}公示栏，村部", self.hamlet.place.name), posted_on: today };
        let posting = posting::post(resolution, hung, &rules, today, book.id(at), at).allowed("a posting")?;
        let actor = self.committee();
        book.put(&posting, Verb::Post, actor, at);
        self.matter = posting::hang_out(&self.matter).allowed("it hangs out")?;
        book.change(&mut self.matter, Verb::Change, actor, at);
        Ok(posting)
    }

    fn sheet(&self, gathering: &Gathering, resolution: &Resolution, count: &Count) -> String {
        let tally = count.counting.tally;
        let unit = match gathering.mode {
            Mode::Household => "户",
            Mode::Person | Mode::Area => "人",
        };
        format!(
            "{}定了：{}\n应到{}{unit}，到会{}{unit}；同意{}，不同意{}，弃权{}。\n谁来做：{}。",
            body_word(gathering.body),
            resolution.text,
            count.roll.units,
            count.came.units,
            tally.in_favour.units,
            tally.against.units,
            tally.abstained.units,
            resolution.who_acts,
        )
    }

    /// Corrects what hangs out, and keeps what it said.
    #[expect(clippy::too_many_arguments, reason = "every fact of a correction is named")]
    pub(super) fn correct(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        posting: &mut Posting,
        on: Day,
        more: &str,
        why: &str,
        substantial: bool,
    ) -> Result<Correction> {
        let (at, today) = self.tick(on, 14, 20);
        let rules = self.world.rules(&gathering.path, today);
        let text = format!("{}\n{more}", posting.text);
        let (corrected, correction) =
            posting::correct(posting, text, why.to_owned(), substantial, today, &rules, book.id(at), at)
                .allowed("a correction")?;
        *posting = corrected;
        let actor = self.committee();
        book.change(posting, Verb::Correct, actor, at);
        book.put(&correction, Verb::Create, actor, at);
        self.moved(book, at);
        Ok(correction)
    }

    /// Somebody objects.
    pub(super) fn object(
        &mut self,
        book: &mut Book,
        gathering: &Gathering,
        posting: &Posting,
        on: Day,
        channel: ObjectionChannel,
    ) -> Result<Objection> {
        let (at, today) = self.tick(on, 18, 30);
        let rules = self.world.rules(&gathering.path, today);
        let (text, _) = self.story.objection.unwrap_or(("这个办法我家不方便，先听听别人怎么讲", ""));
        let resident: Option<ResidentId> = match channel {
            ObjectionChannel::Web | ObjectionChannel::Helper | ObjectionChannel::Said => {
                let home = self.hamlet.homes.first();
                home.and_then(|home| home.adults(today).next()).map(|listed| listed.resident.id)
            }
            ObjectionChannel::Phone | ObjectionChannel::Paper => None,
        };
        let objected = Objected { resident, channel, received_on: today, text: text.to_owned() };
        let objection = objection::object(posting, objected, &rules, today, book.id(at), at).allowed("an objection")?;
        let actor = match channel {
            ObjectionChannel::Web => Actor::NOBODY,
            ObjectionChannel::Helper => self.village.facilitator.actor(),
            _ => self.village.supervision.actor(),
        };
        book.put(&objection, Verb::Object, actor, at);
        self.moved(book, at);
        Ok(objection)
    }

    /// The committee answers an objection.
    pub(super) fn reply(
        &mut self,
        book: &mut Book,
        objection: &mut Objection,
        outcome: ObjectionOutcome,
        on: Day,
    ) -> Result<()> {
        let (at, today) = self.tick(on, 16, 15);
        let answer = match (outcome, self.story.objection) {
            (ObjectionOutcome::ToMeeting, _) => "你说得有道理，这一条当时没有量清楚。先不动，重新开会再定。",
            (_, Some((_, answer))) => answer,
            (_, None) => "当天上门看过，路线不动，离你家墙脚留两米。你也说可以。",
        };
        *objection = objection::answer(objection, answer.to_owned(), outcome, today, today)
            .allowed("the answer to an objection")?;
        let actor = self.committee();
        book.change(objection, Verb::Answer, actor, at);
        self.moved(book, at);
        if outcome == ObjectionOutcome::ToMeeting { self.send_back(book, at) } else { Ok(()) }
    }

    /// The days are over: the sheet comes off the board, and the resolution stands disclosed.
    pub(super) fn disclose(
        &mut self,
        book: &mut Book,
        resolution: &Resolution,
        posting: &mut Posting,
        objections: &[Objection],
    ) -> Result<()> {
        let (at, today) = self.tick(posting.until.plus(1), 0, 10);
        let hung = std::slice::from_ref(&*posting);
        let made = std::slice::from_ref(resolution);
        self.matter = posting::disclose(&self.matter, made, hung, objections, today).allowed("disclosure")?;
        book.change(&mut self.matter, Verb::Change, Actor::NOBODY, at);
        let (at, today) = self.tick(posting.until.plus(1), 8, 20);
        *posting = posting::take_down(posting, today, today).allowed("taking a sheet down")?;
        book.change(posting, Verb::End, self.committee(), at);
        Ok(())
    }

    /// A few minutes after what came before.
    fn tick_on(&mut self) -> (Timestamp, Day) {
        let at = self.latest().plus_seconds(240).min(self.world.when.now);
        self.later(at);
        (at, self.world.when.zone.day(at))
    }
}

fn unit(household: Option<HouseholdId>, people: Vec<Listed>) -> Unit {
    Unit { household, people }
}

/// The hands of those there, as sums: whoever is not against, abstains or sits still is in favour.
fn tally(gathering: &Gathering, motion: &Motion, hands: Hands) -> (Weight, Tally) {
    let recused: BTreeSet<Uuid> = motion.recused.iter().copied().collect();
    let weights: BTreeMap<Uuid, Weight> =
        gathering.roll.iter().flat_map(|(_, rows)| rows).map(|row| (row.unit, row.as_weight(gathering.mode))).collect();
    let there = gathering.attendance.iter().filter(|a| a.state == AttendanceState::There);
    let (stood_back, voting): (Vec<_>, Vec<_>) = there.partition(|a| recused.contains(&a.unit));
    let weight = |a: &&Attendance| weights.get(&a.unit).copied().unwrap_or_default();
    let back = stood_back.iter().map(weight).fold(Weight::default(), Weight::plus);
    let mut tally = Tally::default();
    for (number, weight) in (0_i64..).zip(voting.iter().map(weight)) {
        let part = if number < hands.against {
            &mut tally.against
        } else if number < hands.against.saturating_add(hands.abstained) {
            &mut tally.abstained
        } else if number < hands.against.saturating_add(hands.abstained).saturating_add(hands.silent) {
            continue;
        } else {
            &mut tally.in_favour
        };
        *part = part.plus(weight);
    }
    (back, tally)
}

/// What a body is called.
fn body_word(body: Body) -> &'static str {
    match body {
        Body::VillagersAssembly => "村民会议",
        Body::VillagersReps => "村民代表会议",
        Body::GroupMeeting => "村民小组会议",
        Body::ResidentsAssembly => "居民会议",
        Body::ResidentsReps => "居民代表会议",
        Body::CollectiveAssembly => "成员大会",
        Body::OwnersAssembly => "业主大会",
    }
}
