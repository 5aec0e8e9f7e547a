use super::facts::{Facts, Sheet, quote, salted};
use crate::hex::hex;
use crate::id::{AccountId, Chance, EntryId, MatterId};
use crate::people::standing::Post;
use crate::time::Timestamp;
use crate::tokens;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

tokens! {
    /// What kind of thing an entry is about.
    pub enum Noun = "noun" {
        /// A county.
        County = "county",
        /// A place.
        Place = "place",
        /// A household.
        Household = "household",
        /// A resident.
        Resident = "resident",
        /// A membership.
        Membership = "membership",
        /// A household roll taken in as a whole.
        RollImport = "roll_import",
        /// An organisation.
        Organisation = "organisation",
        /// A sign-in.
        Account = "account",
        /// A printed card with a sign-in code.
        Card = "card",
        /// A standing: who may do what where.
        Standing = "standing",
        /// A consent.
        Consent = "consent",
        /// A matter.
        Matter = "matter",
        /// A condition that somebody let pass.
        Waiver = "waiver",
        /// A project.
        Project = "project",
        /// What somebody gave to a project.
        Contribution = "contribution",
        /// A change of a published budget.
        ChangeOrder = "change_order",
        /// An acceptance of works.
        Acceptance = "acceptance",
        /// Something that an acceptance found to be mended.
        Defect = "defect",
        /// A claim of an award.
        Claim = "claim",
        /// An entry about an award that was paid.
        Payment = "payment",
        /// The final account of a project.
        FinalAccount = "final_account",
        /// A note of the works diary.
        Works = "works",
        /// A facility.
        Facility = "facility",
        /// An upkeep convention.
        Convention = "convention",
        /// A roster.
        Roster = "roster",
        /// A turn of a roster.
        Slot = "slot",
        /// An inspection note.
        Inspection = "inspection",
        /// A survey.
        Survey = "survey",
        /// Something to be put right.
        Rectification = "rectification",
        /// Who has something of a matter, in counts.
        Benefit = "benefit",
        /// An edition of a case.
        Case = "case",
        /// Thanks said in public.
        Honour = "honour",
        /// A need.
        Need = "need",
        /// A message to a raiser and how it reached them.
        Answer = "answer",
        /// A topic.
        Topic = "topic",
        /// An option under a topic.
        Option = "option",
        /// A step that the law or the county asks for before the decision.
        PriorStep = "prior_step",
        /// A meeting.
        Meeting = "meeting",
        /// The convocation of a meeting.
        Convocation = "convocation",
        /// A frozen roll.
        Roll = "roll",
        /// Who came for one unit of a roll.
        Attendance = "attendance",
        /// A point raised at a meeting.
        Point = "point",
        /// A motion.
        Motion = "motion",
        /// A count of hands on a motion.
        Count = "count",
        /// A resolution.
        Resolution = "resolution",
        /// A posting.
        Posting = "posting",
        /// A correction of a posting.
        Correction = "correction",
        /// An objection.
        Objection = "objection",
        /// An activity of an organisation.
        Activity = "activity",
        /// A judgement whether there should be an association.
        ShouldBuild = "should_build",
        /// A practice base.
        PracticeBase = "practice_base",
        /// A programme.
        Programme = "programme",
        /// What a place makes of a programme.
        LocalBrand = "local_brand",
        /// A task of a work plan.
        Task = "task",
        /// An announcement that is passed on to the places below.
        Announcement = "announcement",
        /// A correction of an announcement.
        AnnouncementCorrection = "announcement_correction",
        /// A question about an announcement.
        Question = "question",
        /// A file.
        File = "file",
        /// A rule pack taken into force by a county.
        RulePack = "rule_pack",
    }
    /// What was done.
    pub enum Verb = "verb" {
        /// It came to be.
        Create = "create",
        /// It was changed.
        Change = "change",
        /// It was put right, with the old kept.
        Correct = "correct",
        /// It was taken in from a file or a pasted list.
        Import = "import",
        /// A need was sorted.
        Sort = "sort",
        /// It was merged into another.
        Merge = "merge",
        /// It was answered.
        Answer = "answer",
        /// An answer reached who it was for.
        Deliver = "deliver",
        /// A meeting was called.
        Convene = "convene",
        /// A roll was frozen.
        Freeze = "freeze",
        /// A meeting was put off.
        Postpone = "postpone",
        /// A meeting was called off.
        Cancel = "cancel",
        /// A meeting was opened.
        Open = "open",
        /// Somebody came, stood in, stood back or left.
        Attend = "attend",
        /// A second person found it so.
        Confirm = "confirm",
        /// Hands were counted.
        Count = "count",
        /// Hands were counted again.
        Recount = "recount",
        /// A meeting was closed.
        Close = "close",
        /// A scan of the signed paper was attached.
        Certify = "certify",
        /// It was decided.
        Resolve = "resolve",
        /// It was posted.
        Post = "post",
        /// An objection was made.
        Object = "object",
        /// A condition was let pass.
        Waive = "waive",
        /// It came into force or was taken into use.
        Activate = "activate",
        /// It ended.
        End = "end",
        /// Personal data was erased.
        Erase = "erase",
    }
}

