//! Evidence: a link to something that is public here already. There is no reporting form: what was done shows where it was done
//! (domain: AF2, AF3).

use crate::id::{Id, MatterId, MeetingId, PostingId};

/// The most links of one thing.
pub const EVIDENCE_MAX: usize = 20;

/// A public matter, meeting or posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A matter.
    Matter(MatterId),
    /// A meeting.
    Meeting(MeetingId),
    /// A posting.
    Posting(PostingId),
}

impl Evidence {
    /// The word that a column and a fact hold: `matter:` and the id.
    pub fn word(self) -> String {
        match self {
            Self::Matter(id) => format!("matter:{id}"),
            Self::Meeting(id) => format!("meeting:{id}"),
            Self::Posting(id) => format!("posting:{id}"),
        }
    }

    /// Reads such a word.
    pub fn parse(word: &str) -> Option<Self> {
        let (kind, id) = word.split_once(':')?;
        match kind {
            "matter" => Id::parse(id).map(Self::Matter),
            "meeting" => Id::parse(id).map(Self::Meeting),
            "posting" => Id::parse(id).map(Self::Posting),
            _ => None,
        }
    }

    /// The matter, where it is one.
    pub const fn matter(self) -> Option<MatterId> {
        match self {
            Self::Matter(id) => Some(id),
            Self::Meeting(_) | Self::Posting(_) => None,
        }
    }
}

/// Several links in one column or fact.
pub fn join(links: &[Evidence]) -> String {
    links.iter().map(|link| link.word()).collect::<Vec<_>>().join(",")
}

/// Reads what [`join`] wrote.
pub fn split(words: &str) -> Option<Vec<Evidence>> {
    words.split(',').filter(|word| !word.is_empty()).map(Evidence::parse).collect()
}

/// Several ids in one column or fact.
pub fn join_ids<T>(ids: &[Id<T>]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Reads what [`join_ids`] wrote.
pub fn split_ids<T>(words: &str) -> Option<Vec<Id<T>>> {
    words.split(',').filter(|word| !word.is_empty()).map(Id::parse).collect()
}

/// The same links, each once, in the order in which they came, at most [`EVIDENCE_MAX`].
pub fn each_once(links: &[Evidence]) -> Vec<Evidence> {
    let mut once: Vec<Evidence> = Vec::new();
    for link in links {
        if !once.contains(link) && once.len() < EVIDENCE_MAX {
            once.push(*link);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn links_are_read_back_and_anything_else_is_none() {
        let links = [
            Evidence::Matter(Id::from(Uuid::from_u128(1))),
            Evidence::Meeting(Id::from(Uuid::from_u128(2))),
            Evidence::Posting(Id::from(Uuid::from_u128(3))),
        ];
        assert_eq!(split(&join(&links)).as_deref(), Some(links.as_slice()));
        assert_eq!(split(""), Some(Vec::new()));
        for wrong in ["need:00000000-0000-0000-0000-000000000001", "matter:1", "matter", "matter:,x"] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
        assert_eq!(each_once(&[links[0], links[1], links[0]]), links[..2]);
    }
}
