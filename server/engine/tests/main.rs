//! The engine on a real database. One executable: each more of them takes a while to compile and to link.

mod engine;
mod past;
mod proof;
