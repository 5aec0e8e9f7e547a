//! The list: what, where, until when, whose turn. Red is the reader's own, amber the committee's.

use crate::frame::{Error, Fields, ListFile, Page, Result, View, Visit, W, list_file};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::decide::work::{Turn, WorkKind};
use civic::id::PlaceId;
use civic::people::place::{Place, PlaceCode};
use civic::people::standing::{Action, posts};
use civic::text;
use civic::time::Day;
use civic::token::Token;
use store::decide::work::{self, Asked, Counts, Key, Line, Sort, Tab};
use store::people::place;
use uuid::Uuid;

/// Lines on one page.
const LINES_MAX: u32 = 50;
/// Lines of one file.
const FILE_LINES_MAX: u32 = 5_000;
/// The longest text that is looked for, in characters.
const SAID_MAX: usize = 40;
/// Places to choose from.
const PLACES_MAX: u32 = 200;

/// What the address asks for.
#[derive(Clone)]
struct Wanted {
    at: Option<PlaceCode>,
    kind: Option<WorkKind>,
    /// What the title or the number is to hold.
    said: String,
    tab: Tab,
    sort: Sort,
    after: Option<Key>,
}

impl Wanted {
    fn read(asked: &Fields) -> Result<Self> {
        let at = match asked.value("at") {
            "" => None,
            code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
        };
        Ok(Self {
            at,
            kind: WorkKind::parse(asked.value("kind")),
            // What is no text finds everything, as an empty field does.
            said: text::line_or_none(asked.value("q"), SAID_MAX).ok().flatten().unwrap_or_default(),
            tab: Tab::parse(asked.value("tab")).unwrap_or(Tab::Soon),
            sort: Sort::parse(asked.value("sort")).unwrap_or(Sort::Due),
            after: key_of(asked.value("after")),
        })
    }

    /// The same list with something changed, from its start.
    fn href(&self, page: &str, tab: Tab, sort: Sort, at: &str) -> String {
        let kind = self.kind.map(Token::as_str).unwrap_or_default();
        let said: String = form_urlencoded::byte_serialize(self.said.as_bytes()).collect();
        let said = if said.is_empty() { said } else { format!("&q={said}") };
        format!("{page}?tab={}&sort={}&at={at}&kind={kind}{said}", tab.as_str(), sort.as_str())
    }
}

/// Where a page begins, as it stands in an address.
fn key_text(key: &Key) -> String {
    format!("{}~{}~{}~{}", key.group, key.due, key.kind, key.id)
}

fn key_of(text: &str) -> Option<Key> {
    let mut parts = text.split('~');
    let (group, due, kind, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // A group is a place's name or a kind of work; nothing that a database could choke on.
    let plain = group.chars().count() <= 200 && !group.chars().any(char::is_control);
    let known = plain && (Day::parse(due).is_some() || due == "9999-12-31");
    (parts.next().is_none() && known && WorkKind::parse(kind).is_some()).then_some(())?;
    Some(Key { group: group.to_owned(), due: due.to_owned(), kind: kind.to_owned(), id: Uuid::try_parse(id).ok()? })
}

struct Loaded {
    /// The place of the list and those above it.
    line: Vec<Place>,
    /// The place of the reader's post, from which the filter goes down.
    top: Place,
    places: Vec<Place>,
    counts: Counts,
    lines: Vec<Line>,
}

/// The reader's standings that let a work list be read, in the order in which they began.
fn tops(visit: &Visit) -> Vec<PlaceId> {
    let may = posts(Action::ReadWork);
    let signed = visit.signed.as_deref();
    signed.map(|s| s.standings.iter().filter(|s| may.contains(&s.post)).map(|s| s.place).collect()).unwrap_or_default()
}

/// Loads a list: the same few statements, however long it is.
async fn load(visit: &Visit, wanted: &Wanted, rows_max: u32) -> Result<Loaded> {
    // Somebody without a post is sent away before anything is read.
    visit.may_anywhere()?;
    let own = tops(visit);
    let (today, asked) = (visit.today, wanted.clone());
    let reader = visit.clone();
    let (line, loaded) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let chosen = match asked.at {
                Some(code) => place::by_code(tx, code, today)?.id,
                None => *own.first().ok_or(Error::Forbidden)?,
            };
            let line = place::line(tx, chosen)?;
            // The filter goes down from the reader's own place; from a place elsewhere it goes down from there.
            let top =
                line.iter().find(|p| own.contains(&p.id)).or(line.first()).cloned().ok_or(store::Error::Missing)?;
            let places = place::children(tx, top.id, today, "", PLACES_MAX)?;
            let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
            let (counts, lines) = work::list(
                tx,
                &Asked {
                    place: chosen,
                    today,
                    kind: asked.kind,
                    said: asked.said.clone(),
                    tab: asked.tab,
                    sort: asked.sort,
                    // As on the page of a need: not even that there is one, for those whom it may be about.
                    private: reader.could(Action::HandleNeeds, &path),
                    after: asked.after.clone(),
                    rows_max,
                },
            )?;
            Ok::<_, Error>((path, Loaded { line, top, places, counts, lines }))
        })
        .await?;
    visit.may(&line, civic::people::standing::Visibility::Public)?;
    Ok(loaded)
}

