//! Untrusted files: what they are and what is in them, read in a process of its own.

pub mod images;
pub mod pdf;
pub mod sandbox;
