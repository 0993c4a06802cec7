//! Pages, components and server functions.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod api;
pub mod app;
pub mod begin;
pub mod budget;
pub mod client;
pub mod dashboard;
pub mod diagram;
pub mod documents;
pub mod editor;
pub mod fetched;
pub mod gallery;
pub mod history;
pub mod launch;
pub mod layout;
pub mod lineage;
pub mod live;
pub mod monitor;
pub mod palette;
mod part;
mod pictures;
pub mod preview;
pub mod projects;
#[cfg(feature = "ssr")]
pub mod reference;
pub mod reviews;
pub mod routes;
pub mod session;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod ui;
pub mod under_way;

pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
