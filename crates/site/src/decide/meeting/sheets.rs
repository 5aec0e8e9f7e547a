//! Paper for a meeting: the notice to hang up, the sheet on which people sign, the sheet on which hands are tallied.

use super::load::{Loaded, cite, counted, entered, name_of, when};
use crate::decide::resolution::why::Why;
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, address, as_pdf, pdf};
use crate::people::place::organ;
use crate::record::units;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::attendance::Room;
use civic::decide::meeting::MeetingState;
use civic::decide::motion::MotionState;
use civic::decide::roll::Roll;
use civic::rules::Mode;
use paper::pdf::{Column, Part, Sheet};
use store::decide::roll::{self, Named};
use uuid::Uuid;

/// Lines for motions that are moved on the spot, on a tally sheet.
const SPARE_MOTIONS: usize = 2;
/// Height of a line to sign on, and of a field in which hands are tallied, in millimetres.
const SIGNED_MM: u32 = 9;
const TALLIED_MM: u32 = 20;
/// Empty lines for what was said at a meeting.
const HEARD_LINES: u32 = 8;

/// How many have to come, once the roll is frozen.
fn needed(w: &W, room: Option<Room>, mode: Mode) -> Option<String> {
    let room = room?;
    let (all, needed) = (units(w, mode, room.roll.units), units(w, mode, room.needed.units));
    Some(w.t2("notice-needed", "all", all, "needed", needed))
}

#[derive(Template)]
#[template(path = "decide/meeting/notice.html")]
struct NoticePage {
    v: View,
    back: String,
    organ: String,
    title: String,
    off: Option<String>,
    when: String,
    venue: String,
    who: String,
    stand_in: Option<String>,
    agenda: Vec<String>,
    needed: Option<String>,
    qr: String,
    called: String,
    sources: String,
}

impl NoticePage {
    fn paper(&self) -> Sheet {
        let (v, t) = (&self.v, |key: &str| self.v.t(key));
        let who = std::iter::once(self.who.clone()).chain(self.stand_in.clone()).collect();
        let agenda = self.agenda.iter().zip(1..).map(|(line, n)| format!("{n}. {line}")).collect();
        let mut parts = vec![Part::Facts {
            rows: vec![
                (t("meeting-when-label"), vec![self.when.clone()]),
                (t("meeting-where"), vec![self.venue.clone()]),
                (t("meeting-who"), who),
                (t("meeting-stamp-agenda"), agenda),
            ],
        }];
        parts.extend(self.needed.clone().map(Part::text));
        let phone = v.phone.as_ref().map(|phone| v.w.t1("notice-say-phone", "phone", phone));
        let ways = [Some(t("notice-say-there")), phone, Some(t("notice-say-code"))];
        parts.push(Part::Box {
            heading: t("notice-say"),
            lines: ways.into_iter().flatten().collect(),
            note: String::new(),
            qr: self.qr.clone(),
        });
        Sheet {
            name: format!("{} {}", t("notice-title"), self.title),
            organ: self.organ.clone(),
            title: t("notice-title"),
            about: std::iter::once(self.title.clone()).chain(self.off.clone()).collect(),
            parts,
            foot: [self.called.clone(), self.sources.clone()].into_iter().filter(|line| !line.is_empty()).collect(),
            chop: Some(t("meeting-chop")),
            large: true,
            ..Sheet::default()
        }
    }
}

