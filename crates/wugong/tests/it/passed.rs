//! A matter as far as a passed motion: a need with its slip, sorted; an open topic; a meeting with its count. Made through `civic` and
//! `store`, for stories that begin where hands were counted.

use crate::town::Town;
use civic::decide::code::{PublicNumber, SlipCode};
use civic::decide::meeting::{self, Meeting, MeetingState};
use civic::decide::motion::{self, BallotMode, Count, Counting, Motion, Tally, Wording};
use civic::decide::need::{self, Affected, Intake, RaisedVia, SortForm, Sorting, Who};
use civic::decide::roll::Weight;
use civic::decide::topic::{self, TopicForm};
use civic::decide::{answer::ReplyChannel, attendance::Room, matter};
use civic::id::{MatterId, PlaceId};
use civic::people::place::Abbreviation;
use civic::record::Verb;
use civic::rules::{Body, Item, Mode};
use civic::time::Day;

/// What a story begins with.
pub struct Passed {
    /// The public number.
    pub number: String,
    /// The code on the first slip.
    pub code: String,
    pub matter: MatterId,
    pub meeting: Meeting,
    pub motion: Motion,
    pub count: Count,
}

/// The words that the committee published of the first slip.
pub const PUBLIC_TEXT: &str = "西巷一下雨就淹，水排不出去";
/// The words of the motion.
pub const MOTION: &str = "修西巷水泥路180米，两边做排水沟。";

impl Town {
    /// A matter of 柳塆 about which `body` voted on that day: 48 households on the roll, 39 came, so many were in favour, two abstained.
    pub fn passed(&self, body: Body, held_on: &str, in_favour: i64) -> Passed {
        let place = self.hamlet;
        let (now, today, held_on) = (self.now(), self.today(), Day::parse(held_on).unwrap());
        let raised = matter::raise(self.id(), place, today);
        let code = SlipCode::fresh(&mut self.chance());
        let intake = Intake {
            what: "一下雨巷子就淹",
            audio: None,
            place,
            spot: "西巷口",
            who: Who::Surname,
            name: "陈秀英",
            resident: None,
            show_surname: true,
            help: None,
            reply: ReplyChannel::Slip,
            phone: "",
            affected: Some(Affected::Hamlet),
            via: RaisedVia::Visit,
            raised: None,
            same_as: None,
        };
        let first = need::raise(self.id(), &raised, code, &intake, None, now, today).unwrap();
        let serial = u32::try_from(first.id.uuid().as_u128() % 900_000).unwrap() + 1;
        let number = PublicNumber { abbreviation: Abbreviation::parse("ZX").unwrap(), year: today.year(), serial };
        let shown = number.to_string();
        let form = SortForm {
            sorting: Sorting::SelfGovernance,
            title: "西巷水泥路",
            public_text: PUBLIC_TEXT,
            categories: &[matter::Category::Drainage],
            pressing: &[],
            owner: self.id(),
            referred_to: "",
        };
        let (sorted, spine) = need::sort(&first, &raised, &form, Some(number), today).unwrap();
        let form =
            TopicForm {
                title: "西巷怎么修", background: "雨天淹水", affected_households: "", affected: "西巷12户"
            };
        let drafted = topic::draft(self.id(), &spine, None, &form, today).unwrap();
        let (open, spine) = drafted.open(&spine, today).unwrap();

        let (meeting, motion, count) = self.voted(body, place, spine.id, Some(&open), held_on, in_favour);
        let entries = [
            self.entry(&spine, Verb::Create),
            self.entry(&sorted, Verb::Create),
            self.entry(&open, Verb::Create),
            self.entry(&meeting, Verb::Close),
            self.entry(&motion, Verb::Count),
            self.entry(&count, Verb::Count),
        ];
        let made = Passed {
            number: shown,
            code: code.digits(),
            matter: spine.id,
            meeting: meeting.clone(),
            motion: motion.clone(),
            count: count.clone(),
        };
        self.write(move |tx| {
            store::decide::matter::put(tx, &spine, now)?;
            store::decide::need::put(tx, &first)?;
            store::decide::need::change(tx, &sorted)?;
            store::decide::topic::put(tx, &open)?;
            store::decide::meeting::put(tx, &meeting)?;
            // The motion points to its count and the count to its motion: the motion goes in as it was put.
            store::decide::motion::put(tx, &motion)?;
            store::decide::motion_count::put(tx, &count)?;
            tx.commit(&entries, ())
        });
        made
    }

