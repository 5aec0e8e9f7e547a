//! Rule packs: dated, scoped, sourced numbers and the readers that give them to decisions.
//!
//! A pack is a TOML text ([`Pack::parse`]). National packs are in force by themselves; a county activates overlays and
//! examples for a place from a day ([`Activation`]). [`Rules::on`] gives what is in force for a place on the day of an act,
//! with one typed reader for each kind of rule; every answer brings the [`RuleRef`] that a decision keeps.
//!
//! ```
//! use civic::rules::{Body, Mode, NATIONAL_2026, Pack, Rules};
//! use civic::time::Day;
//!
//! let rules = Rules::new(vec![Pack::parse(NATIONAL_2026)?], vec![])?;
//! let today = Day::new(2026, 4, 12).ok_or("no day")?;
//! let quorum = rules.on(&[], today).quorum(Body::GroupMeeting, Mode::Household).map_err(|_| "no rule")?;
//! assert_eq!(quorum.value.fraction.needed(48), 32);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod award;
mod body;
mod force;
mod pack;
mod value;

pub use body::{Body, Convener, Item, Mode, Petitioner, StepBody};
pub use force::{
    Activated, Activation, Cited, END_REASON_MAX, EndRefusal, InForce, Listed, RuleRef, RuleRefusal, Ruled, Rules,
    RulesError,
};
pub use pack::{Calendar, Label, Pack, PackError, PackFault, PackSort, Rule, Scope};
pub use value::{
    Composition, Disclosure, EffectiveCoverage, Every, Evidence, Fraction, Kind, Measure, Notice, Of, Period, Quorum,
    Share, StandIn, Step, Unit, Value, Window,
};

/// National law as it stands in 2026, first-hand only.
pub const NATIONAL_2026: &str = include_str!("../../../../rules/national-2026.toml");

/// The demo county's overlay: made up for the demo, not law.
pub const DEMO: &str = include_str!("../../../../rules/overlays/demo.toml");

/// Local rules and second-hand ones, as examples that a county must confirm: file name and text.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("award-schemes.toml", include_str!("../../../../rules/examples/award-schemes.toml")),
    ("beijing-2012.toml", include_str!("../../../../rules/examples/beijing-2012.toml")),
    ("chongqing-2013.toml", include_str!("../../../../rules/examples/chongqing-2013.toml")),
    ("four-deliberations.toml", include_str!("../../../../rules/examples/four-deliberations.toml")),
    ("shandong-2018.toml", include_str!("../../../../rules/examples/shandong-2018.toml")),
    ("shanghai-2020.toml", include_str!("../../../../rules/examples/shanghai-2020.toml")),
    ("zhejiang-2020.toml", include_str!("../../../../rules/examples/zhejiang-2020.toml")),
];

#[cfg(test)]
mod tests;