/// The notice on one A4 page. It says what the page says, and if the meeting is put off or off it says that in large letters, so that no
/// sheet of a meeting that is not held is printed by mistake.
pub(super) async fn notice(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let made = loaded.calls.last().ok_or(Error::Hidden)?;
    let rules = visit.app.rules(visit.county.id).await?;
    let (w, today) = (visit.w(), visit.today);
    let (body, mode) = loaded.sort()?;
    let path = loaded.path();
    let force = rules.on(&path, loaded.day(today));
    let id = loaded.meeting.id;
    let qr = paper::qr::svg(&address(&visit.app, &format!("/meetings/{id}")), &w.t("notice-qr"))
        .map_err(|error| Error::Broken(error.to_string()))?;
    let mut references = Vec::new();
    references.extend(made.notice_rule.clone());
    references.extend(force.quorum(body, mode).ok().map(|r| r.rule));
    let mut sources: Vec<String> = Vec::new();
    for reference in &references {
        let source = cite(&w, &rules, reference, mode).source;
        if !source.is_empty() && !sources.contains(&source) {
            sources.push(source);
        }
    }
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let off = match loaded.meeting.state {
        MeetingState::Postponed | MeetingState::Cancelled | MeetingState::FailedNotice => {
            Some(w.token(loaded.meeting.state))
        }
        _ => None,
    };
    let (who, stand_in) = super::pages::who_view(&w, body, mode, force.stand_in(body, mode).0);
    let page = NoticePage {
        back: format!("/meetings/{id}"),
        organ: organ(&loaded.line),
        title: loaded.title(),
        off,
        when: when(&w, &loaded.meeting, &today).unwrap_or_default(),
        venue: made.call.venue.clone(),
        who,
        stand_in,
        agenda: made.call.agenda_lines(),
        needed: needed(&w, loaded.room(&force), mode),
        qr,
        called: w.t2("notice-called", "who", w.token(made.call.convener), "day", w.full_day(&made.call.notice_on)),
        sources: if sources.is_empty() { String::new() } else { w.t1("notice-sources", "sources", w.list(&sources)) },
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "notice", page.paper()).await } else { Page(page).ok() }
}

/// The units of a frozen roll by name; nobody without one.
async fn names(visit: &Visit, frozen: Option<&Roll>) -> Result<Vec<Named>> {
    let Some(frozen) = frozen else { return Ok(Vec::new()) };
    let (id, mode) = (frozen.id, frozen.mode);
    visit.app.db().read(visit.county.id, move |tx| roll::named(tx, id, mode).map_err(Error::from)).await
}

/// Head of a sheet that is filled in by hand.
struct Head {
    /// Which sheet it is.
    sheet: String,
    back: String,
    organ: String,
    title: String,
    about: String,
}

impl Head {
    /// The sheet with what stands under its head.
    fn paper(&self, parts: Vec<Part>) -> Sheet {
        Sheet {
            name: format!("{} {}", self.sheet, self.title),
            organ: self.organ.clone(),
            title: self.sheet.clone(),
            about: vec![self.title.clone()],
            parts,
            ..Sheet::default()
        }
    }
}

fn head(loaded: &Loaded, sheet: &str, w: &W, visit: &Visit) -> Result<Head> {
    let (body, mode) = loaded.sort()?;
    Ok(Head {
        sheet: w.t(sheet),
        back: format!("/meetings/{}", loaded.meeting.id),
        organ: organ(&loaded.line),
        title: loaded.title(),
        about: w.list(&[
            &when(w, &loaded.meeting, &visit.today).unwrap_or_default(),
            loaded.meeting.venue.as_deref().unwrap_or_default(),
            &w.token(body),
            &w.token(mode),
        ]),
    })
}

#[derive(Template)]
#[template(path = "decide/meeting/sign-in.html")]
struct SignInPage {
    v: View,
    head: Head,
    size: String,
    unit_head: String,
    units: Vec<String>,
}

impl SignInPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let row = |(name, n): (&String, i32)| vec![n.to_string(), name.clone(), String::new(), String::new()];
        let rows = self.units.iter().zip(1..).map(row).collect();
        self.head.paper(vec![
            Part::text(&self.head.about),
            Part::text(self.v.w.t1("signing-size", "n", &self.size)),
            Part::Table {
                caption: String::new(),
                columns: vec![Column::Narrow, Column::Text, Column::Wide, Column::Text],
                head: vec![t("signing-number"), self.unit_head.clone(), t("signing-signature"), t("signing-note")],
                rows,
                sum: Vec::new(),
                tall: SIGNED_MM,
            },
            Part::Signs { words: vec![t("signing-chair"), t("signing-recorder")] },
        ])
    }
}

