//! Enums that are stored, recorded and shown by one fixed word.

/// An enum whose every value has one stable word: the column's text, the record's value and the tail of its word key.
pub trait Token: Copy + Eq + Sized + 'static {
    /// The enum's name in word keys, for instance `matter-state`.
    const NAME: &'static str;
    /// Every value, in order.
    const ALL: &'static [Self];
    /// The stable word.
    fn as_str(self) -> &'static str;
    /// Reads the stable word; anything else is none of them.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|token| token.as_str() == text)
    }
    /// The key of its name in the words files: `<enum>-<value>`.
    fn key(self) -> String {
        format!("{}-{}", Self::NAME, self.as_str())
    }
}

/// Several values in one column or fact: their words in the enum's order, each once, with commas between.
pub fn join<T: Token>(tokens: &[T]) -> String {
    let words: Vec<&str> = T::ALL.iter().filter(|token| tokens.contains(token)).map(|token| token.as_str()).collect();
    words.join(",")
}

/// Reads what [`join`] wrote; `None` when one of the words is none of the enum's. Nothing is an empty list.
pub fn split<T: Token>(words: &str) -> Option<Vec<T>> {
    words.split(',').filter(|word| !word.is_empty()).map(T::parse).collect()
}

/// Defines an enum of stored words: `tokens! { /// doc \n pub enum MatterState = "matter-state" { /// doc \n Raised = "raised", } }`
#[macro_export]
macro_rules! tokens {
    ($($(#[$meta:meta])* pub enum $name:ident = $tag:literal { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }
        impl $crate::token::Token for $name {
            const NAME: &'static str = $tag;
            const ALL: &'static [Self] = &[$(Self::$variant,)*];
            fn as_str(self) -> &'static str { match self { $(Self::$variant => $word,)* } }
        }
    )*};
}
