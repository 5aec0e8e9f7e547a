use crate::hex::hex;
use crate::id::{Chance, Id};
use crate::money::Fen;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a text's digest begins with, so that it can be nothing else's digest.
pub const TEXT_TAG: &[u8] = b"wugong.text.1\0";

/// The digest by which a text stands in the record: SHA-256 of tag, salt and the text's UTF-8 bytes.
pub fn text_digest(salt: &[u8; 16], text: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(TEXT_TAG);
    hasher.update(salt);
    hasher.update(text.as_bytes());
    hasher.finalize().into()
}

/// One value in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Nothing stands there.
    None,
    /// Yes or no.
    Bool(bool),
    /// A whole number; its size stays below 2^53.
    Int(i64),
    /// A word of an enum, an id, a date, a rule id, a digest: plain ASCII.
    Word(String),
    /// A text, by its salted digest.
    Text([u8; 32]),
}

/// The facts of one noun as they stood at one write, by field name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<&'static str, Fact>);

impl Facts {
    /// The fact of that field.
    pub fn get(&self, field: &str) -> Option<&Fact> {
        self.0.get(field)
    }
    /// Every field in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        self.0.iter().map(|(field, fact)| (*field, fact))
    }
    /// Canonical JSON (RFC 8785): keys in order, no space, integers and ASCII only, so that it needs no escapes beyond `"`, `\`.
    pub fn canonical(&self) -> String {
        let mut out = String::from("{");
        for (i, (field, fact)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            quote(&mut out, field);
            out.push(':');
            match fact {
                Fact::None => out.push_str("null"),
                Fact::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
                Fact::Int(n) => {
                    let _ = write!(out, "{n}");
                }
                Fact::Word(word) => quote(&mut out, word),
                Fact::Text(digest) => quote(&mut out, &format!("sha256:{}", hex(digest))),
            }
        }
        out.push('}');
        out
    }
}

/// Writes an ASCII string as JSON. Anything that is not printable ASCII becomes `?`: no such thing belongs into the record, and
/// a free text that came here by mistake must not stand in it.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            _ => out.push('?'),
        }
    }
    out.push('"');
}

/// Collects the facts of one noun. Texts go through [`Sheet::text`], which asks for their salts.
pub struct Sheet<'a> {
    facts: BTreeMap<&'static str, Fact>,
    salts: &'a mut dyn FnMut(&'static str) -> Option<[u8; 16]>,
}

impl<'a> Sheet<'a> {
    /// A sheet that asks `salts` for the salt of each text field. Where there is none (it was erased), the fact is left out.
    pub fn new(salts: &'a mut dyn FnMut(&'static str) -> Option<[u8; 16]>) -> Self {
        Self { facts: BTreeMap::new(), salts }
    }
    /// A whole number. Its size must stay below 2^53, the largest that JSON readers keep exactly; beyond, the nearest bound stands.
    pub fn int(&mut self, field: &'static str, n: impl Into<i64>) {
        const BOUND: i64 = (1 << 53) - 1;
        self.facts.insert(field, Fact::Int(n.into().clamp(-BOUND, BOUND)));
    }
    /// A whole number that may be missing.
    pub fn int_or_none(&mut self, field: &'static str, n: Option<impl Into<i64>>) {
        match n {
            Some(n) => self.int(field, n),
            None => self.none(field),
        }
    }
    /// Yes or no.
    pub fn yes(&mut self, field: &'static str, yes: bool) {
        self.facts.insert(field, Fact::Bool(yes));
    }
    /// A value of an enum.
    pub fn token(&mut self, field: &'static str, token: impl Token) {
        self.word(field, token.as_str());
    }
    /// A value of an enum that may be missing.
    pub fn token_or_none(&mut self, field: &'static str, token: Option<impl Token>) {
        match token {
            Some(token) => self.token(field, token),
            None => self.none(field),
        }
    }
    /// An id.
    pub fn id<T>(&mut self, field: &'static str, id: Id<T>) {
        self.word(field, &id.to_string());
    }
    /// An id that may be missing.
    pub fn id_or_none<T>(&mut self, field: &'static str, id: Option<Id<T>>) {
        match id {
            Some(id) => self.id(field, id),
            None => self.none(field),
        }
    }
    /// A legal day.
    pub fn day(&mut self, field: &'static str, day: Day) {
        self.word(field, &day.to_string());
    }
    /// A legal day that may be missing.
    pub fn day_or_none(&mut self, field: &'static str, day: Option<Day>) {
        match day {
            Some(day) => self.day(field, day),
            None => self.none(field),
        }
    }
    /// An instant.
    pub fn at(&mut self, field: &'static str, at: Timestamp) {
        self.int(field, at.millis());
    }
    /// An instant that may be missing.
    pub fn at_or_none(&mut self, field: &'static str, at: Option<Timestamp>) {
        self.int_or_none(field, at.map(Timestamp::millis));
    }
    /// An amount of money, in fen.
    pub fn money(&mut self, field: &'static str, money: Fen) {
        self.int(field, money.fen());
    }
    /// An amount of money that may be missing.
    pub fn money_or_none(&mut self, field: &'static str, money: Option<Fen>) {
        self.int_or_none(field, money.map(Fen::fen));
    }
    /// A rule id, a public number, a digest: an ASCII word that the program made, never a person's text.
    pub fn word(&mut self, field: &'static str, word: &str) {
        self.facts.insert(field, Fact::Word(word.to_owned()));
    }
    /// A program-made word that may be missing.
    pub fn word_or_none(&mut self, field: &'static str, word: Option<&str>) {
        match word {
            Some(word) => self.word(field, word),
            None => self.none(field),
        }
    }
    /// A text that a person wrote: stands by its salted digest.
    pub fn text(&mut self, field: &'static str, text: &str) {
        if let Some(salt) = (self.salts)(field) {
            self.facts.insert(field, Fact::Text(text_digest(&salt, text)));
        }
    }
    /// A text that may be missing.
    pub fn text_or_none(&mut self, field: &'static str, text: Option<&str>) {
        match text {
            Some(text) => self.text(field, text),
            None => self.none(field),
        }
    }
    fn none(&mut self, field: &'static str) {
        self.facts.insert(field, Fact::None);
    }
    /// The facts collected.
    pub fn done(self) -> Facts {
        Facts(self.facts)
    }
}

/// Draws a fresh salt for every text field and remembers it.
pub(super) fn salted(
    chance: &mut dyn Chance,
    fill: impl FnOnce(&mut Sheet<'_>),
) -> (Facts, Vec<(&'static str, [u8; 16])>) {
    let mut salts = Vec::new();
    let mut draw = |field| {
        let salt = chance.salt();
        salts.push((field, salt));
        Some(salt)
    };
    let mut sheet = Sheet::new(&mut draw);
    fill(&mut sheet);
    let facts = sheet.done();
    (facts, salts)
}
