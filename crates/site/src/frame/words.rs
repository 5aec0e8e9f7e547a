//! The program's words, in Chinese and English, from Fluent files. What people wrote is never translated.

use civic::money::Fen;
use civic::refusal::{Refuse, Value};
use civic::rules::Label;
use civic::time::{Day, Timestamp, Zone};
use civic::token::Token;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

#[derive(rust_embed::RustEmbed)]
#[folder = "words/"]
#[include = "*.ftl"]
struct Files;

/// A language of the program's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese as written in the mainland; the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The tag in `<html lang>` and in the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
    /// Reads a tag.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag {
            "zh-CN" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

/// All words.
pub struct Words {
    zh: Bundle,
    en: Bundle,
}

impl Words {
    /// Loads the embedded files.
    pub fn load() -> Self {
        Self { zh: bundle(Lang::Zh), en: bundle(Lang::En) }
    }
    /// Whether a key exists in a language. For the test that compares both.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).has_message(key)
    }
    fn bundle(&self, lang: Lang) -> &Bundle {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

fn bundle(lang: Lang) -> Bundle {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // The marks around filled-in values are only needed where two directions of writing mix.
    bundle.set_use_isolating(false);
    let mut names: Vec<String> = Files::iter().map(|n| n.to_string()).filter(|n| n.starts_with(lang.tag())).collect();
    names.sort();
    for name in names {
        let text = Files::get(&name).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file = name, ?errors, "a words file has errors");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = name, ?errors, "a words file repeats keys");
        }
    }
    bundle
}

/// A value filled into a sentence.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A number; English chooses singular or plural by it.
    Int(i64),
    /// A text.
    Text(String),
}
macro_rules! args {
    ($($type:ty),*) => {$(
        impl From<$type> for Arg { fn from(n: $type) -> Self { Self::Int(i64::from(n)) } }
        impl From<&$type> for Arg { fn from(n: &$type) -> Self { Self::Int(i64::from(*n)) } }
    )*};
}
args!(i64, i32, u32, u16, u8);
impl From<usize> for Arg {
    fn from(n: usize) -> Self {
        Self::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }
}
impl From<&usize> for Arg {
    fn from(n: &usize) -> Self {
        Self::from(*n)
    }
}
impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<&&str> for Arg {
    fn from(text: &&str) -> Self {
        Self::Text((*text).to_owned())
    }
}
impl From<&&String> for Arg {
    fn from(text: &&String) -> Self {
        Self::Text((*text).clone())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

/// The words of one language, for one page.
#[derive(Clone)]
pub struct W {
    words: Arc<Words>,
    /// The language.
    pub lang: Lang,
}

impl W {
    /// The words of that language.
    pub fn new(words: Arc<Words>, lang: Lang) -> Self {
        Self { words, lang }
    }

    /// The words of a key.
    pub fn t(&self, key: &str) -> String {
        self.with(key, &[])
    }
    /// The words of a key with one value.
    pub fn t1(&self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        self.with(key, &[(name, value.into())])
    }
    /// The words of a key with two values.
    pub fn t2(&self, key: &str, n1: &str, v1: impl Into<Arg>, n2: &str, v2: impl Into<Arg>) -> String {
        self.with(key, &[(n1, v1.into()), (n2, v2.into())])
    }
    /// The words of a key with three values.
    #[expect(clippy::too_many_arguments, reason = "name and value in turn read best in a template")]
    pub fn t3(
        &self,
        key: &str,
        n1: &str,
        v1: impl Into<Arg>,
        n2: &str,
        v2: impl Into<Arg>,
        n3: &str,
        v3: impl Into<Arg>,
    ) -> String {
        self.with(key, &[(n1, v1.into()), (n2, v2.into()), (n3, v3.into())])
    }
    /// Parts of a line, with the comma of the language between them; empty parts are left out.
    pub fn list(&self, parts: &[&str]) -> String {
        let comma = match self.lang {
            Lang::Zh => "，",
            Lang::En => ", ",
        };
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        parts.join(comma)
    }
    /// The text of a rule pack's label.
    pub fn label<'l>(&self, label: &'l Label) -> &'l str {
        match self.lang {
            Lang::Zh => &label.zh,
            Lang::En => &label.en,
        }
    }
    /// The name of a value of an enum.
    pub fn token(&self, token: impl Token) -> String {
        self.t(&token.key())
    }
    /// The words of a key with values. A key that is missing shows itself and is logged: a test keeps that from happening.
    pub fn with(&self, key: &str, values: &[(&str, Arg)]) -> String {
        let bundle = self.words.bundle(self.lang);
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, lang = self.lang.tag(), "a word is missing");
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in values {
            match value {
                Arg::Int(n) => args.set(*name, FluentValue::from(*n)),
                Arg::Text(text) => args.set(*name, FluentValue::from(text.as_str())),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a sentence lacks a value");
        }
        text
    }

    /// A day as people say it: 4月12日, with the year when it is not `today`'s.
    pub fn day(&self, day: &Day, today: &Day) -> String {
        match (self.lang, day.year() == today.year()) {
            (Lang::Zh, true) => format!("{}月{}日", day.month(), day.day()),
            (Lang::Zh, false) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            (Lang::En, true) => format!("{} {}", day.day(), month(*day)),
            (Lang::En, false) => format!("{} {} {}", day.day(), month(*day), day.year()),
        }
    }
    /// A day with its year, for papers.
    pub fn full_day(&self, day: &Day) -> String {
        match self.lang {
            Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Lang::En => format!("{} {} {}", day.day(), month(*day), day.year()),
        }
    }
    /// The day of the week.
    pub fn weekday(&self, day: &Day) -> String {
        let names = match self.lang {
            Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
            Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        let at = usize::try_from(day.weekday() - 1).unwrap_or(0);
        names.get(at).copied().unwrap_or_default().to_owned()
    }
    /// A day and the time on it.
    pub fn moment(&self, at: &Timestamp, zone: &Zone, today: &Day) -> String {
        let (hour, minute) = zone.clock(*at);
        let day = self.day(&zone.day(*at), today);
        match self.lang {
            Lang::Zh => format!("{day}{hour}:{minute:02}"),
            Lang::En => format!("{day}, {hour}:{minute:02}"),
        }
    }
    /// An amount with its unit.
    pub fn money(&self, money: &Fen) -> String {
        match self.lang {
            Lang::Zh => format!("{money}元"),
            Lang::En => format!("{money} yuan"),
        }
    }
    /// The sentence of a refusal.
    pub fn refusal(&self, refusal: &dyn Refuse, today: &Day) -> String {
        self.filled(refusal.key(), &refusal.values(), today)
    }
    /// A sentence filled with values from `civic`.
    pub fn filled(&self, key: &str, values: &[(&'static str, Value)], today: &Day) -> String {
        let values: Vec<(&str, Arg)> = values
            .iter()
            .map(|(name, value)| {
                let arg = match value {
                    Value::Int(n) => Arg::Int(*n),
                    Value::Day(day) => Arg::Text(self.day(day, today)),
                    Value::Money(money) => Arg::Text(self.money(money)),
                    Value::Word(key) => Arg::Text(self.t(key)),
                    Value::Text(text) => Arg::Text(text.clone()),
                };
                (*name, arg)
            })
            .collect();
        self.with(key, &values)
    }
}

fn month(day: Day) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(day.month() - 1).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or_default()
}
