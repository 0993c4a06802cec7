//! What keeps a long-lived instance in order: budgets, history, the doctor.

mod budgets;
pub mod doctor;
mod garbage;
mod history;
pub mod moving;