/// A tab with its number.
struct TabView {
    href: String,
    text: String,
    n: i64,
    here: bool,
}

/// The head of a column by which the list can be sorted.
struct HeadView {
    href: String,
    text: String,
    here: bool,
}

struct LineView {
    turn: &'static str,
    due: String,
    over: bool,
    title: String,
    href: Option<String>,
    number: String,
    place: String,
    what: String,
    who: String,
    since: String,
}

#[derive(Template)]
#[template(path = "decide/work/work.html")]
struct WorkPage {
    v: View,
    caption: String,
    moment: String,
    tabs: Vec<TabView>,
    tab: String,
    sort: String,
    places: Vec<(String, String, bool)>,
    kinds: Vec<(String, String, bool)>,
    said: String,
    heads: [HeadView; 3],
    lines: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
    csv: String,
    xlsx: String,
    none: String,
}

/// The places above a line, innermost first, for the guard of what its page does.
fn path_of(line: &Line) -> Vec<PlaceId> {
    let mut path: Vec<PlaceId> =
        [Some(line.place), line.village, line.township, Some(line.root)].into_iter().flatten().collect();
    path.dedup();
    path
}

/// The page on which a line's work is done, where the reader may do it; else the page that everybody may read, if there is one.
fn href(line: &Line, mine: bool, visit: &Visit, path: &[PlaceId]) -> Option<String> {
    let of = line.of;
    let public = line.number.as_ref().map(|number| format!("/m/{number}"));
    match line.kind {
        WorkKind::NeedSort | WorkKind::NeedAnswer | WorkKind::AnswerHand if visit.could(Action::ReadNeeds, path) => {
            Some(format!("/needs/{of}"))
        }
        WorkKind::PointSettle | WorkKind::MeetingKeep => Some(format!("/meetings/{of}")),
        WorkKind::PostingEnd => Some(format!("/postings/{of}")),
        WorkKind::ConventionEnd => Some(format!("/conventions/{of}")),
        WorkKind::ClaimDecide | WorkKind::PaymentConfirm => Some(format!("/claims/{of}")),
        WorkKind::AccountCheck if mine => Some(format!("/projects/{of}/account")),
        _ if !mine => public,
        WorkKind::Resolve => public.map(|matter| format!("{matter}/resolve?motion={of}")),
        WorkKind::Certify => Some(format!("/r/{of}/certify")),
        WorkKind::Post => Some(format!("/r/{of}/post")),
        WorkKind::PostingCorrect => Some(format!("/postings/{of}/correct")),
        WorkKind::ObjectionAnswer => Some(format!("/objections/{of}")),
        WorkKind::FaultMend => Some(format!("/faults/{of}")),
        WorkKind::QuestionAnswer => Some(format!("/questions/{of}")),
        WorkKind::NeedSort | WorkKind::NeedAnswer | WorkKind::AnswerHand | WorkKind::AccountCheck => public,
    }
}

fn line_view(line: &Line, visit: &Visit, w: &W) -> LineView {
    let path = path_of(line);
    let mine = visit.could(line.kind.action(), &path);
    let today = visit.today;
    let turn = match line.kind.turn(mine, line.due, today) {
        Turn::Mine => "act",
        Turn::Theirs => "wait",
        Turn::Calm => "",
    };
    let days = line.due.map(|due| today.until(due));
    let place = match &line.village_name {
        Some(village) if line.village != Some(line.place) => {
            w.t2("work-place", "village", village, "name", &line.place_name)
        }
        _ => line.place_name.clone(),
    };
    let what = match (line.kind, line.due) {
        (WorkKind::PostingEnd, None) => w.t("work-kind-posting_end-over"),
        (kind, _) => w.token(kind),
    };
    let title = line.title.clone().unwrap_or_else(|| {
        w.t(match line.kind {
            WorkKind::NeedSort => "work-title-new",
            WorkKind::PointSettle | WorkKind::MeetingKeep => "work-title-talk",
            _ => "work-title-private",
        })
    });
    LineView {
        turn,
        due: match days {
            None => w.t("work-due-none"),
            Some(0) => w.t("work-due-today"),
            Some(days) if days < 0 => w.t1("work-due-over", "n", days.abs()),
            Some(days) => w.t1("work-due-left", "n", days),
        },
        over: days.is_some_and(|days| days < 0),
        title,
        href: href(line, mine, visit, &path),
        number: line.number.clone().unwrap_or_default(),
        place,
        what,
        who: if mine { w.t("work-who-me") } else { w.t(who(line.kind)) },
        since: line.since.map(|day| w.day(&day, &today)).unwrap_or_default(),
    }
}

