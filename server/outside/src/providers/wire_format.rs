//! What a module that speaks a wire format gives the registry.

use std::sync::Arc;

use super::{Provider, access::ProviderAccess, capability_cache::CapabilityCache};
use crate::outbound::OutboundClient;

/// A wire format in which a provider is called over the network.
#[derive(Debug, Clone, Copy)]
pub struct WireFormat {
    /// The stable name of its provider, e.g. `openai`: nodes write it before the name of a model,
    /// and the operator's settings for it begin with `ATELIER_` and the name in capitals.
    pub name: &'static str,
    /// Makes the provider; none where the access is not enough.
    pub(super) connect: Connect,
}

type Connect = fn(&OutboundClient, ProviderAccess, &CapabilityCache) -> Option<Arc<dyn Provider>>;