/// The sheet on which who comes signs: every unit of the frozen roll, in the order in which people look for theirs. It holds names, so it
/// is for who keeps the meeting.
pub(super) async fn sign_in(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let names = names(&visit, loaded.roll.as_ref()).await?;
    let w = visit.w();
    let (_, mode) = loaded.sort()?;
    let mut units_of: Vec<String> =
        names.into_iter().map(|n| n.name.unwrap_or_else(|| w.t("meeting-name-erased"))).collect();
    units_of.sort_by_cached_key(|name| counted(name));
    let page = SignInPage {
        size: units(&w, mode, loaded.roll.as_ref().map_or(0, |f| f.size.units)),
        unit_head: w.t(match mode {
            Mode::Household => "sheet-unit-household",
            Mode::Person => "sheet-unit-person",
            Mode::Area => "sheet-unit-area",
        }),
        units: units_of,
        head: head(&loaded, "signing-title", &w, &visit)?,
        v: View::new(&visit).sheet("sheet rows"),
    };
    if as_pdf(&asked) { pdf(&visit, "sign-in", page.paper()).await } else { Page(page).ok() }
}

#[derive(Template)]
#[template(path = "decide/meeting/tally.html")]
struct TallyPage {
    v: View,
    head: Head,
    needed: Option<String>,
    motions: Vec<(String, String)>,
}

impl TallyPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let mut parts = vec![Part::text(&self.head.about)];
        parts.extend(self.needed.clone().map(Part::text));
        for (text, mode) in &self.motions {
            parts.push(Part::Table {
                caption: if text.is_empty() { t("tally-blank") } else { format!("{text} {mode}") },
                columns: vec![Column::Text; 4],
                head: ["tally-there", "count-in-favour", "count-against", "count-abstained"].map(t).to_vec(),
                rows: vec![vec![String::new(); 4]],
                sum: Vec::new(),
                tall: TALLIED_MM,
            });
            parts.push(Part::text(t("tally-dissent")));
        }
        parts.push(Part::text(t("tally-hint")));
        parts.push(Part::Signs { words: ["tally-teller", "tally-scrutineer", "signing-chair"].map(t).to_vec() });
        self.head.paper(parts)
    }
}

/// The sheet on which hands are tallied: one block for each motion that was put, and room for those to come.
pub(super) async fn tally(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let (_, mode) = loaded.sort()?;
    let path = loaded.path();
    let room = loaded.room(&rules.on(&path, loaded.day(visit.today)));
    let put = loaded.motions.iter().filter(|m| m.state != MotionState::Withdrawn);
    let mut motions: Vec<(String, String)> = put.map(|m| (m.text.clone(), w.token(m.ballot_mode))).collect();
    let spare = SPARE_MOTIONS.saturating_sub(motions.len()).max(usize::from(motions.is_empty()));
    motions.extend(std::iter::repeat_with(|| (String::new(), String::new())).take(spare));
    let page = TallyPage {
        needed: needed(&w, room, mode),
        motions,
        head: head(&loaded, "tally-title", &w, &visit)?,
        v: View::new(&visit).sheet("sheet rows"),
    };
    if as_pdf(&asked) { pdf(&visit, "tally", page.paper()).await } else { Page(page).ok() }
}

/// A motion as the minutes tell it.
struct MinutesMotion {
    text: String,
    meta: String,
    recused: String,
    /// Its counts, the first one first, each with who counted.
    counts: Vec<(Why, String)>,
}

#[derive(Template)]
#[template(path = "decide/meeting/minutes.html")]
struct MinutesPage {
    v: View,
    head: Head,
    called: Option<String>,
    kept: Option<String>,
    came: Option<String>,
    agenda: Vec<String>,
    state: String,
    motions: Vec<MinutesMotion>,
}

