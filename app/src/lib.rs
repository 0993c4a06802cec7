//! Pages, components and server functions.

pub mod client;
pub mod diagram;
pub mod ui;
