//! Events as sentences, and what else is read out of the log: past attempts, and waits.

mod family;
pub mod past;
pub mod review;
pub mod sentence;
pub mod stretch;
