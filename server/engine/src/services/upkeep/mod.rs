//! What keeps a long-lived instance in order: budgets, history, the doctor, who did what.

mod budgets;
pub mod doctor;
mod garbage;
mod history;
mod leftovers;
mod log;
pub mod moving;
mod stuck;
mod unread;
