//! Why a motion passed or not: the numbers of its count put into the sentences of its rules. Pages and sheets say it in the same words.

use crate::frame::{Lang, W, drawn};
use crate::record::{fraction, rule_href, rule_name, units};
use civic::decide::motion::{BallotMode, Count, Explanation, Outcome};
use civic::decide::roll::Weight;
use civic::people::membership::area_words;
use civic::rules::{Fraction, Mode, Of, RuleRef, Rules, Value};
use civic::time::Day;
use paper::pdf::{Column, Part};

/// One cell of the table of a count.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its head.
    pub head: String,
    /// The number with its unit.
    pub text: String,
    /// How the bar draws it: the kind of its key, empty where the bar does not show it.
    pub key: &'static str,
}

/// A rule that something rests on, as a page cites it.
#[derive(Clone, Debug)]
pub struct RuleView {
    /// What it is about and where it stands.
    pub text: String,
    /// Its pack, version and id.
    pub name: String,
    /// The page of its pack.
    pub href: String,
}

/// A count with its reasons, in the reader's words.
#[derive(Clone, Debug)]
pub struct Why {
    /// What was counted and how: day, body, mode, way of voting.
    pub caption: String,
    /// The numbers.
    pub cells: Vec<Cell>,
    /// The sentences, the one that says what it comes to left out.
    pub lines: Vec<String>,
    /// What it comes to, as a sentence.
    pub outcome: String,
    /// The same as a headline: the word, and the number that goes with it.
    pub headline: (String, String),
    /// The rules.
    pub rules: Vec<RuleView>,
    /// What those against said.
    pub dissent: Option<String>,
    /// The number in favour with its unit apart, for a figure.
    pub in_favour: (String, String),
    /// For the bar: in favour, against, the base, needed in favour.
    pub bar: (u32, u32, u32, u32),
    /// Whether it was counted more than once: which count this is, and why.
    pub recount: Option<String>,
}

/// A rule as a page cites it.
pub fn rule_view(w: &W, rules: &Rules, rule: &RuleRef, about: &str) -> RuleView {
    let text = match rules.find(rule) {
        Some((_, found)) => w.t2("why-rule", "about", about, "source", w.label(&found.source)),
        None => about.to_owned(),
    };
    RuleView { text, name: rule_name(w, rules, rule), href: rule_href(rule) }
}

/// So many persons, households or owners, with the area that these own where area counts.
fn weight(w: &W, mode: Mode, by_area: bool, weight: Weight) -> String {
    let n = units(w, mode, weight.units);
    if by_area { w.t2("why-with-area", "n", n, "area", area_words(weight.area_cm2)) } else { n }
}

/// The share that a rule asks for, in words; nothing when the rule's text is not here any more.
fn share(w: &W, rules: &Rules, rule: &RuleRef) -> Option<String> {
    let fraction_of: Fraction = match &rules.find(rule)?.1.value {
        Value::Quorum(quorum) => quorum.fraction,
        Value::Decision(share) => share.fraction,
        _ => return None,
    };
    // Shorter than on the page of the rules: the number it comes to stands before it.
    Some(match (fraction_of.num, fraction_of.den, fraction_of.strict) {
        (1, 2, true) => w.t("why-share-over-half"),
        (2, 3, false) => w.t("why-share-two-thirds"),
        (3, 4, false) => w.t("why-share-three-quarters"),
        _ => fraction(w, fraction_of),
    })
}

impl Why {
    /// The count on paper: its table, and the sentences under it.
    pub fn parts(&self, w: &W) -> Vec<Part> {
        let mut said = self.lines.clone();
        said.push(self.outcome.clone());
        said.extend(self.recount.clone());
        vec![
            Part::Table {
                caption: self.caption.clone(),
                columns: vec![Column::Text; self.cells.len()],
                head: self.cells.iter().map(|cell| cell.head.clone()).collect(),
                rows: vec![self.cells.iter().map(|cell| cell.text.clone()).collect()],
                sum: Vec::new(),
                tall: 0,
            },
            Part::text(said.join(if w.lang == Lang::Zh { "" } else { " " })),
        ]
    }

