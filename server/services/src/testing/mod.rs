//! What tests of this and other crates use; not part of a release build.

pub mod chat;
pub mod db;
pub mod dice;
pub mod endless;
mod last_look;
pub mod mcp;
pub mod past;
pub mod pdf;
pub mod play;
pub mod soak;
pub mod world;
