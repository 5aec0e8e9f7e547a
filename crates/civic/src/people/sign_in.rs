//! Signing in: codes sent to a phone, one-time links, passwords, sessions and how long they last. The numbers here are the
//! program's own and no law's.

use crate::id::{AccountId, Chance, ResidentId};
use crate::refusal::{Kind, Refuse, Value};
use crate::text::{self, TextError};
use crate::time::Timestamp;
use crate::tokens;
use sha2::{Digest, Sha256};

/// How long a code sent to a phone is good.
pub const CODE_SECONDS: i64 = 10 * 60;
/// How often a code may be typed wrong.
pub const CODE_TRIES: u8 = 5;
/// How soon another code may be sent to the same phone.
pub const CODE_AGAIN_SECONDS: i64 = 60;
/// How long a one-time link for setting a password is good.
pub const LINK_SECONDS: i64 = 7 * DAY;
/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password, in characters; hashing must stay bounded.
pub const PASSWORD_MAX: usize = 128;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The county's secret with which codes are hashed. A six-digit code is guessed from a bare hash at once; with the secret kept
/// outside the database, a copied database gives no code away.
#[derive(Clone)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// HMAC-SHA-256 (RFC 2104) of parts that are each led by their length, so that no two lists of parts give the same bytes.
pub fn keyed(secret: &Secret, tag: &str, parts: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (byte, key) in block.iter_mut().zip(secret.0) {
            *byte ^= key;
        }
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    for part in std::iter::once(tag.as_bytes()).chain(parts.iter().copied()) {
        inner.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        inner.update(part);
    }
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

/// Why somebody is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// No code was sent, it was used, or it is too old.
    CodeGone,
    /// It is another code.
    CodeWrong {
        /// How often one may still try.
        left: u8,
    },
    /// It was typed wrong too often; another one has to be sent.
    TooManyTries,
    /// A code was sent a moment ago.
    TooSoon {
        /// In how many seconds another one may be sent.
        seconds: i64,
    },
    /// It is no six-digit code.
    CodeFormat,
    /// The link was used or is too old.
    LinkGone,
    /// Name and password do not fit. Which of them is wrong is not said.
    NameOrPassword,
    /// The session is over.
    SessionOver,
    /// The password is too short.
    PasswordShort {
        /// The fewest characters.
        min: usize,
    },
    /// The password is too long.
    PasswordLong {
        /// The most characters.
        max: usize,
    },
    /// The password holds the name or the phone.
    PasswordIsName,
    /// The password is one character over and over, or a row of digits or letters.
    PasswordSimple,
    /// The password holds a character that cannot be typed again.
    PasswordCharacters,
}

impl Refuse for SignInRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::TooSoon { .. } | Self::LinkGone | Self::SessionOver => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::CodeGone => "refusal-sign-in-code-gone",
            Self::CodeWrong { .. } => "refusal-sign-in-code-wrong",
            Self::TooManyTries => "refusal-sign-in-too-many-tries",
            Self::TooSoon { .. } => "refusal-sign-in-too-soon",
            Self::CodeFormat => "refusal-sign-in-code-format",
            Self::LinkGone => "refusal-sign-in-link-gone",
            Self::NameOrPassword => "refusal-sign-in-name-or-password",
            Self::SessionOver => "refusal-sign-in-session-over",
            Self::PasswordShort { .. } => "refusal-password-short",
            Self::PasswordLong { .. } => "refusal-password-long",
            Self::PasswordIsName => "refusal-password-is-name",
            Self::PasswordSimple => "refusal-password-simple",
            Self::PasswordCharacters => "refusal-password-characters",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        let int = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match self {
            Self::CodeWrong { left } => vec![("left", Value::Int(i64::from(*left)))],
            Self::TooSoon { seconds } => vec![("seconds", Value::Int(*seconds))],
            Self::PasswordShort { min } => vec![("min", int(*min))],
            Self::PasswordLong { max } => vec![("max", int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::CodeGone | Self::CodeWrong { .. } | Self::TooManyTries | Self::CodeFormat => Some("code"),
            Self::TooSoon { .. } => Some("phone"),
            Self::PasswordShort { .. }
            | Self::PasswordLong { .. }
            | Self::PasswordIsName
            | Self::PasswordSimple
            | Self::PasswordCharacters => Some("password"),
            Self::LinkGone | Self::NameOrPassword | Self::SessionOver => None,
        }
    }
}

/// A code that was sent to a phone. One stands for a phone at a time. Deleted a day after it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCode {
    /// The phone.
    pub phone: String,
    /// The keyed hash of phone and code.
    pub hash: [u8; 32],
    /// When it was sent.
    pub sent: Timestamp,
    /// How often it was typed wrong.
    pub wrong: u8,
    /// Whether it was used.
    pub used: bool,
}

