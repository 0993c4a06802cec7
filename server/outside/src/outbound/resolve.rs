//! Name resolution that hands out only addresses the policy lets out, so that the address that was
//! judged is the address that is connected to.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::error::Refusal;
use super::policy::OutboundPolicy;

/// A resolver of host names; tests replace the system's by their own.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
pub(super) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Gives hyper the addresses of a name, or a refusal when one of them is forbidden.
pub(super) struct Resolver {
    lookup: Arc<dyn Lookup>,
    guard: Option<Arc<OutboundPolicy>>,
}

impl Resolver {
    /// Refuses a name when any of its addresses is not let out by the policy.
    pub(super) fn guarded(lookup: Arc<dyn Lookup>, policy: Arc<OutboundPolicy>) -> Self {
        Self { lookup, guard: Some(policy) }
    }

    /// For hosts an operator vouches for.
    pub(super) fn vouched(lookup: Arc<dyn Lookup>) -> Self {
        Self { lookup, guard: None }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, guard) = (self.lookup.clone(), self.guard.clone());
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            if let Some(policy) = guard
                && found.iter().any(|address| !policy.lets_out(*address))
            {
                return Err(Refusal::Private(name.as_str().to_owned()).into());
            }
            // Port 0 makes the connector take the port of the address that was checked.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}
