//! What every handler may reach.

use std::sync::Arc;

use axum::extract::FromRef;
use engine::services::Services;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::{places::Places, site::Site, tails::Tails};

/// The handles shared by all requests: cheap to clone.
#[derive(Debug, Clone, FromRef)]
pub struct AppState {
    /// The commands of the product.
    pub services: Services,
    /// Where browsers find this server.
    pub site: Arc<Site>,
    /// How Leptos names the client's files.
    pub leptos: LeptosOptions,
    /// How many streams may be open.
    pub streams: Places,
    /// What streams were given last.
    pub tails: Tails,
    /// Cancelled when the process begins to leave: streams end, `/readyz` says no.
    pub leaving: CancellationToken,
}
