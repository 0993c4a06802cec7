//! Pages, components and server functions.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod activity;
pub mod api;
pub mod app;
pub mod begin;
pub mod budget;
mod chunk;
pub mod chunks;
pub mod client;
pub mod dashboard;
pub mod diagram;
pub mod documents;
pub mod editor;
pub mod executions;
pub mod formatted_text;
pub mod gallery;
pub mod launch;
pub mod layout;
pub mod lineage;
pub mod monitor;
pub mod palette;
mod pictures;
pub mod preview;
pub mod projects;
pub mod realtime;
#[cfg(feature = "ssr")]
pub mod reference;
pub mod reviews;
pub mod routes;
pub mod session;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod template_stats;
pub mod ui;

pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