/// Who acts: an account in a post, or nobody signed in (an anonymous raiser, the program itself).
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// The account that acts; `None` for somebody without one and for the program.
    pub account: Option<AccountId>,
    /// The post in which it acts; `None` for a resident.
    pub post: Option<Post>,
}

impl Actor {
    /// Somebody who is not signed in, or the program itself.
    pub const NOBODY: Self = Self { account: None, post: None };
}

/// A noun that can tell the record what it is. Its facts must be recomputable from its row alone, so that `verify` finds an
/// edited row.
pub trait Recorded {
    /// Which noun.
    const NOUN: Noun;
    /// Its id.
    fn noun_id(&self) -> Uuid;
    /// The matters that it belongs to; they find the entry in their timeline. Empty only for nouns outside every matter.
    fn matters(&self) -> Vec<MatterId>;
    /// Its facts.
    fn facts(&self, sheet: &mut Sheet<'_>);
}

/// The salt of one text of one entry. Lies beside the entry and can be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salt {
    /// The field of the facts; `actor` for the commitment to the account.
    pub field: &'static str,
    /// 16 random bytes.
    pub salt: [u8; 16],
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When the write happened.
    pub at: Timestamp,
    /// What was done.
    pub verb: Verb,
    /// To what kind of thing.
    pub noun: Noun,
    /// To which.
    pub noun_id: Uuid,
    /// The post of who acted.
    pub post: Option<Post>,
    /// SHA-256 of tag, salt and account id, or `None` when nobody was signed in.
    pub actor: Option<[u8; 32]>,
    /// The matters that it names.
    pub matters: Vec<MatterId>,
    /// The facts as canonical JSON.
    pub facts: String,
    /// The salts that belong to it.
    pub salts: Vec<Salt>,
}

impl Entry {
    /// The entry for a write of `noun`.
    pub fn of<R: Recorded>(noun: &R, verb: Verb, actor: Actor, now: Timestamp, chance: &mut dyn Chance) -> Self {
        let (facts, text_salts) = salted(chance, |sheet| noun.facts(sheet));
        let mut matters = noun.matters();
        matters.sort_unstable();
        matters.dedup();
        let mut salts: Vec<Salt> = text_salts.into_iter().map(|(field, salt)| Salt { field, salt }).collect();
        let commitment = actor.account.map(|account| {
            let salt = chance.salt();
            salts.push(Salt { field: "actor", salt });
            actor_commitment(&salt, account)
        });
        Self {
            id: EntryId::fresh(now, chance),
            at: now,
            verb,
            noun: R::NOUN,
            noun_id: noun.noun_id(),
            post: actor.post,
            actor: commitment,
            matters,
            facts: facts.canonical(),
            salts,
        }
    }

