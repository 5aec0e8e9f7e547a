//! What the pages of a meeting load, and the words that they share.

use crate::frame::{Error, Result, Visit, W, see_other};
use crate::record::{rule_href, rule_name, rule_words};
use axum::response::Response;
use civic::decide::attendance::{Attendance, AttendanceState, Room};
use civic::decide::convocation::Convocation;
use civic::decide::matter::Matter;
use civic::decide::meeting::{Meeting, MeetingState, Sort};
use civic::decide::motion::{Count, Motion};
use civic::decide::roll::Roll;
use civic::id::{MeetingId, PlaceId};
use civic::people::membership::MembershipKind;
use civic::people::place::Place;
use civic::people::standing::{Post, Visibility};
use civic::rules::{Body, InForce, Mode, RuleRef, Rules};
use civic::time::Day;
use std::collections::BTreeSet;
use store::Tx;
use store::decide::attendance::Sums;
use store::decide::roll::Named;
use store::decide::{attendance, convocation, meeting, motion, motion_count, roll};
use store::people::place;
use uuid::Uuid;

/// A meeting with what hangs on it; names of nobody are among it.
pub(super) struct Loaded {
    pub meeting: Meeting,
    pub line: Vec<Place>,
    pub matters: Vec<Matter>,
    pub calls: Vec<Convocation>,
    pub roll: Option<Roll>,
    pub sums: Sums,
    pub motions: Vec<Motion>,
    pub counts: Vec<Count>,
    pub successor: Option<Meeting>,
}

/// Loads a formal meeting. A talk has pages of its own.
pub(super) fn load(tx: &mut Tx<'_>, id: MeetingId) -> Result<Loaded> {
    let meeting = meeting::get(tx, id)?;
    if matches!(meeting.sort, Sort::Talk(_)) {
        return Err(Error::Hidden);
    }
    let roll = meeting.roll.map(|id| roll::get(tx, id)).transpose()?;
    let sums = match &roll {
        Some(roll) => attendance::sums(tx, roll.id, roll.mode == Mode::Area)?,
        None => Sums::default(),
    };
    Ok(Loaded {
        line: place::line(tx, meeting.place)?,
        matters: meeting::matters_of(tx, id)?,
        calls: convocation::of_meeting(tx, id)?,
        motions: motion::of_meeting(tx, id)?,
        counts: motion_count::of_meeting(tx, id)?,
        successor: meeting::successor(tx, id)?,
        roll,
        sums,
        meeting,
    })
}

/// Loads a meeting and asks whether the visit may do there what its route declared.
pub(super) async fn entered(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let Some(id) = MeetingId::parse(id) else {
        visit.may(&[], Visibility::Draft)?;
        return Err(Error::Hidden);
    };
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((loaded, post))
}

/// Leads to the page of a talk whoever comes here for one: a list of work knows of a meeting and not of which sort it is.
pub(super) async fn to_talk(visit: &Visit, id: &str) -> Result<Response> {
    let id = MeetingId::parse(id).ok_or(Error::Hidden)?;
    let read = move |tx: &mut Tx<'_>| {
        let meeting = meeting::get(tx, id)?;
        let path = place::path(tx, meeting.place)?;
        Ok::<_, Error>((meeting, path))
    };
    let (meeting, path) = visit.app.db().read(visit.county.id, read).await?;
    if !matches!(meeting.sort, Sort::Talk(_)) {
        return Err(Error::Hidden);
    }
    let draft = meeting.state == MeetingState::Draft;
    visit.may(&path, if draft { Visibility::Draft } else { Visibility::Public })?;
    Ok(see_other(&format!("/talks/{id}")))
}

impl Loaded {
    /// The place and those above it, innermost first.
    pub fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }

    /// Nobody but its posts knows of a meeting to which nobody was called.
    pub fn visibility(&self) -> Visibility {
        match self.meeting.state {
            MeetingState::Draft => Visibility::Draft,
            MeetingState::Cancelled if self.calls.is_empty() => Visibility::Draft,
            _ => Visibility::Public,
        }
    }

    /// Body and mode. Only formal meetings are loaded.
    pub fn sort(&self) -> Result<(Body, Mode)> {
        match self.meeting.sort {
            Sort::Formal { body, mode } => Ok((body, mode)),
            Sort::Talk(_) => Err(Error::Hidden),
        }
    }

    /// The day whose rules count: the day of the meeting, or today while it has none.
    pub fn day(&self, today: Day) -> Day {
        self.meeting.held_on.unwrap_or(today)
    }

    /// Who is there and whether it is enough, once a roll was frozen and where a rule says how many are needed.
    pub fn room(&self, rules: &InForce<'_>) -> Option<Room> {
        let roll = self.roll.as_ref()?;
        let (body, mode) = self.sort().ok()?;
        let quorum = rules.quorum(body, mode).ok()?;
        Some(Room::new(roll.size, self.sums.came, self.sums.there, quorum))
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.meeting.title.clone().unwrap_or_default()
    }
}

