//! The lists of those who handle needs: what waits, the late ones first.

use super::slip::{ClockView, clock_view};
use crate::frame::{Error, Fields, ListFile, Page, Result, View, Visit, W, list_file};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::decide::need::{NeedState, Sorting};
use civic::id::{NeedId, PlaceId};
use civic::people::place::{Level, Place, PlaceCode};
use civic::people::standing::{Action, Visibility, posts};
use civic::time::Day;
use civic::token::Token;
use store::decide::need::{self, Line, Tally, Which};
use store::people::place;

/// Needs on one page of a list.
const LINES_MAX: u32 = 50;
/// Needs in one table to take along.
const CSV_MAX: u32 = 5000;
/// Places to choose from.
const PLACES_MAX: u32 = 200;
/// Characters of somebody's words in a list.
const WORDS_MAX: usize = 40;

/// Where somebody handles needs.
pub(super) struct Ground {
    pub(super) line: Vec<Place>,
    pub(super) path: Vec<PlaceId>,
    /// Whether those that are never public are shown: they are the committee's alone.
    pub(super) private: bool,
    /// The places to choose from: code and name.
    pub(super) places: Vec<(String, String)>,
}

/// The place that was asked for, or the first one of one's post; guarded.
pub(super) async fn ground(visit: &Visit, typed: &str) -> Result<Ground> {
    visit.may_anywhere()?;
    let asked = PlaceCode::parse(typed);
    let standings = visit.asker().standings;
    let reads = standings.iter().filter(|s| posts(Action::ReadNeeds).contains(&s.post)).map(|s| s.place);
    let own: Vec<PlaceId> = reads.collect();
    let first = own.first().copied();
    let today = visit.today;
    let (line, places) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let chosen = match (asked, first) {
                (Some(code), _) => place::by_code(tx, code, today)?.id,
                (None, Some(first)) => first,
                (None, None) => return Err(Error::Hidden),
            };
            let mut places = Vec::new();
            for id in &own {
                places.push(place::get(tx, *id)?);
                places.extend(place::children(tx, *id, today, "", PLACES_MAX)?);
            }
            Ok::<_, Error>((place::line(tx, chosen)?, places))
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
    visit.may(&path, Visibility::Draft)?;
    let mut places: Vec<(String, String)> = places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect();
    places.dedup();
    Ok(Ground { private: visit.could(Action::HandleNeeds, &path), line, path, places })
}

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Open,
    Raised,
    Taken,
    Answered,
    Withdrawn,
}

const TABS: [Tab; 5] = [Tab::Open, Tab::Raised, Tab::Taken, Tab::Answered, Tab::Withdrawn];

impl Tab {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Raised => "raised",
            Self::Taken => "taken",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }
    const fn states(self) -> &'static [NeedState] {
        match self {
            Self::Open => &[NeedState::Raised, NeedState::Sorted, NeedState::Merged],
            Self::Raised => &[NeedState::Raised],
            Self::Taken => &[NeedState::Sorted, NeedState::Merged],
            Self::Answered => &[NeedState::Answered],
            Self::Withdrawn => &[NeedState::Withdrawn],
        }
    }
    const fn waits(self) -> bool {
        !matches!(self, Self::Answered | Self::Withdrawn)
    }
    fn of(word: &str) -> Self {
        TABS.into_iter().find(|tab| tab.word() == word).unwrap_or(Self::Open)
    }
}

struct TabView {
    href: String,
    text: String,
    n: i64,
    here: bool,
}

struct RowView {
    href: String,
    title: String,
    clock: Option<ClockView>,
    /// The last day, or the day on which it ended.
    day: String,
    number: String,
    place: String,
    state: String,
    raised: String,
}

#[derive(Template)]
#[template(path = "decide/need/list.html")]
struct ListPage {
    v: View,
    place: String,
    tab: &'static str,
    tabs: Vec<TabView>,
    over: i64,
    places: Vec<(String, String)>,
    sortings: Vec<(String, String)>,
    sorting: String,
    rows: Vec<RowView>,
    /// The list as a file: with commas, and as a workbook.
    files: [String; 2],
    first: Option<String>,
    next: Option<String>,
    answers: String,
    help: Option<String>,
}

/// What stands for a need in a list: its public title, else the beginning of its own words.
pub(super) fn title(line: &Line, w: &W) -> String {
    line.title.clone().unwrap_or_else(|| match &line.need.what {
        Some(what) => {
            let short: String = what.chars().take(WORDS_MAX).collect();
            if short.len() < what.len() { format!("{short}…") } else { short }
        }
        None if line.need.audio.is_some() => w.t("need-spoken"),
        None => w.t("need-gone"),
    })
}

