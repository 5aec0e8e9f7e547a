//! Who has something of a matter (domain: F32, M91): counts of households and persons, also of those that gave nothing. Counts only:
//! no names, no lists. What was published is corrected by another edition; the ones before stay.

use crate::decide::matter::Matter;
use crate::id::{BenefitId, MatterId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::StageRefusal;
use crate::text;
use crate::time::{Day, Timestamp};
use uuid::Uuid;

/// The longest basis, in characters.
pub const BASIS_MAX: usize = 300;
/// Counts of people below this are not shown: in a small place everybody would know who (design: §4.6).
pub const SHOWN_FROM: i64 = 5;

/// Who has something of a matter, as one edition says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Benefit {
    /// Its id.
    pub id: BenefitId,
    /// The matter.
    pub matter: MatterId,
    /// 1 for the first, one more with each correction.
    pub edition: i64,
    /// Households.
    pub households: i64,
    /// Persons.
    pub persons: i64,
    /// Elderly persons among them, where they were counted.
    pub elderly: Option<i64>,
    /// Children among them.
    pub children: Option<i64>,
    /// Disabled persons among them.
    pub disabled: Option<i64>,
    /// Households among them that gave neither money nor work nor things: they have their part all the same.
    pub gave_nothing: i64,
    /// How it was counted.
    pub basis: String,
    /// Why it was corrected; `None` in the first edition.
    pub reason: Option<String>,
    /// On which day it was published.
    pub published_on: Day,
    /// When.
    pub recorded_at: Timestamp,
}

/// Why it is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BenefitRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The stage is not open.
    Stage(StageRefusal),
    /// A part is more than the whole.
    MoreThanAll {
        /// The field.
        field: &'static str,
    },
}

impl From<TextFault> for BenefitRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for BenefitRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for BenefitRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Stage(refusal) => refusal.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Stage(refusal) => refusal.key(),
            Self::MoreThanAll { .. } => "refusal-benefit-more-than-all",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Stage(refusal) => refusal.values(),
            Self::MoreThanAll { .. } => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::MoreThanAll { field } => Some(field),
            Self::Stage(_) => None,
        }
    }
}

/// What the form says.
#[derive(Clone, Copy, Debug)]
pub struct BenefitForm<'a> {
    /// Households.
    pub households: i64,
    /// Persons.
    pub persons: i64,
    /// Elderly persons among them.
    pub elderly: Option<i64>,
    /// Children among them.
    pub children: Option<i64>,
    /// Disabled persons among them.
    pub disabled: Option<i64>,
    /// Households among them that gave nothing.
    pub gave_nothing: i64,
    /// How it was counted.
    pub basis: &'a str,
    /// Why it is corrected; needed from the second edition on.
    pub reason: &'a str,
}

/// Publishes the next edition.
pub fn publish(
    matter: &Matter,
    before: Option<&Benefit>,
    form: &BenefitForm<'_>,
    (id, now, today): (BenefitId, Timestamp, Day),
) -> Result<Benefit, Vec<BenefitRefusal>> {
    let mut faults = Faults::<BenefitRefusal>::default();
    faults.take(super::case::at_share(matter));
    let basis = faults.take(text::block(form.basis, BASIS_MAX).map_err(TextFault::at("basis")));
    let reason = match before {
        None => Some(None),
        Some(_) => faults.take(text::block(form.reason, BASIS_MAX).map_err(TextFault::at("reason"))).map(Some),
    };
    let parts = [("elderly", form.elderly), ("children", form.children), ("disabled", form.disabled)];
    for (field, part) in parts {
        if part.is_some_and(|part| part > form.persons) {
            faults.add(BenefitRefusal::MoreThanAll { field });
        }
    }
    if form.gave_nothing > form.households {
        faults.add(BenefitRefusal::MoreThanAll { field: "gave_nothing" });
    }
    if form.households > form.persons {
        faults.add(BenefitRefusal::MoreThanAll { field: "households" });
    }
    let benefit = (|| {
        Some(Benefit {
            id,
            matter: matter.id,
            edition: before.map_or(1, |one| one.edition + 1),
            households: form.households,
            persons: form.persons,
            elderly: form.elderly,
            children: form.children,
            disabled: form.disabled,
            gave_nothing: form.gave_nothing,
            basis: basis?,
            reason: reason?,
            published_on: today,
            recorded_at: now,
        })
    })();
    faults.finish(benefit)
}

/// A count of people as everybody may see it: zero and from five up, otherwise `None`.
pub fn shown(n: i64) -> Option<i64> {
    (n == 0 || n >= SHOWN_FROM).then_some(n)
}

impl Recorded for Benefit {
    const NOUN: Noun = Noun::Benefit;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.int("edition", self.edition);
        sheet.int("households", self.households);
        sheet.int("persons", self.persons);
        // The record is open to everybody: what the page does not show stands there by its digest.
        let hidden = |n: Option<i64>| n.map(|n| n.to_string());
        sheet.text_or_none("elderly", hidden(self.elderly).as_deref());
        sheet.text_or_none("children", hidden(self.children).as_deref());
        sheet.text_or_none("disabled", hidden(self.disabled).as_deref());
        sheet.text("gave_nothing", &self.gave_nothing.to_string());
        sheet.text("basis", &self.basis);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.day("published_on", self.published_on);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::stage::{Condition, Stage};

    fn form() -> BenefitForm<'static> {
        BenefitForm {
            households: 46,
            persons: 171,
            elderly: Some(38),
            children: Some(24),
            disabled: Some(3),
            gave_nothing: 9,
            basis: "按塆里户册数的",
            reason: "",
        }
    }
    fn with() -> (BenefitId, Timestamp, Day) {
        (BenefitId::from(Uuid::from_u128(1)), Timestamp::from_millis(0), day("2026-08-01"))
    }
    fn shared() -> Matter {
        public(1).opened(Stage::Share, &[Condition::Acceptance, Condition::Account], &[]).unwrap()
    }

    #[test]
    fn a_part_is_never_more_than_the_whole_and_a_correction_says_why() {
        let first = publish(&shared(), None, &form(), with()).unwrap();
        assert_eq!((first.edition, first.reason.clone()), (1, None));
        let silent = publish(&shared(), Some(&first), &form(), with()).unwrap_err();
        assert_eq!(silent.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["reason"]);
        let second = publish(&shared(), Some(&first), &BenefitForm { reason: "漏了两户", ..form() }, with()).unwrap();
        assert_eq!(second.edition, 2);
        let odd = BenefitForm { elderly: Some(172), gave_nothing: 47, ..form() };
        let fields: Vec<_> =
            publish(&shared(), None, &odd, with()).unwrap_err().iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["elderly", "gave_nothing"]);
        assert!(publish(&public(1), None, &form(), with()).is_err(), "the stage is not open");
    }

    #[test]
    fn few_people_are_not_shown() {
        assert_eq!([0, 1, 4, 5].map(shown), [Some(0), None, None, Some(5)]);
    }
}
