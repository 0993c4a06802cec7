//! What a workspace's admins set.

mod prices;
mod providers;
mod stuck;

pub use providers::ProvidersRoute;
pub use stuck::StuckRoute;
