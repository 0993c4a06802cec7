//! What a workspace's admins set.

mod prices;
mod providers;

pub use providers::ProvidersRoute;
