//! Decide together: needs, topics, meetings, resolutions, postings.

pub mod answer;
pub mod attendance;
pub mod convocation;
pub mod correction;
pub mod matter;
pub mod meeting;
pub mod motion;
pub mod motion_count;
pub mod need;
pub mod objection;
pub mod option;
pub mod point;
pub mod posting;
pub mod prior_step;
pub mod resolution;
pub mod roll;
pub mod topic;
pub mod work;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::decide::matter::Matter, matter::get, "matter", matter::LEVELS),
        check!(civic::decide::need::Need, need::get, "need", need::LEVELS),
        check!(civic::decide::answer::Answer, answer::get, "answer"),
        check!(civic::decide::topic::Topic, topic::get, "topic"),
        check!(civic::decide::option::TopicOption, option::get, "topic_option"),
        check!(civic::decide::resolution::Resolution, resolution::get, "resolution"),
        check!(civic::decide::posting::Posting, posting::get, "posting", posting::LEVELS),
        check!(civic::decide::posting::Correction, correction::get, "posting_correction"),
        check!(civic::decide::objection::Objection, objection::get, "objection"),
        check!(civic::decide::prior_step::PriorStep, prior_step::get, "prior_step"),
        Check {
            again: meeting::facts,
            ..check!(civic::decide::meeting::Meeting, meeting::get, "meeting", meeting::LEVELS)
        },
        check!(civic::decide::convocation::Convocation, convocation::get, "convocation"),
        Check { again: roll::facts, ..check!(civic::decide::roll::Roll, roll::get, "roll") },
        check!(civic::decide::attendance::Attendance, attendance::get, "attendance"),
        check!(civic::decide::point::Point, point::get, "point"),
        check!(civic::decide::motion::Motion, motion::get, "motion"),
        check!(civic::decide::motion::Count, motion_count::get, "motion_count"),
    ]
}
