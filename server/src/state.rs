//! The state that all handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use backend::Backend;
use leptos::config::LeptosOptions;
use services::Services;
use tokio_util::sync::CancellationToken;

use crate::{
    public_origin::PublicOrigin, recent_events::EventCache, stream_limiter::StreamLimiter,
};

/// The handles shared by all requests: cheap to clone.
#[derive(Debug, Clone, FromRef)]
pub struct AppState {
    /// The services: every command of the product, for REST.
    pub services: Services,
    /// The services as pages ask them.
    pub backend: Backend,
    /// The hosts and origins of this server, and the trusted proxies.
    pub public_origin: Arc<PublicOrigin>,
    /// The options by which Leptos names the client's files.
    pub leptos: LeptosOptions,
    /// Limits how many streams are open.
    pub streams: StreamLimiter,
    /// The events that streams were given last, serialized.
    pub event_cache: EventCache,
    /// Cancelled when the process begins to leave: streams end, `/readyz` says no.
    pub leaving: CancellationToken,
}
