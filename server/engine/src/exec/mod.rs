//! The running engine: it claims jobs, works on them, settles them, and takes over from lost
//! workers.

pub mod admission;
pub mod advance;
mod claim_loop;
mod clock_jump;
mod cooldown;
pub mod event_bus;
mod fairness;
mod heartbeat;
mod listen;
mod pg_notifier;
mod propagate;
mod release;
mod runner;
mod slots;
mod sweeper;
mod worker;
mod worker_state;
mod writer;

pub use worker::{Worker, WorkerConfig, WorkerDeps};
