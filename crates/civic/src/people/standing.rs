//! Standing: who may do what where, and the one function that decides it.

use crate::id::{AccountId, MatterId, OrganisationId, PlaceId, StandingId};
use crate::record::{Noun, Recorded, Sheet};
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// The post in which somebody acts. A resident acts without one.
    pub enum Post = "post" {
        /// Grid worker or facilitator: helps residents, records needs, keeps yard meetings.
        Facilitator = "facilitator",
        /// Member of the villagers' or residents' committee.
        Committee = "committee",
        /// Member of the supervision committee.
        Supervision = "supervision",
        /// Township officer.
        Township = "township",
        /// County officer.
        County = "county",
        /// Auditor: reads everything that is not personal, changes nothing.
        Auditor = "auditor",
    }
    /// What somebody wants to do. Every route of the site names exactly one.
    pub enum Action = "action" {
        /// Read what is public.
        ReadPublic = "read_public",
        /// Sign in or out, switch language or look.
        EnterSite = "enter_site",
        /// See and change one's own things.
        OwnThings = "own_things",
        /// Raise a need for oneself.
        RaiseNeed = "raise_need",
        /// Record a need for somebody else, with consent.
        HelpRaise = "help_raise",
        /// Read needs that are not sorted yet, raw words, audio, contacts.
        ReadNeeds = "read_needs",
        /// Sort, merge, answer needs and log how an answer arrived.
        HandleNeeds = "handle_needs",
        /// Keep a light meeting (yard meeting, evening talk): points and who takes them.
        HoldTalk = "hold_talk",
        /// Write topics and options, record prior steps.
        PrepareTopic = "prepare_topic",
        /// Call, postpone, cancel a formal meeting; freeze its roll.
        Convene = "convene",
        /// Take attendance, count hands, close a meeting, attach the signed paper.
        KeepMeeting = "keep_meeting",
        /// Post a resolution, correct a posting.
        Post = "post",
        /// Object to a posting.
        Object = "object",
        /// Record an objection that came on paper, by phone or by word of mouth.
        RecordObjection = "record_objection",
        /// Answer an objection.
        AnswerObjection = "answer_objection",
        /// Read households and residents of a place.
        ReadRoll = "read_roll",
        /// Change households, residents, memberships; import a roll; issue cards.
        KeepRoll = "keep_roll",
        /// Begin and end standings.
        GrantStanding = "grant_standing",
        /// Read the work list of one's place.
        ReadWork = "read_work",
        /// Take overlays of rules into force.
        ActivateRules = "activate_rules",
        /// Export the record of the county.
        ReadRecord = "read_record",
    }
}

/// Who may do what where: an account holds a post at a place from a day until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: StandingId,
    /// Whose.
    pub account: AccountId,
    /// Where; it reaches every place below.
    pub place: PlaceId,
    /// For which organisation, if for one.
    pub organisation: Option<OrganisationId>,
    /// In which post.
    pub post: Post,
    /// First day.
    pub from: Day,
    /// Last day; open when `None`.
    pub until: Option<Day>,
    /// What it rests on (an election result, a letter), in words.
    pub document: Option<String>,
}

impl Standing {
    /// Whether it counts on `day`.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Asker {
    /// Whether somebody is signed in at all.
    pub signed_in: bool,
    /// Whether a confirmed resident is signed in, for whom the account acts.
    pub resident: bool,
    /// The places of that resident (hamlet, village ... up to the county), innermost first.
    pub home: Vec<PlaceId>,
    /// The standings that hold today.
    pub standings: Vec<Standing>,
}

/// Whether the thing asked about is public already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody may know of it.
    Public,
    /// Only its author and the posts that handle it may know of it.
    Draft,
}

/// The answer of [`permit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Yes, in this post (`None`: as a resident or as anybody).
    Yes(Option<Post>),
    /// May know of it, may not do this.
    Forbidden,
    /// May not know of it.
    Hidden,
    /// Nobody is signed in; signing in may help.
    SignIn,
}

/// The posts that may do `action` within the reach of their standing. Who raises, objects or reads public things needs no post.
pub const fn posts(action: Action) -> &'static [Post] {
    match action {
        Action::ReadPublic | Action::EnterSite | Action::OwnThings | Action::RaiseNeed | Action::Object => &[],
        Action::HelpRaise => &[Post::Facilitator, Post::Committee],
        Action::ReadNeeds => &[Post::Facilitator, Post::Committee, Post::Supervision],
        Action::HandleNeeds | Action::PrepareTopic | Action::Convene | Action::AnswerObjection => &[Post::Committee],
        Action::HoldTalk => &[Post::Facilitator, Post::Committee],
        Action::KeepMeeting => &[Post::Committee, Post::Facilitator],
        Action::Post => &[Post::Committee],
        Action::RecordObjection => &[Post::Supervision, Post::Committee, Post::Facilitator],
        Action::ReadRoll => &[Post::Committee, Post::Supervision],
        Action::KeepRoll => &[Post::Committee],
        Action::GrantStanding => &[Post::County, Post::Township],
        Action::ReadWork => {
            &[Post::Facilitator, Post::Committee, Post::Supervision, Post::Township, Post::County, Post::Auditor]
        }
        Action::ActivateRules => &[Post::County],
        Action::ReadRecord => &[Post::Auditor, Post::County, Post::Supervision],
    }
}

/// May `asker` do `action` at a place? `path` is the place and everything above it, innermost first; `today` decides which
/// standings hold. One function for every room: pages, forms, API and jobs ask here and nowhere else.
pub fn permit(asker: &Asker, action: Action, path: &[PlaceId], visibility: Visibility, today: Day) -> Permit {
    let reaches = |s: &&Standing| s.holds_on(today) && path.contains(&s.place);
    let post = posts(action)
        .iter()
        .find_map(|post| asker.standings.iter().filter(reaches).find(|s| s.post == *post).map(|s| s.post));
    if let Some(post) = post {
        return Permit::Yes(Some(post));
    }
    match action {
        Action::EnterSite => return Permit::Yes(None),
        Action::ReadPublic | Action::RaiseNeed | Action::Object if visibility == Visibility::Public => {
            return Permit::Yes(None);
        }
        Action::OwnThings if asker.signed_in => return Permit::Yes(None),
        _ => {}
    }
    // A draft is known to the posts that handle its place, whatever they may do with it; to everybody else it does not exist.
    let handles = asker.standings.iter().filter(reaches).any(|s| !matches!(s.post, Post::Auditor));
    match (asker.signed_in, visibility) {
        (false, _) => Permit::SignIn,
        (true, Visibility::Draft) if !handles => Permit::Hidden,
        (true, _) => Permit::Forbidden,
    }
}

impl Recorded for Standing {
    const NOUN: Noun = Noun::Standing;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        // Whose post it is stands salted: the record must not tell who works where after the person's data was erased.
        sheet.text("account", &self.account.to_string());
        sheet.id("place", self.place);
        sheet.id_or_none("organisation", self.organisation);
        sheet.token("post", self.post);
        sheet.day("from", self.from);
        sheet.day_or_none("until", self.until);
        sheet.text_or_none("document", self.document.as_deref());
    }
}
