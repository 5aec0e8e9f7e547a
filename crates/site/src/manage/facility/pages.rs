//! The page of a facility, its photos and its plate.

use super::load::{Loaded, by_number, number_of};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, address, as_pdf, pdf, photo_file};
use crate::people::place::organ;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::need::Need;
use civic::id::RosterId;
use civic::manage::convention::{Convention, ConventionState};
use civic::manage::facility::FacilityState;
use civic::manage::inspection::{Finding, Inspection, InspectionState};
use civic::manage::roster::{Roster, RosterState};
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use paper::pdf::{Part, Sheet};
use store::decide::need;
use store::files;
use store::manage::{convention, inspection, roster};

/// Notes on the page.
const NOTES_MAX: u32 = 30;

/// Everything that the page shows.
struct Around {
    loaded: Loaded,
    conventions: Vec<Convention>,
    rosters: Vec<(Roster, i64)>,
    notes: Vec<Inspection>,
    needs: Vec<Need>,
}

struct FaultView {
    id: String,
    day: Day,
    when: String,
    say: String,
    answer: Option<String>,
    /// The words of a clock that runs, and whether its day is past.
    left: Option<(String, bool)>,
    handle: Option<String>,
}

struct LinkView {
    href: String,
    text: String,
    note: String,
}

#[derive(Template)]
#[template(path = "manage/facility/facility.html")]
struct FacilityPage {
    v: View,
    note: Option<String>,
    number: String,
    name: String,
    state: String,
    kind: String,
    spot: String,
    stopped: Option<(String, String)>,
    manager: String,
    contact: String,
    report: Option<String>,
    plate: String,
    facts: Vec<(String, String)>,
    photos: Vec<(String, String)>,
    faults: Vec<FaultView>,
    seen: Option<String>,
    conventions: Vec<LinkView>,
    rosters: Vec<LinkView>,
    back: Vec<LinkView>,
    edit: Option<String>,
    convention: Option<String>,
    roster: Option<String>,
}

/// What everybody reads of a defect: that it was reported, and the answer.
fn fault(one: &Inspection, w: &W, today: Day, handles: bool) -> FaultView {
    let left = one.due_on.filter(|_| one.waits()).map(|due| {
        let days = today.until(due);
        let key = if days < 0 { "days-over" } else { "days-left" };
        (w.t1(key, "n", days.abs()), days < 0)
    });
    let say = match (one.state, one.settled_on) {
        (InspectionState::Mended, Some(on)) => w.t1("inspection-say-mended", "day", w.day(&on, &today)),
        (state, _) => w.t(&format!("inspection-say-{}", civic::token::Token::as_str(state))),
    };
    FaultView {
        id: format!("fault-{}", one.id),
        day: one.noted_on,
        when: w.day(&one.noted_on, &today),
        say,
        answer: one.answer.clone(),
        left,
        handle: handles.then(|| format!("/faults/{}", one.id)),
    }
}

fn facts(loaded: &Loaded, w: &W, today: Day) -> Vec<(String, String)> {
    let sheet = &loaded.facility.sheet;
    let mut facts = vec![
        (w.t("facility-owner"), sheet.owner.clone()),
        (w.t("facility-user"), sheet.user.clone()),
        (w.t("facility-manager"), sheet.manager.clone()),
        (w.t("facility-mode"), w.token(sheet.mode)),
        (w.t("facility-standard"), sheet.standard.clone()),
    ];
    if let Some(cost) = &sheet.yearly_cost {
        let source = sheet.cost_source.clone().unwrap_or_default();
        facts.push((w.t("facility-cost"), w.list(&[&w.money(cost), &source])));
    }
    if let Some(at) = &sheet.at {
        facts.push((w.t("facility-at"), at.to_string()));
    }
    if let Some(until) = &sheet.warranty_until {
        let key = if *until < today { "facility-warranty-over" } else { "facility-warranty-is" };
        facts.push((w.t("facility-warranty"), w.t1(key, "day", w.full_day(until))));
    }
    facts.push((w.t("facility-entered"), w.full_day(&loaded.facility.entered_on)));
    if let Some(reason) = &loaded.facility.without {
        facts.push((w.t("facility-without"), reason.clone()));
    }
    facts
}

