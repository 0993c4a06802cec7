//! What pointers do on the stage: clicks, drags of nodes, edges and types, and the selection box.

pub mod connect;
pub mod connect_drag;
pub mod handlers;
pub mod palette_drag;
pub mod pointer;
pub mod select;
pub mod state;
