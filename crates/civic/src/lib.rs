//! civic
