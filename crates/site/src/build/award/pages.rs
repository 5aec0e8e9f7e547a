//! The page of all schemes with a calculator, and that of what each would give to a project.

use super::known::{by_books, known, schemes as schemes_of, village, with_year};
use super::words::{conditions, formula, gap, scheme_words, state_words};
use crate::build::project::{id_of, load};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W};
use crate::people::place::brand;
use crate::record::rule_href;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::award::{Known, instalments, reckon};
use civic::build::claim::ClaimState;
use civic::build::workday::Workdays;
use civic::money::Fen;
use civic::people::standing::{Action, Visibility};
use civic::rules::award::{AwardBase, AwardScheme, Requirement};
use civic::rules::{Evidence, RuleRef, Ruled, Rules};
use civic::text::count;
use civic::token::Token;
use store::Tx;
use store::build::claim;
use store::people::place;

/// The most people that one project is for, and that can be typed anywhere here.
const PEOPLE_MAX: u32 = 1_000_000;

/// A scheme as it is named in an address; its digest is not a thing to read.
pub(super) fn name_of(rule: &RuleRef) -> String {
    format!("{}/{}/{}", rule.pack, rule.version, rule.id)
}

/// A scheme with what it gives by the numbers of the page.
pub(super) struct SchemeView {
    id: String,
    href: String,
    source: String,
    evidence: String,
    note: String,
    document: String,
    /// What it says, part by part.
    says: Vec<String>,
    /// What it asks for.
    asks: Vec<String>,
    pub(super) formula: Vec<String>,
    pub(super) would: String,
    award: String,
    pub(super) gaps: Vec<String>,
    parts: Vec<(String, String)>,
    claim: Option<String>,
}

pub(super) fn scheme_view(w: &W, rules: &Rules, ruled: &Ruled<AwardScheme>, known: &Known) -> SchemeView {
    let scheme = &ruled.value;
    let reckoned = reckon(scheme, known);
    let (parts, held) = instalments(scheme, reckoned.award);
    let mut shown: Vec<(String, String)> =
        scheme.instalments.iter().zip(&parts).map(|(one, part)| (w.token(one.trigger), w.money(part))).collect();
    if let Some(one) = scheme.retention {
        shown.push((w.t1("award-held", "months", one.months), w.money(&held)));
    }
    let found = rules.find(&ruled.rule);
    let (source, note, evidence) = found.map_or_else(Default::default, |(_, rule)| {
        let note = rule.note.as_ref().map(|note| w.label(note).to_owned()).unwrap_or_default();
        (w.label(&rule.source).to_owned(), note, rule.evidence.key())
    });
    SchemeView {
        id: format!("{}-{}", ruled.rule.pack, ruled.rule.id),
        href: rule_href(&ruled.rule),
        source,
        evidence: if evidence.is_empty() { w.token(Evidence::Design) } else { w.t(&evidence) },
        note,
        document: scheme.document.clone(),
        says: scheme_words(w, scheme),
        asks: conditions(w, scheme),
        formula: formula(w, scheme, &reckoned),
        would: w.t1("award-would", "money", w.money(&reckoned.award)),
        award: w.money(&reckoned.award),
        gaps: reckoned.gaps.iter().map(|one| gap(w, scheme, *one)).collect(),
        parts: shown,
        claim: None,
    }
}

struct ClaimLine {
    href: String,
    text: String,
    when: String,
}

#[derive(Template)]
#[template(path = "build/award/show.html")]
struct ShowPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    project: String,
    here: String,
    basis: String,
    schemes: Vec<SchemeView>,
    claims: Vec<ClaimLine>,
    /// Whether a scheme gives so much for each resident, so that their number is asked for.
    people: bool,
}

