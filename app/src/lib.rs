//! The pages, and the routes by which they are reached.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod app;
pub mod chunks;
#[cfg(feature = "ssr")]
mod crash;
pub mod dashboard;
pub mod docs;
pub mod documents;
pub mod executions;
pub mod gallery;
pub mod lineage;
mod narrow;
pub mod projects;
#[cfg(feature = "ssr")]
pub mod reference;
pub mod session;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;

pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
