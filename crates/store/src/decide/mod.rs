//! Decide together: needs, topics, meetings, resolutions, postings.

pub mod answer;
pub mod correction;
pub mod matter;
pub mod need;
pub mod objection;
pub mod option;
pub mod posting;
pub mod resolution;
pub mod topic;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::decide::matter::Matter, matter::get, "matter"),
        check!(civic::decide::need::Need, need::get, "need"),
        check!(civic::decide::answer::Answer, answer::get, "answer"),
        check!(civic::decide::topic::Topic, topic::get, "topic"),
        check!(civic::decide::option::TopicOption, option::get, "topic_option"),
        check!(civic::decide::resolution::Resolution, resolution::get, "resolution"),
        check!(civic::decide::posting::Posting, posting::get, "posting"),
        check!(civic::decide::posting::Correction, correction::get, "posting_correction"),
        check!(civic::decide::objection::Objection, objection::get, "objection"),
    ]
}
