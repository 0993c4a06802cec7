//! Pages, components and server functions.

pub mod client;
pub mod ui;
