//! What happened, in words: events as sentences and what came before the present attempts.

pub mod past;
pub mod review;
pub mod sentence;
