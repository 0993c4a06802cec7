//! What a workspace's admins set.

mod access_fields;
mod prices;
mod providers;
mod stuck;

pub use providers::ProvidersRoute;
pub use stuck::StuckRoute;
