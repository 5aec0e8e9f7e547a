//! The county as the generator knows it: its places, who lives where, who holds which post, which rules are in force.

use super::corpus::story::Ground;
use super::sheet::Scan;
use super::when::When;
use civic::id::{AccountId, CountyId, PlaceId};
use civic::people::consent::Consent;
use civic::people::household::Household;
use civic::people::organisation::Organisation;
use civic::people::place::{Abbreviation, Place};
use civic::people::roll_import::Listed;
use civic::people::standing::Post;
use civic::record::Actor;
use civic::rules::{InForce, Rules};
use civic::time::Day;

/// The county.
pub(super) struct World {
    /// The moment at which it is made.
    pub(super) when: When,
    /// Its id.
    pub(super) county: CountyId,
    /// Its own place, the root of all others.
    pub(super) root: Place,
    /// Every pack, and what the county activated.
    pub(super) rules: Rules,
    /// The county officer.
    pub(super) officer: Holder,
    /// Its towns and townships.
    pub(super) townships: Vec<Township>,
    /// Its organisations.
    pub(super) organisations: Vec<Organisation>,
    /// Voice notes.
    pub(super) voices: Vec<Scan>,
}

/// A town or township.
pub(super) struct Township {
    /// Its place.
    pub(super) place: Place,
    /// Of its office.
    pub(super) officer: Holder,
    /// Its villages and communities.
    pub(super) villages: Vec<Village>,
}

/// A village or community.
pub(super) struct Village {
    /// Its place.
    pub(super) place: Place,
    /// Itself and the places above, innermost first.
    pub(super) path: Vec<PlaceId>,
    /// The letters of its public numbers.
    pub(super) abbreviation: Abbreviation,
    /// What the land is like.
    pub(super) ground: Ground,
    /// Whether everybody of it is on the roll, so that it can hold meetings of its whole.
    pub(super) full: bool,
    /// Its hamlets.
    pub(super) hamlets: Vec<Hamlet>,
    /// Of its committee.
    pub(super) committee: Holder,
    /// Its facilitator.
    pub(super) facilitator: Holder,
    /// Of its supervision committee.
    pub(super) supervision: Holder,
    /// The elected representatives.
    pub(super) representatives: Vec<Listed>,
    /// Members of the rural collective, where the demo has one.
    pub(super) collective: Vec<Listed>,
    /// Owners of homes, where the demo has an owners' assembly.
    pub(super) owners: Vec<Listed>,
    /// The old resident whom a visitor of the demo can play.
    pub(super) elder: Option<Listed>,
    /// By which the facilitator does everything for that one.
    pub(super) standing: Option<Consent>,
    /// Residents who sign in with a phone.
    pub(super) phones: Vec<(AccountId, Listed)>,
}

/// A hamlet.
pub(super) struct Hamlet {
    /// Its place.
    pub(super) place: Place,
    /// Its households.
    pub(super) homes: Vec<Home>,
}

/// A household and who belongs to it.
pub(super) struct Home {
    /// The household.
    pub(super) household: Household,
    /// The people on the roll.
    pub(super) people: Vec<Listed>,
}

/// Somebody who holds a post.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    /// The account.
    pub(super) account: AccountId,
    /// The name.
    pub(super) name: String,
    /// The post.
    pub(super) post: Post,
}

impl Holder {
    /// As the record takes who acts.
    pub(super) fn actor(&self) -> Actor {
        Actor { account: Some(self.account), post: Some(self.post) }
    }
}

impl World {
    /// The rules in force at a place on a day.
    pub(super) fn rules(&self, path: &[PlaceId], day: Day) -> InForce<'_> {
        self.rules.on(path, day)
    }
}

impl Village {
    /// The path of one of its hamlets, innermost first.
    pub(super) fn path_of(&self, place: PlaceId) -> Vec<PlaceId> {
        let mut path = self.path.clone();
        if place != self.place.id {
            path.insert(0, place);
        }
        path
    }

    /// What its committee is called.
    pub(super) fn committee_word(&self) -> &'static str {
        if self.ground == Ground::Town { "居委会" } else { "村委会" }
    }
}

impl Home {
    /// Who of it is of age on that day.
    pub(super) fn adults(&self, day: Day) -> impl Iterator<Item = &Listed> {
        self.people.iter().filter(move |listed| listed.resident.adult_on(day))
    }
}
