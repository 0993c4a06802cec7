//! The settings: what people set for themselves, and admins for their workspace. `shell` is the
//! frame around the pages, and says which page stands at which address.

mod access_fields;
mod account;
pub mod agents;
mod audit;
mod budgets;
mod members;
mod notices;
mod prices;
mod providers;
mod retention;
mod secrets;
mod sheet;
pub mod shell;
mod storage;
mod stuck;
mod tokens;
mod tools;
mod workspace;