impl MinutesPage {
    fn paper(&self) -> Sheet {
        let (w, t) = (&self.v.w, |key: &str| self.v.t(key));
        let mut rows = vec![(t("meeting-when-label"), vec![self.head.about.clone()])];
        for (key, text) in
            [("meeting-notice", &self.called), ("meeting-kept", &self.kept), ("meeting-stamp-room", &self.came)]
        {
            rows.extend(text.clone().map(|text| (t(key), vec![text])));
        }
        let agenda = self.agenda.iter().zip(1..).map(|(line, n)| format!("{n}. {line}")).collect();
        rows.push((t("meeting-stamp-agenda"), agenda));
        rows.push((t("minutes-state"), vec![self.state.clone()]));
        let mut parts = vec![Part::Facts { rows }];
        for (motion, n) in self.motions.iter().zip(1..) {
            parts.push(Part::Heading { text: format!("{} {n}", t("meeting-stamp-motion")) });
            parts.push(Part::strong(&motion.text));
            parts.push(Part::text(&motion.meta));
            if !motion.recused.is_empty() {
                parts.push(Part::text(format!("{} {}", t("motion-recused"), motion.recused)));
            }
            for (why, tellers) in &motion.counts {
                parts.extend(why.parts(w));
                parts.push(Part::text(tellers));
                parts.extend(why.dissent.as_ref().map(|text| Part::text(format!("{}{text}", t("tally-dissent")))));
            }
        }
        parts.push(Part::Lines { heading: t("minutes-heard"), count: HEARD_LINES });
        parts.push(Part::Signs { words: ["signing-chair", "signing-recorder", "tally-scrutineer"].map(t).to_vec() });
        self.head.paper(parts)
    }
}

/// The minutes on paper: what was called, who kept it, how many came, what was put, every count and who counted, with room to write
/// down by hand what was said. Names of tellers and of those who stood back are on it, so it is for who keeps the meeting.
pub(super) async fn minutes(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let rules = visit.app.rules(visit.county.id).await?;
    let (w, today) = (visit.w(), visit.today);
    let (body, mode) = loaded.sort()?;
    let path = loaded.path();
    let stood_back = loaded.motions.iter().any(|motion| !motion.recused.is_empty());
    let names = names(&visit, loaded.roll.as_ref().filter(|_| stood_back)).await?;
    let name_of = |unit: &Uuid| name_of(&w, &names, *unit);
    let motions = loaded
        .motions
        .iter()
        .map(|motion| {
            let recused: Vec<String> = motion.recused.iter().map(name_of).collect();
            let recused: Vec<&str> = recused.iter().map(String::as_str).collect();
            let moved =
                |key: &str, who: &Option<String>| who.as_ref().map(|n| w.t1(key, "name", n)).unwrap_or_default();
            MinutesMotion {
                text: motion.text.clone(),
                meta: w.list(&[
                    &w.token(motion.state),
                    &w.token(motion.ballot_mode),
                    &moved("motion-moved-by", &motion.mover),
                    &moved("motion-seconded-by", &motion.seconder),
                ]),
                recused: w.list(&recused),
                counts: loaded
                    .counts
                    .iter()
                    .filter(|count| count.motion == motion.id)
                    .map(|count| {
                        let why = Why::new(&w, &rules, count, w.token(body), mode, motion.ballot_mode, &today);
                        let (teller, scrutineer) = (&count.counting.teller, &count.counting.scrutineer);
                        (why, w.t2("minutes-tellers", "teller", teller, "scrutineer", scrutineer))
                    })
                    .collect(),
            }
        })
        .collect();
    let last = loaded.calls.last();
    let page = MinutesPage {
        called: last.map(|made| super::pages::call_view(&w, made, &today).said),
        kept: match (&loaded.meeting.kept_by, &loaded.meeting.recorder) {
            (Some(chair), Some(recorder)) => Some(w.t2("meeting-kept-by", "chair", chair, "recorder", recorder)),
            _ => None,
        },
        came: loaded.room(&rules.on(&path, loaded.day(today))).map(|room| {
            let (all, came) = (units(&w, mode, room.roll.units), units(&w, mode, room.came.units));
            w.t3("minutes-came", "all", all, "came", came, "needed", units(&w, mode, room.needed.units))
        }),
        agenda: last.map(|made| made.call.agenda_lines()).unwrap_or_default(),
        state: w.token(loaded.meeting.state),
        motions,
        head: head(&loaded, "minutes-title", &w, &visit)?,
        v: View::new(&visit).sheet("sheet rows"),
    };
    if as_pdf(&asked) { pdf(&visit, "minutes", page.paper()).await } else { Page(page).ok() }
}
