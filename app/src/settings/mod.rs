//! What a workspace's admins set.

mod providers;

pub use providers::ProvidersRoute;
