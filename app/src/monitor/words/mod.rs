//! What happened, in words: events as sentences and what came before the present attempts.

mod family;
pub mod past;
pub mod review;
pub mod sentence;
pub mod stretch;
