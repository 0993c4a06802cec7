//! Servers of tools that workspaces have registered: what they listed, what workflows have pinned
//! of it, and what is no longer so.

pub mod authorizations;
pub mod definitions;
pub mod drifts;
pub mod listings;
pub mod servers;
