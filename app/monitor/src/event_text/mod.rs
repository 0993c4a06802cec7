//! Events as sentences, and what else is read out of the log: past attempts, and waits.

pub mod job;
pub mod past;
pub mod sentence;
pub mod weight;
