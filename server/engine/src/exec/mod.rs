//! The running engine: what claims jobs, works on them, settles them, and takes over from the lost.

pub mod advance;
mod cache;
mod claim_loop;
mod heartbeat;
pub mod hub;
mod job_context;
mod listen;
mod runner;
mod slots;
mod streamed_text;
mod sweeper;
mod worker;
mod writer;

pub use job_context::JobContext;
pub use worker::{Worker, WorkerConfig, WorkerParts};
