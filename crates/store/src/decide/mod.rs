//! Decide together: needs, topics, meetings, resolutions, postings.

pub mod answer;
pub mod matter;
pub mod need;
pub mod option;
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
    ]
}