/// What each scheme that counts for the project would give, and what was claimed.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let people = count(asked.value("people"), PEOPLE_MAX).filter(|people| *people > 0);
    let (rules, today) = (visit.app.rules(visit.county.id).await?, visit.today);
    let force = rules.clone();
    let (loaded, schemes, claims) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let base = known(tx, &loaded, people)?;
            let mut schemes = Vec::new();
            for ruled in schemes_of(&force, &loaded, today) {
                let known = with_year(tx, &base, &ruled.rule, village(&loaded), today)?;
                schemes.push((ruled, known));
            }
            Ok::<_, Error>((loaded, schemes, claim::of_project(tx, id)?))
        })
        .await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let w = visit.w();
    let brand = brand(&loaded.line);
    let claims_it = visit.could(Action::ClaimAward, &loaded.path());
    let taken = |rule: &RuleRef| {
        let same = |one: &&civic::build::claim::Claim| one.scheme.pack == rule.pack && one.scheme.id == rule.id;
        claims.iter().filter(same).any(|one| one.state != ClaimState::Refused)
    };
    let view = |(ruled, known): &(Ruled<AwardScheme>, Known)| {
        let shown = scheme_view(&w, &rules, ruled, known);
        let ready = claims_it && !taken(&ruled.rule);
        let people = people.map(|n| format!("&people={n}")).unwrap_or_default();
        let href = ready.then(|| format!("/projects/{id}/award/claim?scheme={}{people}", name_of(&ruled.rule)));
        SchemeView { claim: href, ..shown }
    };
    let page = ShowPage {
        number: loaded.number(),
        title: loaded.project.plan.title.clone(),
        project: format!("/projects/{id}"),
        here: format!("/projects/{id}/award"),
        basis: w.t(if by_books(loaded.project.state) { "award-by-books" } else { "award-by-plan" }),
        people: schemes.iter().any(|(one, _)| one.value.base == AwardBase::PerCapita),
        schemes: schemes.iter().map(view).collect(),
        claims: claims
            .iter()
            .map(|one| ClaimLine {
                href: format!("/claims/{}", one.id),
                text: state_words(&w, one),
                when: w.day(&one.claimed_on, &today),
            })
            .collect(),
        f: asked,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "build/award/schemes.html")]
struct SchemesPage {
    v: View,
    f: Fields,
    schemes: Vec<SchemeView>,
    reckoned: bool,
}

/// The schemes in force in the county, and a calculator: what is typed stays in the address and nowhere else.
pub(super) async fn schemes(visit: Visit, mut asked: Fields) -> Result<Response> {
    let read = |tx: &mut Tx<'_>| {
        let root = place::root(tx)?;
        place::line(tx, root.id)
    };
    let line = visit.app.db().read(visit.county.id, read).await?;
    let path: Vec<_> = line.iter().map(|place| place.id).collect();
    visit.may(&path, Visibility::Public)?;
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let mut money = |name: &'static str| {
        let typed = asked.value(name).trim().to_owned();
        let read = Fen::parse_yuan(&typed);
        if !typed.is_empty() && read.is_none() {
            asked.wrong(name, w.t("award-no-money"));
        }
        read
    };
    let (cash, cost, planned) = (money("cash"), money("cost"), money("planned"));
    let labour = Workdays::parse(asked.value("days"));
    let number = |name: &str| count(asked.value(name), PEOPLE_MAX);
    let pair =
        |part: &str, whole: &str| number(part).zip(number(whole)).filter(|(part, whole)| part <= whole && *whole > 0);
    let known = Known {
        cash: cash.unwrap_or_default(),
        labour: labour.unwrap_or_default(),
        cost: cost.or(planned),
        // What was not budgeted earns nothing, which only matters where a budget was typed.
        planned: planned.or(cost).unwrap_or_default(),
        people: number("people").filter(|n| *n > 0),
        came: pair("came", "roll").map(|(came, roll)| (came.into(), roll.into())),
        content: pair("content", "asked"),
        // Whether the rest is there nobody can know here; it is said beside.
        there: Requirement::ALL.to_vec(),
        village_has: Fen::default(),
        all_have: Fen::default(),
    };
    let reckoned = asked.errors().is_empty()
        && (cash.is_some() || cost.is_some() || planned.is_some() || labour.is_some() || known.people.is_some());
    let schemes = rules.on(&path, visit.today).award_schemes();
    let brand = brand(&line);
    let page = SchemesPage {
        schemes: schemes.iter().map(|one| scheme_view(&w, &rules, one, &known)).collect(),
        reckoned,
        f: asked,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
