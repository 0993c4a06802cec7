//! Events as sentences, and what else is read out of the log: past attempts, and waits.

pub mod agent;
pub mod artifact;
mod execution;
pub mod job;
pub mod names;
pub mod node;
pub mod past;
mod review;
pub mod sentence;
pub mod stretch;
pub mod weight;