/// As what somebody must belong to a place to count at this body.
pub(super) const fn counts_as(body: Body) -> MembershipKind {
    match body {
        Body::VillagersAssembly | Body::GroupMeeting => MembershipKind::Villager,
        Body::ResidentsAssembly => MembershipKind::Resident,
        Body::CollectiveAssembly => MembershipKind::Collective,
        Body::OwnersAssembly => MembershipKind::Owner,
        Body::VillagersReps | Body::ResidentsReps => MembershipKind::Representative,
    }
}

/// Who comes to a meeting of that body, in a sentence.
pub(super) fn who_comes(w: &W, body: Body, mode: Mode) -> String {
    w.t(match (body, mode) {
        (Body::VillagersReps | Body::ResidentsReps, _) => "meeting-who-representative",
        (Body::CollectiveAssembly, _) => "meeting-who-collective",
        (_, Mode::Person) => "meeting-who-person",
        (_, Mode::Household) => "meeting-who-household",
        (_, Mode::Area) => "meeting-who-area",
    })
}

/// The name of a unit of the roll; of one that was erased, that it was.
pub(super) fn name_of(w: &W, names: &[Named], unit: Uuid) -> String {
    let named = names.iter().find(|n| n.unit == unit);
    named.and_then(|n| n.name.clone()).unwrap_or_else(|| w.t("meeting-name-erased"))
}

/// The units that are there, for the choice of who stands back.
pub(super) fn there(attendances: &[Attendance]) -> BTreeSet<Uuid> {
    attendances.iter().filter(|a| a.state == AttendanceState::There).map(|a| a.unit).collect()
}

/// A minute of a day as a clock shows it.
pub(super) fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// Reads `19:30`, also with full-width digits or a Chinese point of the clock.
pub(super) fn minute(typed: &str) -> Option<u16> {
    let typed = civic::text::plain_digits(typed.trim()).replace(['：', '点', '时', '.'], ":").replace('分', "");
    let (hour, minute) = typed.split_once(':').unwrap_or((typed.as_str(), ""));
    let hour: u16 = hour.trim().parse().ok().filter(|h| *h < 24)?;
    let minute: u16 = match minute.trim() {
        "" => 0,
        "半" => 30,
        digits => digits.parse().ok().filter(|m| *m < 60)?,
    };
    Some(hour * 60 + minute)
}

/// Day, weekday and time of a meeting; `None` while it has no day.
pub(crate) fn when(w: &W, meeting: &Meeting, today: &Day) -> Option<String> {
    let day = meeting.held_on?;
    let (date, week) = (w.day(&day, today), w.weekday(&day));
    Some(match meeting.minute {
        Some(minute) => w.t3("meeting-when", "day", date, "week", week, "time", clock(minute)),
        None => w.t2("meeting-when-day", "day", date, "week", week),
    })
}

/// A rule that something rests on, as a page cites it.
pub(super) struct Cited {
    /// What it says.
    pub say: String,
    /// Where that stands.
    pub source: String,
    /// Pack, version and id.
    pub name: String,
    /// The page of its pack.
    pub href: String,
}

/// Cites a rule. Where its text is not here any more, the bare reference remains. A rule for every way of counting is said in the words
/// of the one in which this meeting is counted.
pub(super) fn cite(w: &W, rules: &Rules, rule: &RuleRef, mode: Mode) -> Cited {
    let found = rules.find(rule);
    let say = found.map(|(_, rule)| {
        let mut rule = rule.clone();
        rule.scope.mode = Some(mode);
        rule_words(w, &rule)
    });
    Cited {
        say: say.unwrap_or_default(),
        source: found.map(|(_, rule)| w.label(&rule.source).to_owned()).unwrap_or_default(),
        name: rule_name(w, rules, rule),
        href: rule_href(rule),
    }
}

/// A key by which labels stand in the order in which people count: 2号 before 10号.
pub(super) fn counted(label: &str) -> Vec<(bool, u64, String)> {
    let mut parts: Vec<(bool, u64, String)> = Vec::new();
    for c in civic::text::plain_digits(label).chars() {
        match (c.to_digit(10), parts.last_mut()) {
            (Some(digit), Some((true, n, _))) => *n = n.saturating_mul(10).saturating_add(digit.into()),
            (Some(digit), _) => parts.push((true, digit.into(), String::new())),
            (None, Some((false, _, text))) => text.push(c),
            (None, _) => parts.push((false, 0, c.to_string())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_house_stands_behind_the_second() {
        let mut labels = ["西巷10号", "东巷1号", "西巷2号", "西巷１号", "西巷2号后排"];
        labels.sort_by_key(|label| counted(label));
        assert_eq!(labels, ["东巷1号", "西巷１号", "西巷2号", "西巷2号后排", "西巷10号"]);
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for (typed, expected) in [
            ("19:30", 1170),
            ("１９：３０", 1170),
            ("7点半", 450),
            ("19点", 1140),
            ("8.05", 485),
            ("0:00", 0),
            ("9", 540),
        ] {
            assert_eq!(minute(typed), Some(expected), "{typed}");
        }
        for typed in ["", "25:00", "19:60", "-1:00", "晚上", "19:3x", "1:2:3"] {
            assert_eq!(minute(typed), None, "{typed}");
        }
    }
}