    fn voted(
        &self,
        body: Body,
        place: PlaceId,
        matter: MatterId,
        topic: Option<&topic::Topic>,
        held_on: Day,
        in_favour: i64,
    ) -> (Meeting, Motion, Count) {
        let now = self.now();
        let rules = self.runtime.block_on(self.app.rules(self.county)).unwrap();
        let path = self.read(move |tx| store::people::place::path(tx, place));
        let in_force = rules.on(&path, held_on);
        let mode = Mode::Household;
        let draft =
            meeting::draft(self.id(), place, vec![matter], (body, mode), "西巷水泥路".into(), false, now).unwrap();
        let open = Meeting { state: MeetingState::Open, held_on: Some(held_on), roll: Some(self.id()), ..draft };
        let wording = Wording {
            matter,
            topic: topic.map(|topic| topic.id),
            option: None,
            item: Item::General,
            ballot_mode: BallotMode::Hands,
            text: MOTION.into(),
            mover: None,
            seconder: None,
        };
        let put = motion::put(&open, wording, self.id(), now).unwrap();
        let quorum = in_force.quorum(body, mode).unwrap();
        let room = Room::new(Weight::units(48), Weight::units(39), Weight::units(39), quorum);
        let tally = Tally {
            in_favour: Weight::units(in_favour),
            against: Weight::units(37 - in_favour),
            abstained: Weight::units(2),
            invalid: Weight::default(),
        };
        let counting = Counting {
            tally,
            teller: "熊桂香".into(),
            scrutineer: "杜国强".into(),
            on_paper_ballots: false,
            dissent: Some("怕水排到后墙".into()),
        };
        let (motion, count) =
            motion::count(&open, &put, &room, Weight::default(), counting, &in_force, self.id(), now).unwrap();
        (Meeting { state: MeetingState::Closed, ..open }, motion, count)
    }

    /// Counts the hands again, as the meeting's pages do, and lets the resolution follow.
    pub fn recounted(&self, passed: &Passed, in_favour: i64, reason: &str) -> Count {
        let rules = self.runtime.block_on(self.app.rules(self.county)).unwrap();
        let place = passed.meeting.place;
        let path = self.read(move |tx| store::people::place::path(tx, place));
        let in_force = rules.on(&path, passed.meeting.held_on.unwrap());
        let tally = Tally {
            in_favour: Weight::units(in_favour),
            against: Weight::units(37 - in_favour),
            ..passed.count.counting.tally
        };
        let counting = Counting { tally, ..passed.count.counting.clone() };
        let (now, chance, id) = (self.now(), self.chance(), self.id());
        let (motion, count) = motion::recount(
            &passed.meeting,
            &passed.motion,
            &passed.count,
            counting,
            reason.into(),
            &in_force,
            id,
            now,
        )
        .unwrap();
        let entries = [self.entry(&motion, Verb::Recount), self.entry(&count, Verb::Recount)];
        let made = count.clone();
        let done: Result<(), site::frame::Error> = self.db.write_now(self.county, move |tx| {
            store::decide::motion_count::put(tx, &count)?;
            store::decide::motion::change(tx, &motion)?;
            let mut all = entries.to_vec();
            let nobody = civic::record::Actor::NOBODY;
            all.extend(site::decide::resolution::follow(tx, &count, nobody, now, &mut chance.clone())?);
            Ok(tx.commit(&all, ())?)
        });
        done.unwrap();
        made
    }
}
