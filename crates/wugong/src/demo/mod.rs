//! The demo county: invented places and people, seeded through the same rules as real ones.

mod corpus;