/// Draws a code for a phone: its six digits for the message, and what is kept. `before` is the code that stands for this phone now.
pub fn send_code(
    phone: &str,
    before: Option<&PhoneCode>,
    secret: &Secret,
    now: Timestamp,
    chance: &mut (impl Chance + ?Sized),
) -> Result<(String, PhoneCode), SignInRefusal> {
    if let Some(before) = before {
        let wait = before.sent.plus_seconds(CODE_AGAIN_SECONDS).millis().saturating_sub(now.millis());
        if wait > 0 {
            return Err(SignInRefusal::TooSoon { seconds: wait.saturating_add(999) / 1000 });
        }
    }
    let code = format!("{:06}", chance.below(1_000_000));
    let hash = phone_hash(secret, phone, &code);
    Ok((code, PhoneCode { phone: phone.to_owned(), hash, sent: now, wrong: 0, used: false }))
}

fn phone_hash(secret: &Secret, phone: &str, code: &str) -> [u8; 32] {
    keyed(secret, "wugong.phone-code.1", &[phone.as_bytes(), code.as_bytes()])
}

impl PhoneCode {
    /// Checks a typed code. What comes back first must be stored in either case: a try is counted, a good code is used up.
    pub fn check(&self, typed: &str, secret: &Secret, now: Timestamp) -> (Self, Result<(), SignInRefusal>) {
        let digits: String = text::plain_digits(typed).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            // Nobody guesses with letters; this costs no try.
            return (self.clone(), Err(SignInRefusal::CodeFormat));
        }
        if self.used || now < self.sent || now >= self.sent.plus_seconds(CODE_SECONDS) {
            return (self.clone(), Err(SignInRefusal::CodeGone));
        }
        if self.wrong >= CODE_TRIES {
            return (self.clone(), Err(SignInRefusal::TooManyTries));
        }
        // Both sides are keyed hashes, so how long the comparison takes says nothing about the code.
        if phone_hash(secret, &self.phone, &digits) == self.hash {
            return (Self { used: true, ..self.clone() }, Ok(()));
        }
        let wrong = self.wrong.saturating_add(1);
        let refusal = match CODE_TRIES.saturating_sub(wrong) {
            0 => SignInRefusal::TooManyTries,
            left => SignInRefusal::CodeWrong { left },
        };
        (Self { wrong, ..self.clone() }, Err(refusal))
    }
}

/// A one-time link by which somebody sets a password: the first officer of a county, a new member of staff, somebody who forgot it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLink {
    /// The hash of its token.
    pub hash: [u8; 32],
    /// For whom.
    pub account: AccountId,
    /// Until when it is good.
    pub until: Timestamp,
    /// Whether it was used.
    pub used: bool,
}

/// Makes a one-time link: its token for the address, and what is kept.
pub fn make_link(account: AccountId, now: Timestamp, chance: &mut (impl Chance + ?Sized)) -> ([u8; 32], PasswordLink) {
    let token = chance.token();
    let until = now.plus_seconds(LINK_SECONDS);
    (token, PasswordLink { hash: token_hash(&token), account, until, used: false })
}

impl PasswordLink {
    /// Uses it up. The store finds it by the hash of its token.
    pub fn used(&self, now: Timestamp) -> Result<Self, SignInRefusal> {
        if self.used || now >= self.until {
            return Err(SignInRefusal::LinkGone);
        }
        Ok(Self { used: true, ..self.clone() })
    }
}

/// The hash by which the store knows the token of a link or a session. 32 random bytes need no key.
pub fn token_hash(token: &[u8; 32]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.token.1\0");
    hasher.update(token);
    hasher.finalize().into()
}

/// A password that may be set, in Unicode NFC, ready to be hashed. `names` are the staff name, the name and the phone, none of which
/// may stand in it. Nothing else is asked of it: length is what helps.
pub fn password(typed: &str, names: &[&str]) -> Result<String, SignInRefusal> {
    let length = typed.chars().count();
    if length < PASSWORD_MIN {
        return Err(SignInRefusal::PasswordShort { min: PASSWORD_MIN });
    }
    if length > PASSWORD_MAX {
        return Err(SignInRefusal::PasswordLong { max: PASSWORD_MAX });
    }
    let password = typable(typed).ok_or(SignInRefusal::PasswordCharacters)?;
    let low = password.to_lowercase();
    let named = |name: &&&str| name.chars().count() >= 2 && low.contains(&name.to_lowercase());
    if names.iter().find(named).is_some() {
        return Err(SignInRefusal::PasswordIsName);
    }
    let points: Vec<i64> = low.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: std::collections::BTreeSet<i64> =
        points.iter().zip(points.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a)).collect();
    // One step throughout is `aaaa`, `1234`, `4321`; a keyboard's digits run from 9 to 0 and on.
    let row = steps.len() == 1 || low.chars().all(|c| c.is_ascii_digit()) && "01234567890123456789".contains(&low);
    if row { Err(SignInRefusal::PasswordSimple) } else { Ok(password) }
}

