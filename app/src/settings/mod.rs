//! The settings: what people set for themselves, and admins for their workspace. `shell` is the
//! frame around the pages, and says which page stands at which address.

mod access_fields;
mod account;
pub mod agents;
mod audit;
mod budgets;
mod launch_env;
mod members;
mod notices;
mod prices;
mod provider_choice;
mod providers;
mod retention;
mod secrets;
pub mod shell;
mod storage;
mod stuck;
mod tokens;
mod tools;
mod workspace;
