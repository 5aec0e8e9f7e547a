//! What can go wrong below the rules.

/// Why a unit of work did not happen. Refusals are not here: those are `civic`'s.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this county.
    #[error("nothing found")]
    Missing,
    /// Somebody else changed it first, or it exists already.
    #[error("changed by somebody else")]
    Clash,
    /// The database is not to be had right now, or it is not known whether the write was kept. Trying again with the same
    /// form key is safe.
    #[error("database busy or away")]
    Busy,
    /// The disk is full. Nothing of the unit was kept; trying again is safe once there is room.
    #[error("the disk is full")]
    Full,
    /// A row that the program itself could not have written.
    #[error("a row of {table} cannot be read: column {column}, id {id}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The first id in the row, or an empty text.
        id: String,
    },
    /// The engine refused the statement: the file is damaged, a statement is wrong.
    #[error("database engine: {code}: {message}")]
    Engine {
        /// SQLSTATE, or SQLite's extended code.
        code: String,
        /// The engine's own words, for the log and never for a page.
        message: String,
    },
}

impl Error {
    pub(crate) fn sqlite(error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error {
            rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
                ErrorCode::ConstraintViolation => Self::Clash,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::DiskFull => Self::Full,
                _ => Self::Engine {
                    code: failure.extended_code.to_string(),
                    message: message.clone().unwrap_or_else(|| failure.to_string()),
                },
            },
            other => Self::Engine { code: "sqlite".to_owned(), message: other.to_string() },
        }
    }

    /// Maps by SQLSTATE and never by the name of a constraint: Citus leaves that name empty.
    pub(crate) fn postgres(error: &postgres::Error) -> Self {
        match error.code() {
            Some(state) => match state.code() {
                // The last two: a table or its type that another program made at the same instant.
                "23505" | "23503" | "23514" | "23502" | "42P07" | "42710" => Self::Clash,
                // A conflict, a server that stops, starts or has no room, or one that has become a follower (25006).
                "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "53300" | "55P03" | "25006" => Self::Busy,
                "53100" => Self::Full,
                code => Self::Engine {
                    code: code.to_owned(),
                    message: error.as_db_error().map_or_else(|| error.to_string(), |e| e.message().to_owned()),
                },
            },
            None if error.is_closed() => Self::Busy,
            None => {
                use std::error::Error as _;
                let message = error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
                Self::Engine { code: "driver".to_owned(), message }
            }
        }
    }
}
