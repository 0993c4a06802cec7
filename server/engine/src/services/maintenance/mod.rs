//! Maintenance of a long-lived instance: budgets, retention of history, garbage collection, the
//! doctor, the audit log.

mod budgets;
pub mod doctor;
mod garbage;
mod history;
mod leftovers;
mod log;
pub mod moving;
mod stuck;
mod unread;
