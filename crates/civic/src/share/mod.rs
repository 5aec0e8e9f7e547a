//! Share together: who has something of it, in counts, what others can learn from it, and thanks (domain: §2.5).

pub mod benefit;
pub mod case;
pub mod honour;
