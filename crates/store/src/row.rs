//! Rows read in column order, the same for both engines. The database is not trusted: a value that does not read is
//! [`Error::Corrupt`] with its place.

use crate::{Error, Result};
use civic::id::Id;
use civic::money::Fen;
use civic::time::{Day, Timestamp};
use civic::token::Token;
use uuid::Uuid;

pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

/// A type that one column reads as.
pub trait Column: Sized {
    /// Reads the column at that place; `None` when it is of another type.
    #[doc(hidden)]
    fn read(reader: &Reader<'_>, at: usize) -> Option<Self>;
}

/// A type that a whole row reads as, column after column in the statement's order.
pub trait FromRow: Sized {
    /// The table named in [`Error::Corrupt`].
    const TABLE: &'static str = "row";
    /// Reads the row.
    fn from_row(row: &mut Reader<'_>) -> Result<Self>;
}

/// Reads one row from left to right.
pub struct Reader<'r> {
    row: Row<'r>,
    at: usize,
    table: &'static str,
    first_id: Option<Uuid>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(row: Row<'r>, table: &'static str) -> Self {
        Self { row, at: 0, table, first_id: None }
    }

    /// The next column.
    pub fn get<T: Column>(&mut self) -> Result<T> {
        let value = T::read(self, self.at).ok_or_else(|| self.corrupt());
        if self.first_id.is_none() {
            self.first_id = <Uuid as Column>::read(self, self.at);
        }
        self.at += 1;
        value
    }

    /// The next column as a stored word of an enum.
    pub fn token<T: Token>(&mut self) -> Result<T> {
        let at = self.at;
        let word: String = self.get()?;
        T::parse(&word).ok_or_else(|| self.corrupt_at(at))
    }

    /// The next column as a stored word of an enum, or NULL.
    pub fn token_or_none<T: Token>(&mut self) -> Result<Option<T>> {
        let at = self.at;
        let word: Option<String> = self.get()?;
        word.map(|word| T::parse(&word).ok_or_else(|| self.corrupt_at(at))).transpose()
    }

    /// The next column as a smaller whole number.
    pub fn int<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let at = self.at;
        let n: i64 = self.get()?;
        T::try_from(n).map_err(|_| self.corrupt_at(at))
    }

    /// The next column as a smaller whole number, or NULL.
    pub fn int_or_none<T: TryFrom<i64>>(&mut self) -> Result<Option<T>> {
        let at = self.at;
        let n: Option<i64> = self.get()?;
        n.map(|n| T::try_from(n).map_err(|_| self.corrupt_at(at))).transpose()
    }

    /// The next column as exactly `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let at = self.at;
        let bytes: Vec<u8> = self.get()?;
        bytes.try_into().map_err(|_| self.corrupt_at(at))
    }

    /// The error that says that the column just read makes no sense.
    pub fn corrupt(&self) -> Error {
        self.corrupt_at(self.at)
    }

    fn corrupt_at(&self, at: usize) -> Error {
        let column = match &self.row {
            Row::Sqlite(row) => row.as_ref().column_name(at).map_or_else(|_| at.to_string(), str::to_owned),
            Row::Postgres(row) => row.columns().get(at).map_or_else(|| at.to_string(), |c| c.name().to_owned()),
        };
        Error::Corrupt { table: self.table, column, id: self.first_id.map_or_else(String::new, |id| id.to_string()) }
    }
}

macro_rules! columns {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(reader: &Reader<'_>, at: usize) -> Option<Self> {
                match &reader.row {
                    Row::Sqlite(row) => row.get(at).ok(),
                    Row::Postgres(row) => row.try_get(at).ok(),
                }
            }
        }
        impl Column for Option<$type> {
            fn read(reader: &Reader<'_>, at: usize) -> Option<Self> {
                match &reader.row {
                    Row::Sqlite(row) => row.get(at).ok(),
                    Row::Postgres(row) => row.try_get(at).ok(),
                }
            }
        }
    )*};
}
columns!(i64, String, bool, f64, Uuid, Vec<u8>);

macro_rules! derived {
    ($([$($generic:ident)?] $type:ty, $base:ty => |$v:ident| $make:expr;)*) => {$(
        impl$(<$generic>)? Column for $type {
            fn read(reader: &Reader<'_>, at: usize) -> Option<Self> {
                let $v = <$base>::read(reader, at)?;
                $make
            }
        }
        impl$(<$generic>)? Column for Option<$type> {
            fn read(reader: &Reader<'_>, at: usize) -> Option<Self> {
                match <Option<$base>>::read(reader, at)? {
                    None => Some(None),
                    Some($v) => { let made: Option<$type> = $make; made.map(Some) }
                }
            }
        }
    )*};
}
derived! {
    [T] Id<T>, Uuid => |v| Some(Id::from(v));
    [] Day, String => |v| Day::parse(&v);
    [] Timestamp, i64 => |v| Some(Timestamp::from_millis(v));
    [] Fen, i64 => |v| Some(Fen::new(v));
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {$(
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &mut Reader<'_>) -> Result<Self> { Ok(($(row.get::<$name>()?,)+)) }
        }
    )*};
}
tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H) }
