//! Ids of things: UUIDv7, made by the application (so that every engine and every node agrees), never shown as codes.

use crate::time::Timestamp;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use uuid::Uuid;

/// A source of unpredictable bytes. The binary passes the operating system's, tests pass a seeded one.
pub trait Chance {
    /// Fills the whole slice.
    fn fill(&mut self, bytes: &mut [u8]);

    /// 16 fresh bytes: a salt, a nonce.
    fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.fill(&mut salt);
        salt
    }

    /// 32 fresh bytes: a token, a seed.
    fn token(&mut self) -> [u8; 32] {
        let mut token = [0; 32];
        self.fill(&mut token);
        token
    }

    /// A number from `0` to `below - 1`, each equally likely. `below` of zero gives zero.
    fn below(&mut self, below: u64) -> u64 {
        if below == 0 {
            return 0;
        }
        // Draws over the largest multiple of `below` are thrown away, since they would favour small numbers.
        let limit = u64::MAX - u64::MAX % below;
        loop {
            let mut bytes = [0; 8];
            self.fill(&mut bytes);
            let draw = u64::from_le_bytes(bytes);
            if draw < limit {
                return draw % below;
            }
        }
    }
}

/// An id of one kind of thing. `Id<MatterTag>` and `Id<NeedTag>` cannot be mixed up.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A fresh, time-ordered id.
    pub fn fresh(now: Timestamp, chance: &mut (impl Chance + ?Sized)) -> Self {
        let mut bytes = [0; 10];
        chance.fill(&mut bytes);
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        Self::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self::from)
    }

    /// The bare id, for a column or a fact.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(id: Uuid) -> Self {
        Self(id, PhantomData)
    }
}
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> serde::Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

macro_rules! ids {
    ($($tag:ident $name:ident $what:literal;)*) => {$(
        #[doc = concat!("Marks the id of ", $what, ".")]
        pub enum $tag {}
        #[doc = concat!("The id of ", $what, ".")]
        pub type $name = Id<$tag>;
    )*};
}

ids! {
    CountyTag CountyId "a county";
    PlaceTag PlaceId "a place";
    HouseholdTag HouseholdId "a household";
    ResidentTag ResidentId "a resident";
    MembershipTag MembershipId "a membership";
    RollImportTag RollImportId "a household roll taken in as a whole";
    OrganisationTag OrganisationId "an organisation";
    AccountTag AccountId "an account";
    StandingTag StandingId "a standing";
    ConsentTag ConsentId "a consent";
    CardTag CardId "a printed card";
    MatterTag MatterId "a matter";
    WaiverTag WaiverId "a waiver";
    ProjectTag ProjectId "a project";
    ContributionTag ContributionId "a contribution";
    ChangeOrderTag ChangeOrderId "a change order";
    AcceptanceTag AcceptanceId "an acceptance";
    DefectTag DefectId "a defect";
    ClaimTag ClaimId "a claim of an award";
    PaymentTag PaymentId "an entry about an award that was paid";
    FinalAccountTag FinalAccountId "a final account";
    WorksTag WorksId "a note of the works diary";
    FacilityTag FacilityId "a facility";
    ConventionTag ConventionId "an upkeep convention";
    RosterTag RosterId "a roster";
    SlotTag SlotId "a turn of a roster";
    SignUpTag SignUpId "that somebody took a turn";
    InspectionTag InspectionId "an inspection note";
    SurveyTag SurveyId "a survey";
    RectificationTag RectificationId "something to be put right";
    BenefitTag BenefitId "who has something of a matter";
    CaseTag CaseId "an edition of a case";
    HonourTag HonourId "thanks said in public";
    NeedTag NeedId "a need";
    AnswerTag AnswerId "a message to a raiser";
    TopicTag TopicId "a topic";
    OptionTag OptionId "an option";
    PriorStepTag PriorStepId "a prior step";
    ConvocationTag ConvocationId "a convocation";
    RollTag RollId "a roll";
    MeetingTag MeetingId "a meeting";
    AttendanceTag AttendanceId "an attendance";
    PointTag PointId "a point raised";
    MotionTag MotionId "a motion";
    CountTag CountId "a count of hands";
    ResolutionTag ResolutionId "a resolution";
    PostingTag PostingId "a posting";
    CorrectionTag CorrectionId "a correction of a posting";
    ObjectionTag ObjectionId "an objection";
    FileTag FileId "a file";
    ActivityTag ActivityId "an activity of an organisation";
    ShouldBuildTag ShouldBuildId "a judgement whether there should be an association";
    BaseTag BaseId "a practice base";
    ProgrammeTag ProgrammeId "a programme";
    LocalBrandTag LocalBrandId "what a place makes of a programme";
    TaskTag TaskId "a task of a work plan";
    AnnouncementTag AnnouncementId "an announcement";
    AnnouncementCorrectionTag AnnouncementCorrectionId "a correction of an announcement";
    QuestionTag QuestionId "a question about an announcement";
    ActivationTag ActivationId "an activation of a rule pack";
    EntryTag EntryId "a record entry";
    JobTag JobId "a job";
}
