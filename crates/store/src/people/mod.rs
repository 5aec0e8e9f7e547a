//! Places, people and sign-ins.

pub mod account;
pub mod activity;
pub mod card;
pub mod consent;
pub mod county;
pub mod erasure;
pub mod household;
pub mod membership;
pub mod name_request;
pub mod opening;
pub mod organisation;
pub mod password_link;
pub mod phone_code;
pub mod place;
pub mod practice_base;
pub mod resident;
pub mod roll_import;
pub mod session;
pub mod should_build;
pub mod signed;
pub mod sound;
pub mod standing;

use crate::record::verify::Check;

/// How the rows of these nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        // The county's own table belongs to no county, so the question for rows without an entry is another one.
        Check { unrecorded: county::UNRECORDED, ..crate::check!(civic::people::county::County, county::get, "county") },
        crate::check!(civic::people::place::Place, place::get, "place", place::LEVELS),
        crate::check!(civic::people::standing::Standing, standing::get, "standing"),
        crate::check!(civic::people::household::Household, household::get, "household", household::LEVELS),
        crate::check!(civic::people::resident::Resident, resident::get, "resident"),
        crate::check!(civic::people::membership::Membership, membership::get, "membership"),
        crate::check!(civic::people::organisation::Organisation, organisation::get, "organisation"),
        crate::check!(civic::people::activity::Activity, activity::get, "activity"),
        crate::check!(civic::people::should_build::ShouldBuild, should_build::get, "should_build"),
        crate::check!(civic::people::practice_base::PracticeBase, practice_base::get, "practice_base"),
        crate::check!(civic::people::consent::Consent, consent::get, "consent"),
        crate::check!(civic::people::account::Account, account::get, "account"),
        crate::check!(civic::people::card::Card, card::get, "card"),
        crate::check!(civic::people::roll_import::RollImport, roll_import::get, "roll_import"),
    ]
}
