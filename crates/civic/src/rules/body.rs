//! Who decides: the bodies that the law knows, how each is counted, and what kind of thing it decides.

use crate::tokens;

tokens! {
    /// A body that decides by law.
    pub enum Body = "body" {
        /// Villagers' assembly (村民会议).
        VillagersAssembly = "villagers_assembly",
        /// Villagers' representatives' meeting (村民代表会议).
        VillagersReps = "villagers_rep_meeting",
        /// Villagers' group meeting (村民小组会议).
        GroupMeeting = "group_meeting",
        /// Residents' assembly of an urban community (居民会议).
        ResidentsAssembly = "residents_assembly",
        /// Residents' representatives' meeting (居民代表会议).
        ResidentsReps = "residents_rep_meeting",
        /// Members' assembly of a rural collective (成员大会).
        CollectiveAssembly = "collective_assembly",
        /// Owners' assembly (业主大会).
        OwnersAssembly = "owners_assembly",
    }
    /// What one unit of the roll is, and so what one hand stands for.
    pub enum Mode = "mode" {
        /// One person, one vote.
        Person = "person",
        /// One household, one vote.
        Household = "household",
        /// One owner, one vote, and besides the area owned.
        Area = "area",
    }
    /// What kind of thing a motion is about, where the law asks for more than usual.
    pub enum Item = "item" {
        /// Everything else.
        General = "general",
        /// Items 6 to 8 of Civil Code art. 278: raising the repair fund, rebuilding, changing the use of common parts.
        OwnersSpecial = "owners_special",
        /// Benefits of the collective for somebody who is not a member (Collective Organisations Law art. 15).
        NonMemberRights = "non_member_rights",
        /// The charter of self-government and the village rules, which nobody but the assembly makes or changes
        /// (Villagers' Committees Law art. 31).
        VillageRules = "village_rules",
    }
    /// Who calls a meeting together.
    pub enum Convener = "convener" {
        /// The villagers' committee.
        VillagersCommittee = "villagers_committee",
        /// The residents' committee.
        ResidentsCommittee = "residents_committee",
        /// The head of the villagers' group.
        GroupHead = "group_head",
        /// The board of the collective.
        CollectiveBoard = "collective_board",
        /// The owners' committee.
        OwnersCommittee = "owners_committee",
    }
    /// Who may ask that a meeting be called, so that it must be.
    pub enum Petitioner = "petitioner" {
        /// The villagers, residents or owners themselves.
        Members = "members",
        /// The representatives of the households.
        HouseholdReps = "household_reps",
        /// The elected representatives.
        Reps = "reps",
    }
    /// A body whose step a county may ask for before the decision.
    pub enum StepBody = "step-body" {
        /// The branch proposes.
        Branch = "branch",
        /// The two committees confer.
        TwoCommittees = "two_committees",
        /// The branch's members review at a meeting.
        MembersMeeting = "members_meeting",
        /// The villagers' assembly authorises its representatives to decide (Villagers' Committees Law art. 28).
        Authorisation = "authorisation",
    }
}

impl Body {
    /// The ways in which this body may be counted.
    pub const fn modes(self) -> &'static [Mode] {
        match self {
            // Either all adults or one representative a household (Villagers' Committees Law art. 26, 32; Residents'
            // Committees Law art. 27).
            Self::VillagersAssembly | Self::GroupMeeting | Self::ResidentsAssembly => &[Mode::Person, Mode::Household],
            Self::VillagersReps | Self::ResidentsReps | Self::CollectiveAssembly => &[Mode::Person],
            Self::OwnersAssembly => &[Mode::Area],
        }
    }

    /// Whether its members are representatives instead of everybody whom it concerns.
    pub const fn of_representatives(self) -> bool {
        matches!(self, Self::VillagersReps | Self::ResidentsReps)
    }

    /// The kinds of thing that this body decides.
    pub const fn items(self) -> &'static [Item] {
        match self {
            Self::VillagersAssembly => &[Item::General, Item::VillageRules],
            Self::CollectiveAssembly => &[Item::General, Item::NonMemberRights],
            Self::OwnersAssembly => &[Item::General, Item::OwnersSpecial],
            _ => &[Item::General],
        }
    }

    /// Who calls this body where no rule in force names anybody: the committee or board whose body it is.
    pub const fn usual_conveners(self) -> &'static [Convener] {
        match self {
            Self::VillagersAssembly | Self::VillagersReps => &[Convener::VillagersCommittee],
            Self::GroupMeeting => &[Convener::GroupHead, Convener::VillagersCommittee],
            Self::ResidentsAssembly | Self::ResidentsReps => &[Convener::ResidentsCommittee],
            Self::CollectiveAssembly => &[Convener::CollectiveBoard],
            Self::OwnersAssembly => &[Convener::OwnersCommittee],
        }
    }
}
