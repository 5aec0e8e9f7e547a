//! An account: a sign-in in one county, by phone, by a card of the village, or by a staff name. Nobody needs one: every resident can
//! do everything on paper, by phone or with a helper.

use crate::id::{AccountId, MatterId, PlaceId, ResidentId};
use crate::people::resident::NAME_MAX;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest staff name, in characters.
pub const LOGIN_MAX: usize = 30;
/// The shortest staff name, in characters.
pub const LOGIN_MIN: usize = 2;
/// The most residents that one account serves: a large family with one phone.
pub const RESIDENTS_MAX: usize = 10;

tokens! {
    /// By what one signs in.
    pub enum AccountKind = "account-kind" {
        /// By a code sent to a phone; the phone may serve several residents of a family.
        Phone = "phone",
        /// By a one-time code on a card that the village hands out.
        Card = "card",
        /// By name and password, for whoever holds a post.
        Staff = "staff",
    }
    /// Whether one can act with it.
    pub enum AccountState = "account-state" {
        /// Registered by oneself; the village has not said yet who it is. Reads, raises needs, no more.
        Waiting = "waiting",
        /// In use.
        Active = "active",
        /// Closed; what was done with it stays done.
        Closed = "closed",
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// By what one signs in.
    pub kind: AccountKind,
    /// The staff name, in lower case; once in a county.
    pub login: Option<String>,
    /// The name that a registrant gave or that a staff member is called by. Kept until the account is closed.
    pub name: Option<String>,
    /// The phone; once in a county. Kept until the account is closed.
    pub phone: Option<String>,
    /// The password as an argon2 string with its salt and costs.
    pub password: Option<String>,
    /// The place to which a registrant belongs by own word, or from which staff comes.
    pub place: PlaceId,
    /// Whether one can act with it.
    pub state: AccountState,
    /// The day on which it came to be.
    pub created: Day,
    /// The day on which it was closed.
    pub closed: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// That an account serves a resident, from a day until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountResident {
    /// The account.
    pub account: AccountId,
    /// The resident.
    pub resident: ResidentId,
    /// The first day.
    pub from: Day,
    /// The last day; open when `None`.
    pub until: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// It is no mobile number.
    Phone,
    /// A staff name is too short or holds other characters than letters, digits, `.`, `-`, `_`.
    Login {
        /// The fewest characters.
        min: usize,
    },
    /// It is closed.
    Closed,
    /// The village has not said yet who it is.
    Waiting,
    /// It is not in the state for this.
    State {
        /// Where it is.
        at: AccountState,
    },
    /// It does not serve this resident.
    NotServed,
    /// It serves this resident already.
    Served,
    /// It serves as many as it can.
    TooMany {
        /// The most.
        max: usize,
    },
}

impl From<TextFault> for AccountRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for AccountRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Phone | Self::Login { .. } => Kind::Invalid,
            Self::Waiting | Self::NotServed => Kind::Forbidden,
            Self::Closed | Self::State { .. } | Self::Served | Self::TooMany { .. } => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Phone => "refusal-account-phone",
            Self::Login { .. } => "refusal-account-login",
            Self::Closed => "refusal-account-closed",
            Self::Waiting => "refusal-account-waiting",
            Self::State { .. } => "refusal-account-state",
            Self::NotServed => "refusal-account-not-served",
            Self::Served => "refusal-account-served",
            Self::TooMany { .. } => "refusal-account-too-many",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        let int = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match self {
            Self::Text(fault) => fault.values(),
            Self::Login { min } => vec![("min", int(*min)), ("max", int(LOGIN_MAX))],
            Self::State { at } => vec![("at", Value::Word(at.key()))],
            Self::TooMany { max } => vec![("max", int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Phone => Some("phone"),
            Self::Login { .. } => Some("login"),
            Self::NotServed => Some("resident"),
            _ => None,
        }
    }
}

fn fresh(id: AccountId, kind: AccountKind, place: PlaceId, today: Day) -> Account {
    Account {
        id,
        kind,
        login: None,
        name: None,
        phone: None,
        password: None,
        place,
        state: AccountState::Active,
        created: today,
        closed: None,
        version: 1,
    }
}

/// Somebody registers alone, with a phone that was proved by a code, a name and a place; it waits for the village's word.
pub fn register(
    id: AccountId,
    phone: &str,
    name: &str,
    place: PlaceId,
    today: Day,
) -> Result<Account, Vec<AccountRefusal>> {
    let mut faults = Faults::<AccountRefusal>::default();
    let phone = faults.take(text::phone(phone).ok_or(AccountRefusal::Phone));
    let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
    let account = (|| {
        Some(Account {
            phone: Some(phone?),
            name: Some(name?),
            state: AccountState::Waiting,
            ..fresh(id, AccountKind::Phone, place, today)
        })
    })();
    faults.finish(account)
}

/// The village notes a resident's phone: nothing waits, since the village knows who it is.
pub fn with_phone(id: AccountId, phone: &str, place: PlaceId, today: Day) -> Result<Account, AccountRefusal> {
    let phone = text::phone(phone).ok_or(AccountRefusal::Phone)?;
    Ok(Account { phone: Some(phone), ..fresh(id, AccountKind::Phone, place, today) })
}

/// The account that the first use of a card opens.
pub fn by_card(id: AccountId, place: PlaceId, today: Day) -> Account {
    fresh(id, AccountKind::Card, place, today)
}

/// An account for somebody who will hold a post. It has no password until the person sets one by a one-time link; what it may do
/// comes from standings alone.
pub fn staff(
    id: AccountId,
    login: &str,
    name: &str,
    place: PlaceId,
    today: Day,
) -> Result<Account, Vec<AccountRefusal>> {
    let mut faults = Faults::<AccountRefusal>::default();
    let login = faults.take(read_login(login));
    let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
    let account =
        (|| Some(Account { login: Some(login?), name: Some(name?), ..fresh(id, AccountKind::Staff, place, today) }))();
    faults.finish(account)
}

/// A staff name as it is stored and looked up: letters of any script in lower case, digits, `.`, `-`, `_`.
pub fn read_login(typed: &str) -> Result<String, AccountRefusal> {
    let login = text::line(&text::plain_digits(typed).to_lowercase(), LOGIN_MAX).map_err(TextFault::at("login"))?;
    let fits = login.chars().count() >= LOGIN_MIN
        && login.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if fits { Ok(login) } else { Err(AccountRefusal::Login { min: LOGIN_MIN }) }
}

impl Account {
    /// The village says who a waiting registrant is.
    pub fn confirmed(&self) -> Result<Self, AccountRefusal> {
        match self.state {
            // The roll has the name from now on; the registrant's own word is not needed any more.
            AccountState::Waiting => Ok(Self { state: AccountState::Active, name: None, ..self.clone() }),
            at => Err(AccountRefusal::State { at }),
        }
    }

    /// Closes it: by the person, or by the village when a registrant is unknown there. Phone, name and password go.
    pub fn closed(&self, today: Day) -> Result<Self, AccountRefusal> {
        match self.state {
            AccountState::Closed => Err(AccountRefusal::Closed),
            AccountState::Waiting | AccountState::Active => Ok(Self {
                state: AccountState::Closed,
                closed: Some(today),
                name: None,
                phone: None,
                login: None,
                password: None,
                ..self.clone()
            }),
        }
    }

    /// Sets the password, as its argon2 string ([`crate::people::sign_in::password`] checks it before it is hashed).
    pub fn with_password(&self, hash: String) -> Result<Self, AccountRefusal> {
        match (self.kind, self.state) {
            (AccountKind::Staff, AccountState::Active) => Ok(Self { password: Some(hash), ..self.clone() }),
            (_, at) => Err(AccountRefusal::State { at }),
        }
    }

    /// Puts the phone right.
    pub fn with_new_phone(&self, phone: &str) -> Result<Self, AccountRefusal> {
        if self.state == AccountState::Closed {
            return Err(AccountRefusal::Closed);
        }
        Ok(Self { phone: Some(text::phone(phone).ok_or(AccountRefusal::Phone)?), ..self.clone() })
    }

    /// Lets it serve a resident. `links` are its links so far.
    pub fn serve(
        &self,
        resident: ResidentId,
        links: &[AccountResident],
        from: Day,
    ) -> Result<AccountResident, AccountRefusal> {
        if self.state == AccountState::Closed {
            return Err(AccountRefusal::Closed);
        }
        let now: Vec<&AccountResident> = links.iter().filter(|l| l.account == self.id && l.holds_on(from)).collect();
        if now.iter().any(|link| link.resident == resident) {
            return Err(AccountRefusal::Served);
        }
        // A card is one person's.
        let max = if self.kind == AccountKind::Card { 1 } else { RESIDENTS_MAX };
        if now.len() >= max {
            return Err(AccountRefusal::TooMany { max });
        }
        Ok(AccountResident { account: self.id, resident, from, until: None, version: 1 })
    }

    /// Who one is: after signing in one chooses among the residents that the account serves.
    pub fn choose(
        &self,
        resident: ResidentId,
        links: &[AccountResident],
        today: Day,
    ) -> Result<ResidentId, AccountRefusal> {
        match self.state {
            AccountState::Closed => return Err(AccountRefusal::Closed),
            AccountState::Waiting => return Err(AccountRefusal::Waiting),
            AccountState::Active => {}
        }
        let serves = |l: &AccountResident| l.account == self.id && l.resident == resident && l.holds_on(today);
        if links.iter().any(serves) { Ok(resident) } else { Err(AccountRefusal::NotServed) }
    }
}

impl AccountResident {
    /// Whether it counts on that day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Ends it with the day before `today`: it counts no more at once.
    pub fn ended(&self, today: Day) -> Self {
        Self { until: Some(today.plus(-1)), ..self.clone() }
    }
}

impl Recorded for Account {
    const NOUN: Noun = Noun::Account;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("kind", self.kind);
        sheet.text_or_none("login", self.login.as_deref());
        sheet.text_or_none("name", self.name.as_deref());
        sheet.text_or_none("phone", self.phone.as_deref());
        // That there is a password may be known; the password's hash stands nowhere but in its column.
        sheet.yes("password_set", self.password.is_some());
        sheet.id("place", self.place);
        sheet.word("state", self.state.as_str());
        sheet.day("created", self.created);
        sheet.day_or_none("closed", self.closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::states;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn id() -> AccountId {
        AccountId::from(Uuid::from_u128(1))
    }
    fn place() -> PlaceId {
        PlaceId::from(Uuid::from_u128(2))
    }
    fn resident(n: u128) -> ResidentId {
        ResidentId::from(Uuid::from_u128(n))
    }

    #[test]
    fn who_registers_alone_waits_for_the_villages_word() {
        let account = register(id(), "139 0000 1234", "葛小满", place(), day("2026-04-01")).unwrap();
        assert_eq!(account.state, AccountState::Waiting);
        let link = account.serve(resident(5), &[], day("2026-04-01")).unwrap();
        let links = [link];
        assert_eq!(account.choose(resident(5), &links, day("2026-04-01")), Err(AccountRefusal::Waiting));
        let known = account.confirmed().unwrap();
        assert_eq!(known.name, None);
        assert_eq!(known.choose(resident(5), &links, day("2026-04-01")), Ok(resident(5)));
        assert!(known.confirmed().is_err());
        let faults = register(id(), "12345", "", place(), day("2026-04-01")).unwrap_err();
        assert_eq!(faults.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["phone", "name"]);
    }

    #[test]
    fn a_phone_serves_a_family_and_nobody_else() {
        let account = with_phone(id(), "13900001234", place(), day("2026-04-01")).unwrap();
        let mut links = Vec::new();
        for n in 0..u128::try_from(RESIDENTS_MAX).unwrap() {
            links.push(account.serve(resident(n), &links, day("2026-04-01")).unwrap());
        }
        assert_eq!(account.serve(resident(3), &links, day("2026-04-01")), Err(AccountRefusal::Served));
        assert!(matches!(account.serve(resident(99), &links, day("2026-04-01")), Err(AccountRefusal::TooMany { .. })));
        assert_eq!(account.choose(resident(99), &links, day("2026-04-01")), Err(AccountRefusal::NotServed));
        links[3] = links[3].ended(day("2026-04-02"));
        assert_eq!(account.choose(resident(3), &links, day("2026-04-02")), Err(AccountRefusal::NotServed));
        let other = Account { id: AccountId::from(Uuid::from_u128(8)), ..account };
        assert_eq!(other.choose(resident(0), &links, day("2026-04-01")), Err(AccountRefusal::NotServed));
    }

    #[test]
    fn a_card_serves_one_person() {
        let account = by_card(id(), place(), day("2026-04-01"));
        let links = [account.serve(resident(1), &[], day("2026-04-01")).unwrap()];
        assert_eq!(account.serve(resident(2), &links, day("2026-04-01")), Err(AccountRefusal::TooMany { max: 1 }));
    }

    #[test]
    fn closing_an_account_leaves_no_name_phone_or_password_in_it() {
        let account = staff(id(), "Wang.Fang", "王芳", place(), day("2026-04-01")).unwrap();
        assert_eq!(account.login.as_deref(), Some("wang.fang"));
        let account = account.with_password("hash".into()).unwrap();
        let closed = account.closed(day("2026-05-01")).unwrap();
        assert_eq!((&closed.login, &closed.name, &closed.phone, &closed.password), (&None, &None, &None, &None));
        assert_eq!(closed.closed(day("2026-05-02")), Err(AccountRefusal::Closed));
        assert!(
            closed.with_password("hash".into()).is_err() && closed.serve(resident(1), &[], day("2026-05-01")).is_err()
        );
    }

    #[test]
    fn a_staff_name_is_found_however_it_is_typed() {
        assert_eq!(read_login(" ＷＡＮＧ_fang "), Ok("wang_fang".to_owned()));
        assert_eq!(read_login("王芳"), Ok("王芳".to_owned()));
        for wrong in ["a", "wang fang", "a@b", "a/b"] {
            assert!(matches!(read_login(wrong), Err(AccountRefusal::Login { .. })), "{wrong}");
        }
        assert!(matches!(read_login(""), Err(AccountRefusal::Text(_))));
    }

    #[test]
    fn only_staff_has_a_password() {
        assert!(by_card(id(), place(), day("2026-04-01")).with_password("hash".into()).is_err());
    }

    #[test]
    fn the_diagram_draws_what_an_account_can_do() {
        let today = day("2026-04-01");
        let at = |state| Account { state, ..by_card(id(), place(), today) };
        let steps = states::steps(
            AccountState::ALL,
            &[&|s| at(s).confirmed().map(|one| one.state), &|s| at(s).closed(today).map(|one| one.state)],
        );
        let begins = [
            register(id(), "13900001234", "葛小满", place(), today).unwrap().state,
            with_phone(id(), "13900001234", place(), today).unwrap().state,
            by_card(id(), place(), today).state,
            staff(id(), "ge", "葛", place(), today).unwrap().state,
        ];
        states::same(include_str!("../../../../docs/states/account.md"), 0, AccountState::ALL, &begins, steps);
    }
}
