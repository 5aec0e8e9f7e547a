//! Standing: who may do what where, and the one function that decides it.

use crate::id::{AccountId, MatterId, OrganisationId, PlaceId, StandingId};
use crate::people::place::Level;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, TextFault, Value};
use crate::text;
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
        /// Open a stage of a matter when its conditions hold, and mark it as done.
        OpenStage = "open_stage",
        /// Promise something to a project, for oneself or through a helper.
        Contribute = "contribute",
        /// Write down what was promised on paper and what arrived.
        KeepBook = "keep_book",
        /// Confirm as a second person what another one wrote down.
        ConfirmContribution = "confirm_contribution",
        /// Write a project, publish it, change its budget by an order, move it on.
        PlanProject = "plan_project",
        /// Enter an acceptance of works.
        AcceptWorks = "accept_works",
        /// Confirm as a second person what an acceptance says, look again at what was mended.
        ConfirmWorks = "confirm_works",
        /// Claim an award for a project.
        ClaimAward = "claim_award",
        /// Approve or refuse a claim, write down what was paid.
        DecideAward = "decide_award",
        /// Confirm in the village that an award arrived.
        ConfirmAward = "confirm_award",
        /// Write a final account.
        KeepAccount = "keep_account",
        /// Check a final account.
        CheckAccount = "check_account",
        /// Keep the works diary.
        KeepWorks = "keep_works",
        /// Enter facilities, write conventions, open rosters, handle what is reported broken.
        KeepFacility = "keep_facility",
        /// Take a turn on a roster, offer it, step back.
        SignUp = "sign_up",
        /// Note that a facility is well or broken.
        ReportFault = "report_fault",
        /// Let a condition before a stage pass, with name and reason.
        Waive = "waive",
        /// Make a survey, type in its sheets of paper, count it; note what is to be put right and what was done.
        KeepSurvey = "keep_survey",
        /// Answer a survey of one's place.
        AnswerSurvey = "answer_survey",
        /// Look again at what was put right.
        Recheck = "recheck",
        /// Say who has something of a matter, write its case.
        WriteCase = "write_case",
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
        /// Enter organisations and what they do, judge where there should be one, keep practice bases.
        KeepOrganisation = "keep_organisation",
        /// Open programmes, take up tasks, show where they were done.
        KeepProgramme = "keep_programme",
        /// Announce something to a place, correct it, answer questions about it.
        Announce = "announce",
        /// Ask about an announcement.
        AskQuestion = "ask_question",
        /// Write down a question that came by telephone, on paper or by word of mouth.
        RecordQuestion = "record_question",
        /// Export the record of the county.
        ReadRecord = "read_record",
        /// Look after the installation: jobs, backups, room.
        Operate = "operate",
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

/// The longest name of a document, in characters.
pub const DOCUMENT_MAX: usize = 80;

/// Why a standing does not begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// There is no such post at a place of that kind.
    PostNotThere,
    /// Who gives it may not give this post: a county officer gives posts at county and township.
    NotGiven,
    /// The same person holds it there already.
    Held {
        /// Since when.
        from: Day,
    },
    /// It has ended.
    Ended {
        /// Its last day.
        until: Day,
    },
    /// It would end before it began.
    EndsBeforeItBegins {
        /// Its first day.
        from: Day,
    },
    /// Nobody ends an own standing: a county would be without an officer.
    Own,
}

impl From<TextFault> for StandingRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for StandingRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::PostNotThere | Self::EndsBeforeItBegins { .. } => Kind::Invalid,
            Self::NotGiven => Kind::Forbidden,
            Self::Held { .. } | Self::Ended { .. } | Self::Own => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::PostNotThere => "refusal-standing-post-not-there",
            Self::NotGiven => "refusal-standing-not-given",
            Self::Held { .. } => "refusal-standing-held",
            Self::Ended { .. } => "refusal-standing-ended",
            Self::EndsBeforeItBegins { .. } => "refusal-standing-ends-before-it-begins",
            Self::Own => "refusal-standing-own",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Held { from } | Self::EndsBeforeItBegins { from } => vec![("from", Value::Day(*from))],
            Self::Ended { until } => vec![("until", Value::Day(*until))],
            Self::PostNotThere | Self::NotGiven | Self::Own => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::PostNotThere | Self::NotGiven => Some("post"),
            Self::EndsBeforeItBegins { .. } | Self::Ended { .. } | Self::Own => Some("until"),
            Self::Held { .. } => Some("login"),
        }
    }
}

/// The posts that there are at a place of that level.
pub const fn posts_at(level: Level) -> &'static [Post] {
    match level {
        Level::County => &[Post::County, Post::Auditor],
        Level::Township => &[Post::Township, Post::Facilitator],
        Level::Village => &[Post::Committee, Post::Supervision, Post::Facilitator],
        Level::Hamlet => &[Post::Facilitator],
    }
}

