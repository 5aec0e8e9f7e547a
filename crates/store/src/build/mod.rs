//! Build together: projects, and what residents give to them.

pub mod acceptance;
pub mod change_order;
pub mod claim;
pub mod contribution;
pub mod final_account;
pub mod project;
pub mod works;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::build::project::Project, project::get, "project"),
        check!(civic::build::contribution::Contribution, contribution::get, "contribution"),
        check!(civic::build::project::ChangeOrder, change_order::get, "change_order"),
        check!(civic::build::acceptance::Acceptance, acceptance::get, "acceptance"),
        check!(civic::build::acceptance::Defect, acceptance::defect, "defect"),
        check!(civic::build::claim::Claim, claim::get, "claim"),
        check!(civic::build::claim::Payment, claim::payment, "payment"),
        check!(civic::build::final_account::FinalAccount, final_account::get, "final_account"),
        check!(civic::build::works::Works, works::get, "works"),
    ]
}
