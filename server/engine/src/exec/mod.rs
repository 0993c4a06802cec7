//! The running engine: what claims jobs, works on them, settles them, and takes over from the lost.

pub mod advance;
mod claim_loop;
mod follow;
mod hand_back;
mod heartbeat;
mod herald;
pub mod hub;
mod left_alone;
mod listen;
mod patience;
pub(crate) mod places;
mod runner;
mod slots;
mod sweeper;
mod turns;
mod worker;
mod writer;

pub use worker::{Worker, WorkerConfig, WorkerParts};
