//! Consent: what a person allowed, when, how it was given, and that it ended. Asked once, never a condition of service
//! (Personal Information Protection Law art. 14-16).

use crate::id::{AccountId, ConsentId, MatterId, NeedId, ResidentId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse};
use crate::time::Timestamp;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// What is allowed.
    pub enum ConsentKind = "consent-kind" {
        /// A helper acts for the person; the effect is the person's.
        HelperActs = "helper_acts",
        /// The surname may stand beside the public text of a need.
        ShowSurname = "show_surname",
        /// The phone number is kept until the answer has arrived.
        KeepPhone = "keep_phone",
    }
    /// How it was given.
    pub enum ConsentWay = "consent-way" {
        /// Said to the helper, who notes it.
        Spoken = "spoken",
        /// Signed or marked on paper.
        Signed = "signed",
        /// Ticked by the person.
        Site = "site",
    }
}

/// A consent. Of a resident on the roll, or, for somebody who is not on it or stays unnamed, for one need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// What is allowed.
    pub kind: ConsentKind,
    /// Who allows it, if on the roll.
    pub resident: Option<ResidentId>,
    /// The one need that it is for; `None` when it is for everything that the helper does for the resident.
    pub need: Option<NeedId>,
    /// The helper's account, for [`ConsentKind::HelperActs`].
    pub helper: Option<AccountId>,
    /// How it was given.
    pub way: ConsentWay,
    /// When it was given.
    pub given: Timestamp,
    /// When it was withdrawn. From that instant it allows nothing; what was done before stays done.
    pub withdrawn: Option<Timestamp>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done about a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentRefusal {
    /// It was withdrawn already.
    Withdrawn,
    /// There is no consent for this helper and this person now.
    NoConsent,
    /// It says neither who gave it nor for which need.
    NobodysConsent,
    /// A helper's consent without a helper.
    HelperMissing,
    /// The surname or the phone is kept for one need; which one is missing.
    NeedMissing,
}

impl Refuse for ConsentRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Withdrawn => Kind::Conflict,
            Self::NoConsent => Kind::Forbidden,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Withdrawn => "refusal-consent-withdrawn",
            Self::NoConsent => "refusal-consent-none",
            Self::NobodysConsent => "refusal-consent-nobodys",
            Self::HelperMissing => "refusal-consent-helper-missing",
            Self::NeedMissing => "refusal-consent-need-missing",
        }
    }
}

/// What a consent is given for.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// What is allowed.
    pub kind: ConsentKind,
    /// Who allows it, if on the roll.
    pub resident: Option<ResidentId>,
    /// The one need that it is for.
    pub need: Option<NeedId>,
    /// The helper's account.
    pub helper: Option<AccountId>,
    /// How it was given.
    pub way: ConsentWay,
}

/// Notes a consent.
pub fn give(id: ConsentId, given: Given, now: Timestamp) -> Result<Consent, ConsentRefusal> {
    let Given { kind, resident, need, helper, way } = given;
    if resident.is_none() && need.is_none() {
        return Err(ConsentRefusal::NobodysConsent);
    }
    let helper = match kind {
        ConsentKind::HelperActs => Some(helper.ok_or(ConsentRefusal::HelperMissing)?),
        ConsentKind::ShowSurname | ConsentKind::KeepPhone => {
            need.ok_or(ConsentRefusal::NeedMissing)?;
            None
        }
    };
    Ok(Consent { id, kind, resident, need, helper, way, given: now, withdrawn: None, version: 1 })
}

impl Consent {
    /// Whether it allows something at that instant.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.given <= at && self.withdrawn.is_none_or(|withdrawn| at < withdrawn)
    }

    /// Whether `helper` may act for `resident`, or by it raise the one need that it is for.
    pub fn lets(&self, helper: AccountId, resident: Option<ResidentId>, need: Option<NeedId>, at: Timestamp) -> bool {
        self.kind == ConsentKind::HelperActs
            && self.helper == Some(helper)
            && self.holds_at(at)
            && self.resident == resident
            && (self.need.is_none() || self.need == need)
    }

    /// Withdraws it. The helper's power ends at this instant; the person needs nobody's leave and no reason.
    pub fn withdraw(&self, now: Timestamp) -> Result<Self, ConsentRefusal> {
        match self.withdrawn {
            Some(_) => Err(ConsentRefusal::Withdrawn),
            None => Ok(Self { withdrawn: Some(now.max(self.given)), ..self.clone() }),
        }
    }
}