/// Who does such work, where it is not the reader.
const fn who(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::PointSettle | WorkKind::MeetingKeep => "work-who-keepers",
        WorkKind::ClaimDecide => "work-who-offices",
        WorkKind::PaymentConfirm | WorkKind::AccountCheck => "work-who-supervision",
        _ => "work-who-committee",
    }
}

/// The list.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    let wanted = Wanted::read(&asked)?;
    let mut loaded = load(&visit, &wanted, LINES_MAX + 1).await?;
    let w = visit.w();
    let brand = brand(&loaded.line);
    let code = loaded.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = loaded.lines.len() > max;
    loaded.lines.truncate(max);
    let here = wanted.href("/work", wanted.tab, wanted.sort, &code);
    let Counts { over, today, soon, all } = loaded.counts;
    let tabs = [(Tab::Over, over), (Tab::Today, today), (Tab::Soon, soon), (Tab::All, all)]
        .map(|(tab, n)| TabView {
            href: wanted.href("/work", tab, wanted.sort, &code),
            text: w.token(tab),
            n,
            here: tab == wanted.tab,
        })
        .into();
    let head = |sort: Sort| HeadView {
        href: wanted.href("/work", wanted.tab, sort, &code),
        text: w.token(sort),
        here: sort == wanted.sort,
    };
    let (hour, minute) = visit.zone.clock(visit.now);
    let page = WorkPage {
        caption: w.t2("work-caption", "tab", w.token(wanted.tab), "n", loaded.lines.len()),
        moment: w.t3(
            "work-moment",
            "day",
            w.day(&visit.today, &visit.today),
            "weekday",
            w.weekday(&visit.today),
            "time",
            format!("{hour}:{minute:02}"),
        ),
        tabs,
        tab: wanted.tab.as_str().to_owned(),
        sort: wanted.sort.as_str().to_owned(),
        places: std::iter::once(&loaded.top)
            .chain(&loaded.places)
            .enumerate()
            .map(|(at, p)| {
                let name = if at == 0 { w.t1("work-all-of", "name", &p.name) } else { p.name.clone() };
                (p.code.to_string(), name, p.code.to_string() == code)
            })
            .collect(),
        kinds: WorkKind::ALL
            .iter()
            .map(|kind| (kind.as_str().to_owned(), w.token(*kind), wanted.kind == Some(*kind)))
            .collect(),
        said: wanted.said.clone(),
        heads: [head(Sort::Due), head(Sort::Place), head(Sort::Kind)],
        first: wanted.after.is_some().then(|| here.clone()),
        next: loaded.lines.last().filter(|_| more).map(|last| {
            let key: String = form_urlencoded::byte_serialize(key_text(&last.key).as_bytes()).collect();
            format!("{here}&after={key}")
        }),
        lines: loaded.lines.iter().map(|line| line_view(line, &visit, &w)).collect(),
        csv: wanted.href("/work.csv", wanted.tab, wanted.sort, &code),
        xlsx: format!("{}&as=xlsx", wanted.href("/work.csv", wanted.tab, wanted.sort, &code)),
        none: w.t(if wanted.tab == Tab::All { "work-none" } else { "work-none-tab" }),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href).dense(),
    };
    Page(page).ok()
}

/// The same lines as a file for a spreadsheet, all pages in one.
pub(super) async fn csv(visit: Visit, asked: Fields) -> Result<Response> {
    let wanted = Wanted { after: None, ..Wanted::read(&asked)? };
    let loaded = load(&visit, &wanted, FILE_LINES_MAX).await?;
    let w = visit.w();
    let head: Vec<String> = ["due", "left", "title", "number", "place", "what", "who", "since"]
        .iter()
        .map(|k| w.t(&format!("work-col-{k}")))
        .collect();
    let rows: Vec<Vec<String>> = loaded
        .lines
        .iter()
        .map(|line| {
            let view = line_view(line, &visit, &w);
            let due = line.due.map(|day| day.to_string()).unwrap_or_default();
            let since = line.since.map(|day| day.to_string()).unwrap_or_default();
            vec![due, view.due, view.title, view.number, view.place, view.what, view.who, since]
        })
        .collect();
    list_file(ListFile::asked(&asked).unwrap_or(ListFile::Csv), "work", head, rows).await
}