/// Whether somebody who acts as `giver` may give or end `post`. A township officer does so for villages; posts of the township and
/// the county are the county's.
pub const fn gives(giver: Post, post: Post) -> bool {
    match giver {
        Post::County => true,
        Post::Township => matches!(post, Post::Facilitator | Post::Committee | Post::Supervision),
        _ => false,
    }
}

/// The post that speaks for a place of that level: what is announced there is announced in its name.
pub const fn speaks_for(level: Level) -> Option<Post> {
    match level {
        Level::County => Some(Post::County),
        Level::Township => Some(Post::Township),
        Level::Village => Some(Post::Committee),
        Level::Hamlet => None,
    }
}

/// Begins a standing. `others` are those of the same account at the same place, `level` is the place's, `giver` the post of who
/// gives it.
pub fn begin(standing: Standing, level: Level, giver: Post, others: &[Standing]) -> Result<Standing, StandingRefusal> {
    if !posts_at(level).contains(&standing.post) {
        return Err(StandingRefusal::PostNotThere);
    }
    if !gives(giver, standing.post) {
        return Err(StandingRefusal::NotGiven);
    }
    let document = match &standing.document {
        None => None,
        Some(typed) => text::line_or_none(typed, DOCUMENT_MAX).map_err(TextFault::at("document"))?,
    };
    if standing.until.is_some_and(|until| until < standing.from) {
        return Err(StandingRefusal::EndsBeforeItBegins { from: standing.from });
    }
    let same = |other: &&Standing| {
        other.account == standing.account
            && other.place == standing.place
            && other.post == standing.post
            && other.until.is_none_or(|until| standing.from <= until)
            && standing.until.is_none_or(|until| other.from <= until)
    };
    match others.iter().find(same) {
        Some(other) => Err(StandingRefusal::Held { from: other.from }),
        None => Ok(Standing { document, ..standing }),
    }
}