fn row(line: &Line, w: &W, today: Day) -> RowView {
    let need = &line.need;
    let clock = clock_view(need, w, today);
    let ended = need.answered.or(need.sorted).unwrap_or(need.raised);
    let day = need.due.as_ref().map(|due| due.day).filter(|_| clock.is_some());
    RowView {
        href: format!("/needs/{}", need.id),
        title: title(line, w),
        day: match day {
            Some(day) => w.day(&day, &today),
            None if need.waits() => String::new(),
            None => w.day(&ended, &today),
        },
        clock,
        number: line.number.clone().unwrap_or_default(),
        place: line.place_name.clone(),
        state: match need.sorting {
            Some(sorting) => w.list(&[&w.token(need.state), &w.token(sorting)]),
            None => w.token(need.state),
        },
        raised: w.list(&[&w.day(&need.raised, &today), &w.token(need.via)]),
    }
}

pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    let ground = ground(&visit, fields.value("v")).await?;
    let tab = Tab::of(fields.value("tab"));
    let sorting = Sorting::parse(fields.value("sorting")).filter(|s| s.is_public() || ground.private);
    let after = NeedId::parse(fields.value("after"));
    let file = ListFile::asked(&fields);
    let own = ground.line.first().ok_or(Error::Hidden)?;
    let (place, code, private, today) = (own.id, own.code, ground.private, visit.today);
    let rows_max = if file.is_some() { CSV_MAX } else { LINES_MAX + 1 };
    let (mut lines, tally) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let which = Which { place, states: tab.states(), sorting, private };
            let lines = if tab.waits() {
                let after = match after {
                    Some(id) => Some(need::get(tx, id)?),
                    None => None,
                };
                need::waiting(tx, &which, after.as_ref(), rows_max)?
            } else {
                need::ended(tx, &which, after, rows_max)?
            };
            Ok::<_, Error>((lines, need::tally(tx, place, private, today)?))
        })
        .await?;
    let w = visit.w();
    if let Some(file) = file {
        visit.opened([]);
        let (head, rows) = table(&lines, &w, today);
        return list_file(file, "needs", head, rows).await;
    }
    let link = |tab: Tab, after: &str| {
        let sorting = sorting.map(Token::as_str).unwrap_or_default();
        format!("/needs?v={code}&tab={}&sorting={sorting}{after}", tab.word())
    };
    let page_max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = lines.len() > page_max;
    lines.truncate(page_max);
    visit.opened(lines.iter().map(|line| line.need.id.uuid()));
    let next = lines.last().filter(|_| more).map(|last| link(tab, &format!("&after={}", last.need.id)));
    let brand = brand(&ground.line);
    let option = |value: &str, text: String| (value.to_owned(), text);
    let mut sortings = vec![option("", w.t("filter-all"))];
    let shown = Sorting::ALL.iter().filter(|s| s.is_public() || private);
    sortings.extend(shown.map(|s| option(s.as_str(), w.token(*s))));
    let page = ListPage {
        place: code.to_string(),
        tab: tab.word(),
        tabs: TABS
            .into_iter()
            .map(|one| TabView {
                href: link(one, ""),
                text: w.t(&format!("needs-tab-{}", one.word())),
                n: sum(&tally, one.states(), |t| t.all),
                here: one == tab,
            })
            .collect(),
        over: sum(&tally, Tab::Open.states(), |t| t.overdue),
        places: ground.places,
        sortings,
        sorting: sorting.map(Token::as_str).unwrap_or_default().to_owned(),
        rows: lines.iter().map(|line| row(line, &w, today)).collect(),
        files: ["csv", "xlsx"].map(|kind| link(tab, &format!("&as={kind}"))),
        first: after.map(|_| link(tab, "")),
        next,
        answers: format!("/needs/answers?v={code}"),
        help: visit.could(Action::HelpRaise, &ground.path).then(|| match code.level() {
            Level::Village | Level::Hamlet => format!("/need/help?at={code}"),
            _ => format!("/need/help?under={code}"),
        }),
        v: View::new(&visit).dense().at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

fn sum(tally: &[Tally], states: &[NeedState], what: impl Fn(&Tally) -> i64) -> i64 {
    tally.iter().filter(|t| states.contains(&t.state)).map(what).sum()
}

/// The list as a table: what the work needs, and nothing that was said in confidence.
fn table(lines: &[Line], w: &W, today: Day) -> (Vec<String>, Vec<Vec<String>>) {
    let head: Vec<String> =
        ["number", "title", "place", "raised", "via", "due", "over", "state", "sorting", "answered", "adoption"]
            .iter()
            .map(|key| w.t(&format!("needs-csv-{key}")))
            .collect();
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let need = &line.need;
            let over = need.due.as_ref().filter(|due| need.waits() && due.day < today).map(|due| due.day.until(today));
            vec![
                line.number.clone().unwrap_or_default(),
                line.title.clone().unwrap_or_default(),
                line.place_name.clone(),
                need.raised.to_string(),
                w.token(need.via),
                day(need.due.as_ref().map(|due| due.day)),
                over.map(|days| days.to_string()).unwrap_or_default(),
                w.token(need.state),
                need.sorting.map(|sorting| w.token(sorting)).unwrap_or_default(),
                day(need.answered),
                need.adoption.map(|adoption| w.token(adoption)).unwrap_or_default(),
            ]
        })
        .collect();
    (head, rows)
}