    /// The same noun's facts recomputed from its row with the salts that are still there. A text whose salt is gone is left out.
    pub fn facts_again<R: Recorded>(noun: &R, salts: &dyn Fn(&str) -> Option<[u8; 16]>) -> Facts {
        let mut look_up = |field: &'static str| salts(field);
        let mut sheet = Sheet::new(&mut look_up);
        noun.facts(&mut sheet);
        sheet.done()
    }

    /// Canonical JSON of the whole entry as it is hashed when sealed. Matters in order, keys in order.
    pub fn canonical(&self) -> String {
        let mut out = String::from("{\"actor\":");
        match &self.actor {
            Some(actor) => quote(&mut out, &hex(actor)),
            None => out.push_str("null"),
        }
        let _ =
            write!(out, ",\"at\":{},\"facts\":{},\"id\":\"{}\",\"matters\":[", self.at.millis(), self.facts, self.id);
        for (i, matter) in self.matters.iter().enumerate() {
            let _ = write!(out, "{}\"{matter}\"", if i > 0 { "," } else { "" });
        }
        use crate::token::Token;
        let _ = write!(out, "],\"noun\":\"{}\",\"noun_id\":\"{}\",\"post\":", self.noun.as_str(), self.noun_id);
        match self.post {
            Some(post) => quote(&mut out, post.as_str()),
            None => out.push_str("null"),
        }
        let _ = write!(out, ",\"verb\":\"{}\"}}", self.verb.as_str());
        out
    }
}

/// The commitment to the account that acted: it proves who it was to whoever has the salt, and says nothing without it.
pub fn actor_commitment(salt: &[u8; 16], account: AccountId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.actor.1\0");
    hasher.update(salt);
    hasher.update(account.uuid().as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CountId, MotionId};

    struct Counter(u8);
    impl Chance for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    struct Show {
        id: CountId,
        text: String,
        votes: i64,
    }
    impl Recorded for Show {
        const NOUN: Noun = Noun::Count;
        fn noun_id(&self) -> Uuid {
            self.id.uuid()
        }
        fn matters(&self) -> Vec<MatterId> {
            vec![
                MatterId::from(Uuid::from_u128(2)),
                MatterId::from(Uuid::from_u128(1)),
                MatterId::from(Uuid::from_u128(2)),
            ]
        }
        fn facts(&self, sheet: &mut Sheet<'_>) {
            sheet.int("votes", self.votes);
            sheet.id("motion", MotionId::from(Uuid::from_u128(7)));
            sheet.text("reason", &self.text);
        }
    }

    #[test]
    fn a_text_stands_in_the_record_by_its_digest_only() {
        let show = Show { id: CountId::from(Uuid::from_u128(9)), text: "怕水排到后墙".into(), votes: 35 };
        let actor = Actor { account: Some(AccountId::from(Uuid::from_u128(3))), post: None };
        let entry = Entry::of(&show, Verb::Count, actor, Timestamp::from_millis(1), &mut Counter(0));
        assert!(!entry.canonical().contains("后墙"));
        assert!(entry.canonical().is_ascii());
        assert_eq!(entry.matters.len(), 2);
        assert_eq!(entry.salts.len(), 2);
        let salt = entry.salts[0].salt;
        let again = Entry::facts_again(&show, &|field| (field == "reason").then_some(salt));
        assert_eq!(again.canonical(), entry.facts);
        let edited = Show { votes: 36, ..show };
        assert_ne!(Entry::facts_again(&edited, &|_| Some(salt)).canonical(), entry.facts);
    }

    #[test]
    fn an_entry_is_json_with_its_keys_in_order() {
        let show = Show { id: CountId::from(Uuid::from_u128(9)), text: "x".into(), votes: 1 };
        let entry = Entry::of(&show, Verb::Count, Actor::NOBODY, Timestamp::from_millis(1), &mut Counter(0));
        let value: serde_json::Value = serde_json::from_str(&entry.canonical()).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), entry.canonical());
    }
}