/// The way back: what built it, what was decided, the matter, and the first who asked for it.
fn back(around: &Around, w: &W, today: Day) -> Vec<LinkView> {
    let mut links = Vec::new();
    let loaded = &around.loaded;
    if let Some(project) = &loaded.project {
        let href = format!("/projects/{}", project.id);
        links.push(LinkView { href, text: project.plan.title.clone(), note: w.t("facility-back-project") });
        if let Some(resolution) = project.resolution {
            let href = format!("/r/{resolution}");
            links.push(LinkView { href, text: project.plan.what.clone(), note: w.t("facility-back-resolution") });
        }
    }
    if let Some(matter) = &loaded.matter {
        let number = matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
        let title = matter.title.clone().unwrap_or_default();
        links.push(LinkView {
            href: format!("/m/{number}"),
            text: title,
            note: w.t1("facility-back-matter", "number", &number),
        });
        let first = around.needs.iter().filter(|one| one.public(matter, today).is_some()).min_by_key(|one| one.raised);
        if let Some(first) = first {
            let text = first.public(matter, today).and_then(|one| one.text.map(str::to_owned)).unwrap_or_default();
            let href = format!("/m/{number}#need-{}", first.id);
            let note = w.t1("facility-back-need", "day", w.day(&first.raised, &today));
            links.push(LinkView { href, text: if text.is_empty() { w.t("facility-back-first") } else { text }, note });
        }
        links.push(LinkView {
            href: format!("/m/{number}#evaluate"),
            text: w.t("facility-forward"),
            note: w.t("facility-forward-note"),
        });
    }
    links
}

/// How many places of a roster's open turns nobody has taken yet.
fn missing(tx: &mut store::Tx<'_>, id: RosterId, today: Day) -> store::Result<i64> {
    let slots = roster::slots(tx, id, today, 200)?;
    let taken = roster::taken_of(tx, id, today)?;
    let open = slots.iter().filter(|one| one.state == civic::manage::roster::SlotState::Open);
    Ok(open
        .map(|slot| {
            let there = taken.iter().filter(|one| one.sign_up.slot == slot.id).count();
            i64::from(slot.people).saturating_sub(i64::try_from(there).unwrap_or(i64::MAX)).max(0)
        })
        .sum())
}

/// The page.
pub(super) async fn show(visit: Visit, Path(number): Path<String>, fields: Fields) -> Result<Response> {
    let number = number_of(&number)?;
    let today = visit.today;
    let around = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = by_number(tx, &number)?;
            let id = loaded.facility.id;
            let mut rosters = Vec::new();
            for one in roster::of_facility(tx, id)? {
                let n = missing(tx, one.id, today)?;
                rosters.push((one, n));
            }
            let needs = match &loaded.matter {
                Some(matter) => need::of_matter(tx, matter.id)?,
                None => Vec::new(),
            };
            Ok::<_, Error>(Around {
                conventions: convention::of_facility(tx, id)?,
                notes: inspection::of_facility(tx, id, NOTES_MAX)?,
                rosters,
                needs,
                loaded,
            })
        })
        .await?;
    let path = around.loaded.path();
    visit.may(&path, Visibility::Public)?;
    let w = visit.w();
    let keeps = visit.could(Action::KeepFacility, &path);
    let loaded = &around.loaded;
    let one = &loaded.facility;
    let href = loaded.href();
    let gone = one.state == FacilityState::Removed;
    let public = around.conventions.iter().filter(|one| keeps || one.is_public());
    let convention_link = |one: &Convention| {
        let edit = if one.state == ConventionState::Draft { "/edit" } else { "" };
        let until = one.terms.until.map(|day| w.t1("convention-until-is", "day", w.full_day(&day))).unwrap_or_default();
        let text = one.terms.what.chars().take(60).collect();
        LinkView { href: format!("/conventions/{}{edit}", one.id), text, note: w.list(&[&w.token(one.state), &until]) }
    };
    let roster_link = |(one, n): &(Roster, i64)| LinkView {
        href: format!("/rosters/{}", one.id),
        text: one.title.clone(),
        note: match one.state {
            RosterState::Closed => w.token(one.state),
            RosterState::Open if *n == 0 => w.t("roster-nobody-missing"),
            RosterState::Open => w.t1("roster-missing", "n", *n),
        },
    };
    let well = around.notes.iter().find(|note| note.finding == Finding::Well);
    let page = FacilityPage {
        note: fields.is("entered", "1").then(|| w.t("facility-entered-note")),
        number: one.number.to_string(),
        name: one.sheet.name.clone(),
        state: w.token(one.state),
        kind: w.token(one.sheet.kind),
        spot: one.sheet.spot.clone(),
        stopped: one.state_reason.clone().map(|reason| (w.token(one.state), reason)),
        manager: one.sheet.manager.clone(),
        contact: one.sheet.contact.clone(),
        report: (!gone).then(|| format!("{href}/report")),
        plate: format!("{href}/plate"),
        facts: facts(loaded, &w, today),
        photos: (1..=one.photos.len())
            .map(|n| (format!("{href}/photo/{n}"), w.t2("facility-photo", "name", &one.sheet.name, "n", n)))
            .collect(),
        faults: around
            .notes
            .iter()
            .filter(|note| note.finding == Finding::Defect)
            .map(|note| fault(note, &w, today, keeps))
            .collect(),
        seen: well.map(|note| w.t1("inspection-seen", "day", w.day(&note.noted_on, &today))),
        conventions: public.map(convention_link).collect(),
        rosters: around.rosters.iter().map(roster_link).collect(),
        back: back(&around, &w, today),
        edit: keeps.then(|| format!("{href}/edit")),
        convention: (keeps && !gone).then(|| format!("{href}/convention")),
        roster: (keeps && !gone).then(|| format!("{href}/roster")),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}