/// May `helper` act for `resident` now? A standing consent of that resident is needed.
///
/// This is asked of helpers only. The resident's own sign-in, by phone or card, is never asked for a consent, so that no helper
/// can stand in the way of the person.
pub fn may_act_for(
    helper: AccountId,
    resident: ResidentId,
    consents: &[Consent],
    now: Timestamp,
) -> Result<&Consent, ConsentRefusal> {
    consents.iter().find(|c| c.lets(helper, Some(resident), None, now)).ok_or(ConsentRefusal::NoConsent)
}

impl Recorded for Consent {
    const NOUN: Noun = Noun::Consent;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("kind", self.kind);
        sheet.token("way", self.way);
        // Who helps whom is nobody's business but theirs: the ids stand there like texts, salted.
        sheet.text_or_none("resident", self.resident.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("helper", self.helper.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("need", self.need.map(|id| id.to_string()).as_deref());
        sheet.at("given", self.given);
        sheet.at_or_none("withdrawn", self.withdrawn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELPER: u128 = 1;
    const RESIDENT: u128 = 2;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }
    fn helper() -> AccountId {
        AccountId::from(Uuid::from_u128(HELPER))
    }
    fn resident() -> ResidentId {
        ResidentId::from(Uuid::from_u128(RESIDENT))
    }
    fn given() -> Given {
        Given {
            kind: ConsentKind::HelperActs,
            resident: Some(resident()),
            need: None,
            helper: Some(helper()),
            way: ConsentWay::Spoken,
        }
    }
    fn consent() -> Consent {
        give(ConsentId::from(Uuid::from_u128(9)), given(), at(100)).unwrap()
    }

    #[test]
    fn withdrawing_ends_the_helpers_power_at_once() {
        let consent = consent();
        assert!(may_act_for(helper(), resident(), std::slice::from_ref(&consent), at(100)).is_ok());
        let withdrawn = consent.withdraw(at(200)).unwrap();
        assert!(withdrawn.lets(helper(), Some(resident()), None, at(199)));
        assert_eq!(
            may_act_for(helper(), resident(), std::slice::from_ref(&withdrawn), at(200)),
            Err(ConsentRefusal::NoConsent)
        );
        assert_eq!(withdrawn.withdraw(at(300)), Err(ConsentRefusal::Withdrawn));
    }

    #[test]
    fn a_consent_is_for_one_helper_and_one_resident() {
        let consents = [consent()];
        let other_helper = AccountId::from(Uuid::from_u128(5));
        let other_resident = ResidentId::from(Uuid::from_u128(6));
        assert_eq!(may_act_for(other_helper, resident(), &consents, at(100)), Err(ConsentRefusal::NoConsent));
        assert_eq!(may_act_for(helper(), other_resident, &consents, at(100)), Err(ConsentRefusal::NoConsent));
        assert_eq!(may_act_for(helper(), resident(), &consents, at(99)), Err(ConsentRefusal::NoConsent));
    }

    #[test]
    fn a_consent_for_one_need_lets_nobody_act_in_anything_else() {
        let need = NeedId::from(Uuid::from_u128(7));
        let one = give(consent().id, Given { need: Some(need), ..given() }, at(100)).unwrap();
        assert!(one.lets(helper(), Some(resident()), Some(need), at(100)));
        assert_eq!(may_act_for(helper(), resident(), &[one], at(100)), Err(ConsentRefusal::NoConsent));
    }

    #[test]
    fn a_consent_says_who_gave_it_and_for_what() {
        let id = consent().id;
        let nobody = Given { resident: None, ..given() };
        assert_eq!(give(id, nobody, at(1)), Err(ConsentRefusal::NobodysConsent));
        assert_eq!(give(id, Given { helper: None, ..given() }, at(1)), Err(ConsentRefusal::HelperMissing));
        let phone = Given { kind: ConsentKind::KeepPhone, ..given() };
        assert_eq!(give(id, phone, at(1)), Err(ConsentRefusal::NeedMissing));
    }
}