/// A password as it is typed for signing in, in the form in which it was hashed; `None` when it cannot be one.
pub fn typed_password(typed: &str) -> Option<String> {
    (typed.chars().count() <= PASSWORD_MAX).then(|| typable(typed)).flatten()
}

fn typable(typed: &str) -> Option<String> {
    // Spaces at the ends belong to a password, so the edges are guarded before the text is read as a line.
    match text::line(&format!("|{typed}|"), PASSWORD_MAX.saturating_add(2)) {
        Ok(line) => line.strip_prefix('|').and_then(|line| line.strip_suffix('|')).map(ToOwned::to_owned),
        Err(TextError::Empty | TextError::TooLong { .. } | TextError::Control | TextError::Direction) => None,
    }
}

tokens! {
    /// How long a session lasts.
    pub enum Lasting = "session-lasting" {
        /// A resident's: signing in again is hard for who needs a card or help.
        Long = "long",
        /// Staff's, and everybody's on a device that others use too.
        Short = "short",
    }
}

impl Lasting {
    /// After how many seconds without use it ends.
    pub const fn idle_seconds(self) -> i64 {
        match self {
            Self::Long => 60 * DAY,
            Self::Short => 2 * HOUR,
        }
    }
    /// After how many seconds it ends in any case.
    pub const fn absolute_seconds(self) -> i64 {
        match self {
            Self::Long => 365 * DAY,
            Self::Short => 12 * HOUR,
        }
    }
    /// How often its last use is noted. Only as fine as ending it needs: nobody's time online is recorded (domain: AF1).
    pub const fn note_seconds(self) -> i64 {
        match self {
            Self::Long => DAY,
            Self::Short => 10 * 60,
        }
    }
}

/// A session. Deleted when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of the cookie's token.
    pub hash: [u8; 32],
    /// Whose.
    pub account: AccountId,
    /// Who one said one is, among the residents that the account serves.
    pub resident: Option<ResidentId>,
    /// The resident for whom a helper acts just now.
    pub helping: Option<ResidentId>,
    /// How long it lasts.
    pub lasting: Lasting,
    /// When it began.
    pub began: Timestamp,
    /// When it was used last, as noted; not later than [`Lasting::note_seconds`] behind the truth.
    pub noted: Timestamp,
}

/// Begins a session: its token for the cookie, and what is kept. A fresh token each time somebody signs in, so that nobody can put a
/// known one under a stranger.
pub fn begin_session(
    account: AccountId,
    lasting: Lasting,
    now: Timestamp,
    chance: &mut (impl Chance + ?Sized),
) -> ([u8; 32], Session) {
    let token = chance.token();
    let hash = token_hash(&token);
    (token, Session { hash, account, resident: None, helping: None, lasting, began: now, noted: now })
}

