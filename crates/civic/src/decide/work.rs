//! Work: what is due at a place, by whom. A list of things to do, never of people; nothing in it says who did much or little.

use crate::people::standing::Action;
use crate::time::Day;
use crate::tokens;

tokens! {
    /// What is to be done.
    pub enum WorkKind = "work-kind" {
        /// A need lies unsorted.
        NeedSort = "need_sort",
        /// A need waits for its answer.
        NeedAnswer = "need_answer",
        /// An answer has to be told or handed over.
        AnswerHand = "answer_hand",
        /// Somebody took a point that is not settled.
        PointSettle = "point_settle",
        /// A meeting is to be kept.
        MeetingKeep = "meeting_keep",
        /// A motion passed and has no resolution.
        Resolve = "resolve",
        /// The signed sheet of a resolution is missing.
        Certify = "certify",
        /// A resolution is to be posted.
        Post = "post",
        /// A sheet says other numbers than the last count.
        PostingCorrect = "posting_correct",
        /// A sheet hangs, or may come down.
        PostingEnd = "posting_end",
        /// A facility was reported broken.
        FaultMend = "fault_mend",
        /// An upkeep convention ends soon, or its last day is over.
        ConventionEnd = "convention_end",
        /// A claim of an award waits for an office.
        ClaimDecide = "claim_decide",
        /// An award was paid, and nobody of the village has seen it on the account.
        PaymentConfirm = "payment_confirm",
        /// A final account waits for the supervision committee.
        AccountCheck = "account_check",
        /// An objection waits for its answer.
        ObjectionAnswer = "objection_answer",
        /// A question about an announcement waits for its answer.
        QuestionAnswer = "question_answer",
    }
}

/// Whose turn a line is, as its colour says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The reader's own, and due.
    Mine,
    /// The committee's, and it owes somebody an answer or is late.
    Theirs,
    /// Nobody's yet.
    Calm,
}

impl WorkKind {
    /// What one has to be allowed to do to be the one who does it.
    pub const fn action(self) -> Action {
        match self {
            Self::NeedSort | Self::NeedAnswer | Self::AnswerHand => Action::HandleNeeds,
            Self::PointSettle => Action::HoldTalk,
            Self::MeetingKeep | Self::Certify => Action::KeepMeeting,
            Self::Resolve | Self::Post | Self::PostingCorrect | Self::PostingEnd => Action::Post,
            Self::ObjectionAnswer => Action::AnswerObjection,
            Self::FaultMend | Self::ConventionEnd => Action::KeepFacility,
            Self::ClaimDecide => Action::DecideAward,
            Self::PaymentConfirm => Action::ConfirmAward,
            Self::AccountCheck => Action::CheckAccount,
            Self::QuestionAnswer => Action::Announce,
        }
    }

    /// Whether somebody waits for an answer.
    pub const fn owes_an_answer(self) -> bool {
        matches!(
            self,
            Self::FaultMend | Self::NeedSort | Self::NeedAnswer | Self::ObjectionAnswer | Self::QuestionAnswer
        )
    }

    /// Whose turn it is on `today`. `mine` says whether the reader may do it.
    pub fn turn(self, mine: bool, due: Option<Day>, today: Day) -> Turn {
        let late = due.is_some_and(|due| due < today);
        match (mine, due.is_some_and(|due| due <= today)) {
            (true, true) => Turn::Mine,
            (false, _) if late || self.owes_an_answer() => Turn::Theirs,
            _ => Turn::Calm,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn what_is_due_is_the_readers_when_the_reader_may_do_it() {
        let (today, due) = (day("2026-04-20"), |text: &str| Some(day(text)));
        assert_eq!(WorkKind::Post.turn(true, due("2026-04-20"), today), Turn::Mine);
        assert_eq!(WorkKind::Post.turn(true, due("2026-04-21"), today), Turn::Calm);
        assert_eq!(WorkKind::Post.turn(true, None, today), Turn::Calm);
    }

    #[test]
    fn a_committee_that_is_late_or_owes_an_answer_shows_to_those_above_it() {
        let (today, due) = (day("2026-04-20"), |text: &str| Some(day(text)));
        assert_eq!(WorkKind::Post.turn(false, due("2026-04-20"), today), Turn::Calm);
        assert_eq!(WorkKind::Post.turn(false, due("2026-04-19"), today), Turn::Theirs);
        assert_eq!(WorkKind::NeedAnswer.turn(false, due("2026-05-19"), today), Turn::Theirs);
        assert_eq!(WorkKind::ObjectionAnswer.turn(false, None, today), Turn::Theirs);
    }
}