impl Standing {
    /// Ends it with the day `until`. `ender` is the account of who ends it and the post in which. What was done in it stays done.
    pub fn ended(&self, until: Day, ender: (AccountId, Post)) -> Result<Self, StandingRefusal> {
        if !gives(ender.1, self.post) {
            return Err(StandingRefusal::NotGiven);
        }
        if ender.0 == self.account {
            return Err(StandingRefusal::Own);
        }
        // One with a last day ahead may end sooner.
        if let Some(last) = self.until
            && last <= until
        {
            return Err(StandingRefusal::Ended { until: last });
        }
        if until < self.from {
            return Err(StandingRefusal::EndsBeforeItBegins { from: self.from });
        }
        Ok(Self { until: Some(until), ..self.clone() })
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
        Action::ReadPublic
        | Action::EnterSite
        | Action::OwnThings
        | Action::Contribute
        | Action::RaiseNeed
        | Action::Object
        | Action::SignUp
        | Action::ReportFault
        | Action::AnswerSurvey
        | Action::AskQuestion => &[],
        Action::HelpRaise => &[Post::Facilitator, Post::Committee],
        Action::ReadNeeds => &[Post::Facilitator, Post::Committee, Post::Supervision],
        Action::HandleNeeds
        | Action::PrepareTopic
        | Action::OpenStage
        | Action::PlanProject
        | Action::KeepFacility
        | Action::KeepSurvey
        | Action::WriteCase
        | Action::Convene
        | Action::AnswerObjection => &[Post::Committee],
        Action::Recheck => &[Post::Supervision, Post::Committee],
        // Who is held by a gate does not open it.
        Action::Waive => &[Post::Township, Post::County],
        // A levy needs a meeting and a list; a gift needs two people who saw it.
        Action::KeepBook => &[Post::Committee, Post::Supervision, Post::Facilitator],
        Action::ConfirmContribution => &[Post::Supervision, Post::Committee],
        Action::AcceptWorks => &[Post::Committee, Post::Township, Post::County],
        // Supervision watches for the village; offices watch for those above.
        Action::ConfirmWorks => &[Post::Supervision, Post::Township, Post::County],
        // Whoever pays does not see it on the account, and whoever spends does not check.
        Action::ClaimAward | Action::KeepAccount => &[Post::Committee],
        Action::DecideAward => &[Post::Township, Post::County],
        Action::ConfirmAward => &[Post::Supervision, Post::Committee],
        Action::CheckAccount => &[Post::Supervision],
        Action::HoldTalk | Action::KeepWorks => &[Post::Facilitator, Post::Committee],
        Action::KeepMeeting => &[Post::Committee, Post::Facilitator],
        Action::Post => &[Post::Committee],
        Action::RecordObjection => &[Post::Supervision, Post::Committee, Post::Facilitator],
        Action::ReadRoll => &[Post::Committee, Post::Supervision],
        Action::KeepRoll => &[Post::Committee],
        Action::GrantStanding => &[Post::County, Post::Township],
        Action::ReadWork => {
            &[Post::Facilitator, Post::Committee, Post::Supervision, Post::Township, Post::County, Post::Auditor]
        }
        Action::ActivateRules | Action::Operate => &[Post::County],
        Action::KeepOrganisation => &[Post::Committee, Post::Township, Post::County],
        Action::KeepProgramme => &[Post::County, Post::Township],
        Action::Announce => &[Post::Committee, Post::Township, Post::County],
        Action::RecordQuestion => {
            &[Post::Facilitator, Post::Committee, Post::Supervision, Post::Township, Post::County]
        }
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
        Action::ReadPublic | Action::RaiseNeed | Action::Object | Action::AskQuestion | Action::ReportFault
            if visibility == Visibility::Public =>
        {
            return Permit::Yes(None);
        }
        Action::OwnThings | Action::SignUp if asker.signed_in => return Permit::Yes(None),
        // Everybody who lives there is asked, and nobody else.
        Action::AnswerSurvey if asker.resident && path.first().is_some_and(|place| asker.home.contains(place)) => {
            return Permit::Yes(None);
        }
        Action::Contribute if asker.signed_in && visibility == Visibility::Public => return Permit::Yes(None),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn account(n: u128) -> AccountId {
        AccountId::from(Uuid::from_u128(n))
    }
    fn committee() -> Standing {
        Standing {
            id: StandingId::from(Uuid::from_u128(1)),
            account: account(1),
            place: PlaceId::from(Uuid::from_u128(2)),
            organisation: None,
            post: Post::Committee,
            from: day("2026-01-01"),
            until: None,
            document: Some(" 选举结果公告 ".into()),
        }
    }

    #[test]
    fn a_post_begins_where_there_is_such_a_post_and_is_given_from_above() {
        let begun = begin(committee(), Level::Village, Post::Township, &[]).unwrap();
        assert_eq!(begun.document.as_deref(), Some("选举结果公告"));
        for level in [Level::County, Level::Township, Level::Hamlet] {
            assert_eq!(begin(committee(), level, Post::County, &[]), Err(StandingRefusal::PostNotThere));
        }
        let officer = Standing { post: Post::Township, ..committee() };
        assert_eq!(begin(officer.clone(), Level::Township, Post::Township, &[]), Err(StandingRefusal::NotGiven));
        assert!(begin(officer, Level::Township, Post::County, &[]).is_ok());
        for giver in [Post::Committee, Post::Auditor, Post::Facilitator, Post::Supervision] {
            assert_eq!(begin(committee(), Level::Village, giver, &[]), Err(StandingRefusal::NotGiven));
        }
        let long = Standing { document: Some("长".repeat(DOCUMENT_MAX + 1)), ..committee() };
        assert!(matches!(begin(long, Level::Village, Post::County, &[]), Err(StandingRefusal::Text(_))));
    }

    #[test]
    fn nobody_holds_the_same_post_twice_at_a_time() {
        let first = committee();
        let again = Standing { from: day("2026-05-01"), ..committee() };
        let held = begin(again.clone(), Level::Village, Post::County, std::slice::from_ref(&first));
        assert_eq!(held, Err(StandingRefusal::Held { from: first.from }));
        let over = first.ended(day("2026-04-30"), (account(9), Post::County)).unwrap();
        assert!(begin(again, Level::Village, Post::County, &[over]).is_ok());
        let other = Standing { post: Post::Facilitator, ..committee() };
        assert!(begin(other, Level::Village, Post::County, &[first]).is_ok());
    }

    #[test]
    fn a_post_ends_with_its_day_and_nobody_ends_an_own_one() {
        let standing = committee();
        let by = (account(9), Post::Township);
        assert_eq!(
            standing.ended(day("2025-12-31"), by),
            Err(StandingRefusal::EndsBeforeItBegins { from: standing.from })
        );
        assert_eq!(standing.ended(day("2026-05-01"), (account(1), Post::Township)), Err(StandingRefusal::Own));
        assert_eq!(standing.ended(day("2026-05-01"), (account(9), Post::Committee)), Err(StandingRefusal::NotGiven));
        let ended = standing.ended(day("2026-05-01"), by).unwrap();
        assert!(ended.holds_on(day("2026-05-01")) && !ended.holds_on(day("2026-05-02")));
        assert_eq!(ended.ended(day("2026-06-01"), by), Err(StandingRefusal::Ended { until: day("2026-05-01") }));
        assert!(ended.ended(day("2026-04-01"), by).is_ok(), "a day ahead may come sooner");
    }
}
