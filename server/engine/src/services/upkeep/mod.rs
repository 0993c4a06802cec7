//! What keeps a long-lived instance in order.

pub mod doctor;
mod history;