impl Session {
    /// Whether it still holds.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        now < self.noted.plus_seconds(self.lasting.idle_seconds())
            && now < self.began.plus_seconds(self.lasting.absolute_seconds())
    }

    /// The session with its use noted, when that is due; `None` when nothing has to be written.
    pub fn note(&self, now: Timestamp) -> Option<Self> {
        (now >= self.noted.plus_seconds(self.lasting.note_seconds())).then(|| Self { noted: now, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::hex;
    use uuid::Uuid;

    struct Counter(u8);
    impl Chance for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    const SECRET: Secret = Secret([7; 32]);
    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_775_000_000_000).plus_seconds(seconds)
    }
    fn account() -> AccountId {
        AccountId::from(Uuid::from_u128(1))
    }
    fn sent() -> (String, PhoneCode) {
        send_code("13900001234", None, &SECRET, at(0), &mut Counter(0)).unwrap()
    }

    #[test]
    fn the_keyed_hash_is_hmac_sha256() {
        // The value comes from Python's hmac module: key 32 x 0x07, message 0^7 01 "a" 0^7 02 "bc".
        let hash: String = hex(&keyed(&SECRET, "a", &[b"bc"]));
        assert_eq!(hash, "430e46797a396e1f14f7243eb7cf5ecf52e33e21022b9fd7fd03663cbea8b9c6");
    }

    #[test]
    fn a_code_is_good_once_and_for_ten_minutes() {
        let (code, kept) = sent();
        assert_eq!(code.len(), 6);
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for typed in [&code, &wide, &format!("{} {}", &code[..3], &code[3..])] {
            let (used, result) = kept.check(typed, &SECRET, at(CODE_SECONDS - 1));
            assert_eq!(result, Ok(()));
            assert_eq!(used.check(typed, &SECRET, at(30)).1, Err(SignInRefusal::CodeGone));
        }
        assert_eq!(kept.check(&code, &SECRET, at(CODE_SECONDS)).1, Err(SignInRefusal::CodeGone));
        assert_eq!(kept.check("abc", &SECRET, at(1)), (kept, Err(SignInRefusal::CodeFormat)));
    }

    #[test]
    fn after_five_wrong_tries_the_right_code_is_of_no_use() {
        let (code, mut kept) = sent();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for left in (1..CODE_TRIES).rev() {
            let (next, result) = kept.check(wrong, &SECRET, at(1));
            assert_eq!(result, Err(SignInRefusal::CodeWrong { left }));
            kept = next;
        }
        let (kept, result) = kept.check(wrong, &SECRET, at(1));
        assert_eq!(result, Err(SignInRefusal::TooManyTries));
        assert_eq!(kept.check(&code, &SECRET, at(2)).1, Err(SignInRefusal::TooManyTries));
    }

    #[test]
    fn a_code_is_for_its_phone_and_its_county_alone() {
        let (code, kept) = sent();
        let other_phone = PhoneCode { phone: "13900009999".into(), ..kept.clone() };
        assert!(other_phone.check(&code, &SECRET, at(1)).1.is_err());
        assert!(kept.check(&code, &Secret([8; 32]), at(1)).1.is_err());
    }

    #[test]
    fn another_code_is_sent_after_a_minute() {
        let (_, kept) = sent();
        let again = |now| send_code("13900001234", Some(&kept), &SECRET, now, &mut Counter(9));
        assert_eq!(again(at(18)).unwrap_err(), SignInRefusal::TooSoon { seconds: 42 });
        assert!(again(at(60)).is_ok());
    }

    #[test]
    fn a_link_is_good_once_and_for_a_week() {
        let (token, link) = make_link(account(), at(0), &mut Counter(0));
        assert_eq!(token_hash(&token), link.hash);
        assert_eq!(link.used(at(LINK_SECONDS)), Err(SignInRefusal::LinkGone));
        let used = link.used(at(LINK_SECONDS - 1)).unwrap();
        assert_eq!(used.used(at(1)), Err(SignInRefusal::LinkGone));
    }

    #[test]
    fn a_password_is_long_and_not_the_name() {
        let names = ["wangfang", "王芳", "13900001234", ""];
        for good in ["一二三四五六七八九十不", "correct horse battery", " mit Leerzeichen ", "竹溪村的水很清很甜呀"]
        {
            assert_eq!(password(good, &names).as_deref(), Ok(good));
            assert_eq!(typed_password(good).as_deref(), Some(good));
        }
        assert_eq!(password("kurz", &names), Err(SignInRefusal::PasswordShort { min: 10 }));
        assert_eq!(password(&"长".repeat(129), &names), Err(SignInRefusal::PasswordLong { max: 128 }));
        for named in ["WangFang2026", "我是王芳我在竹溪村呢", "x13900001234"] {
            assert_eq!(password(named, &names), Err(SignInRefusal::PasswordIsName), "{named}");
        }
        for simple in ["aaaaaaaaaaaa", "1234567890", "0123456789", "abcdefghijkl", "9876543210"] {
            assert_eq!(password(simple, &names), Err(SignInRefusal::PasswordSimple), "{simple}");
        }
        assert_eq!(password("abcdefghij\u{0}k", &names), Err(SignInRefusal::PasswordCharacters));
        // Typed on two devices that spell an accent differently.
        assert_eq!(password("cafe\u{301} au lait", &[]), password("café au lait", &[]));
    }

    #[test]
    fn a_session_ends_when_idle_and_in_any_case() {
        let (token, session) = begin_session(account(), Lasting::Short, at(0), &mut Counter(0));
        assert_eq!(token_hash(&token), session.hash);
        assert!(session.holds_at(at(2 * HOUR - 1)) && !session.holds_at(at(2 * HOUR)));
        assert_eq!(session.note(at(9 * 60)), None, "use is noted coarsely");
        let mut busy = session;
        for hour in 1..12 {
            busy = busy.note(at(hour * HOUR)).unwrap();
            assert!(busy.holds_at(at(hour * HOUR)));
        }
        assert!(!busy.holds_at(at(12 * HOUR)));
        let (_, resident) = begin_session(account(), Lasting::Long, at(0), &mut Counter(0));
        assert!(resident.holds_at(at(59 * DAY)) && !resident.holds_at(at(60 * DAY)));
    }
}
