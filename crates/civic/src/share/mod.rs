//! Share together: who has something of it, in counts, and what others can learn from it (domain: §2.5).

pub mod benefit;
pub mod case;