/// One of its photos.
pub(super) async fn photo(visit: Visit, Path((number, n)): Path<(String, String)>) -> Result<Response> {
    let number = number_of(&number)?;
    let n: usize = n.parse().map_err(|_| Error::Hidden)?;
    let (path, file) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = by_number(tx, &number)?;
            let id = n.checked_sub(1).and_then(|at| loaded.facility.photos.get(at)).copied().ok_or(Error::Hidden)?;
            Ok::<_, Error>((loaded.path(), files::get(tx, id)?))
        })
        .await?;
    visit.may(&path, Visibility::Public)?;
    photo_file(&visit, file).await
}

#[derive(Template)]
#[template(path = "manage/facility/plate.html")]
struct PlatePage {
    v: View,
    back: String,
    other: (String, String),
    small: bool,
    /// What the address of the file begins its query with.
    query: &'static str,
    organ: String,
    name: String,
    number: String,
    manager: String,
    contact: String,
    qr: String,
}

impl PlatePage {
    fn paper(&self) -> Sheet {
        let (v, t) = (&self.v, |key: &str| self.v.t(key));
        let parts = if self.small {
            vec![
                Part::Picture { svg: self.qr.clone(), alt: v.w.t1("plate-qr", "number", &self.number), width: 60 },
                Part::strong(format!("{}{}", t("plate-who"), self.manager)),
                Part::strong(format!("{}{}", t("plate-call"), self.contact)),
                Part::text(t("plate-scan")),
            ]
        } else {
            let say = v.w.t1("plate-say", "number", &self.number);
            let phone = v.phone.as_ref().map(|phone| v.w.t1("plate-phone", "phone", phone));
            vec![
                Part::facts([(t("facility-manager"), self.manager.clone()), (t("facility-who"), self.contact.clone())]),
                Part::Box {
                    heading: t("plate-broken"),
                    lines: [Some(t("plate-scan")), Some(say), phone].into_iter().flatten().collect(),
                    note: t("plate-back-text"),
                    qr: self.qr.clone(),
                },
            ]
        };
        Sheet {
            name: format!("{} {}", t("plate-title"), self.number),
            organ: self.organ.clone(),
            title: if self.small { self.name.clone() } else { t("plate-title") },
            about: [(!self.small).then(|| self.name.clone()), Some(self.number.clone())]
                .into_iter()
                .flatten()
                .collect(),
            parts,
            a6: self.small,
            large: !self.small,
            ..Sheet::default()
        }
    }
}

/// The plate: A4, or A6 for a post or a lamp.
pub(super) async fn plate(visit: Visit, Path(number): Path<String>, fields: Fields) -> Result<Response> {
    let number = number_of(&number)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| by_number(tx, &number)).await?;
    visit.may(&loaded.path(), Visibility::Public)?;
    let w = visit.w();
    let href = loaded.href();
    let small = fields.is("size", "a6");
    let one = &loaded.facility;
    let label = w.t1("plate-qr", "number", one.number.to_string());
    let qr = paper::qr::svg(&address(&visit.app, &href), &label).map_err(|error| Error::Broken(error.to_string()))?;
    let page = PlatePage {
        other: if small {
            (format!("{href}/plate"), w.t("plate-large"))
        } else {
            (format!("{href}/plate?size=a6"), w.t("plate-small"))
        },
        back: href,
        small,
        query: if small { "size=a6&" } else { "" },
        organ: organ(&loaded.line),
        name: one.sheet.name.clone(),
        number: one.number.to_string(),
        manager: one.sheet.manager.clone(),
        contact: one.sheet.contact.clone(),
        qr,
        v: View::new(&visit).sheet(if small { "sheet ticket" } else { "sheet" }),
    };
    if as_pdf(&fields) { pdf(&visit, "plate", page.paper()).await } else { Page(page).ok() }
}