    /// Explains a count of a body that is counted in `mode`.
    pub fn new(w: &W, rules: &Rules, count: &Count, body: String, mode: Mode, way: BallotMode, today: &Day) -> Self {
        let e: Explanation = count.explain();
        let say = |x: Weight| weight(w, mode, e.by_area, x);
        let cell = |word: &str, x: Weight, key: &'static str| Cell { head: w.t(word), text: say(x), key };
        let mut cells = vec![
            cell("why-roll", e.roll, ""),
            cell("why-came", e.came, ""),
            cell("why-in-favour", e.in_favour, "on"),
            cell("why-against", e.against, "hat"),
            cell("why-abstained", e.abstained, "bg"),
        ];
        for (word, x) in [("why-invalid", e.invalid), ("why-not-voting", e.not_voting)] {
            if x.units > 0 {
                cells.push(cell(word, x, "bg"));
            }
        }
        let mut lines = Vec::new();
        let with_share = |needed: Weight, rule: &RuleRef, of: Option<Of>| {
            let needed = say(needed);
            match (share(w, rules, rule), of) {
                (Some(share), Some(of)) => w.t3("why-needed-of", "needed", needed, "of", w.token(of), "share", share),
                (Some(share), None) => w.t2("why-needed-share", "needed", needed, "share", share),
                (None, _) => needed,
            }
        };
        let quorum = with_share(e.needed, &e.quorum_rule, None);
        let taking_part = e.base_of == Of::TakingPart;
        let there = if taking_part { count.counting.tally.taking_part() } else { e.there };
        let key = if taking_part { "why-quorum-taking-part" } else { "why-quorum" };
        lines.push(w.t2(key, "needed", quorum, "there", say(there)));
        if e.left.units > 0 {
            lines.push(w.t1("why-left", "n", say(e.left)));
        }
        if e.recused.units > 0 {
            lines.push(w.t1("why-recused", "n", say(e.recused)));
        }
        let favour = with_share(e.needed_in_favour, &e.decision_rule, Some(e.base_of));
        lines.push(w.t2("why-favour", "needed", favour, "have", say(e.in_favour)));
        if e.outcome == Outcome::NotPassed {
            lines.push(if e.tie { w.t("why-tie") } else { w.t1("why-missing", "n", say(e.missing_in_favour)) });
        }
        let day = w.day(&count.counted_on, today);
        let about = |key: &str| w.t(key);
        let favour_n = e.in_favour.units;
        let unit = units(w, mode, favour_n).replacen(&favour_n.to_string(), "", 1);
        Self {
            caption: w.with(
                "why-caption",
                &[
                    ("day", day.into()),
                    ("body", body.into()),
                    ("mode", w.token(mode).into()),
                    ("way", w.token(way).into()),
                ],
            ),
            cells,
            lines,
            outcome: w.t(match e.outcome {
                Outcome::Passed => "why-passed",
                Outcome::NotPassed => "why-not-passed",
                Outcome::NoQuorum => "why-no-quorum",
            }),
            headline: (
                w.token(e.outcome),
                match e.outcome {
                    Outcome::Passed | Outcome::NotPassed => w.t1("why-headline", "n", say(e.in_favour)),
                    Outcome::NoQuorum => w.t("why-headline-no-quorum"),
                },
            ),
            rules: vec![
                rule_view(w, rules, &e.quorum_rule, &about("why-about-quorum")),
                rule_view(w, rules, &e.decision_rule, &about("why-about-decision")),
            ],
            dissent: count.counting.dissent.clone(),
            in_favour: (favour_n.to_string(), unit.trim().to_owned()),
            bar: (
                drawn(e.in_favour.units),
                drawn(e.against.units),
                drawn(e.base.units),
                drawn(e.needed_in_favour.units),
            ),
            recount: count
                .reason
                .as_ref()
                .map(|reason| w.t2("why-recount", "turn", count.turn, "reason", reason.as_str())),
        }
    }
}
