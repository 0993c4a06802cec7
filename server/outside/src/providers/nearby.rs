//! Detection of an Ollama server, which starts and stops with the machine's user: while none is
//! found, it is looked for again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use url::Url;

use super::{http::host_and_port, ollama::Ollama};
use crate::outbound::OutboundClient;

/// A detector of Ollama at one address; clones share its state.
#[derive(Clone)]
pub(super) struct Nearby(Arc<Inner>);

struct Inner {
    client: OutboundClient,
    url: Option<Url>,
    every: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ollama: Option<Arc<Ollama>>,
    looked: Option<Instant>,
}

impl Nearby {
    /// A detector for this address, which it asks at most once per `every` while nothing is found.
    /// Without an address it never finds anything.
    pub(super) fn new(client: &OutboundClient, url: Option<Url>, every: Duration) -> Self {
        let (client, state) = (client.clone(), Mutex::default());
        Self(Arc::new(Inner { client, url, every, state }))
    }

    /// The Ollama server, if one runs. The first caller after the interval looks for it, for at
    /// most a second; the others get what was found before.
    pub(super) async fn find(&self) -> Option<Arc<Ollama>> {
        let url = self.0.url.as_ref()?;
        if !self.is_due() {
            return self.find_cached();
        }
        let ollama = Arc::new(Ollama::detect(&self.0.client, url).await?);
        tracing::info!(models = ollama.models().len(), "Ollama is there");
        self.update(|state| state.ollama = Some(ollama.clone()));
        Some(ollama)
    }

    /// The server that was found before, without looking again.
    pub(super) fn find_cached(&self) -> Option<Arc<Ollama>> {
        self.update(|state| state.ollama.clone())
    }

    /// Host and port of where it is looked for; none where it is looked for nowhere.
    pub(super) fn address(&self) -> Option<String> {
        self.0.url.as_ref().map(host_and_port)
    }

    /// Whether to look now: true once per interval while nothing is found.
    fn is_due(&self) -> bool {
        self.update(|state| {
            let is_due = state.ollama.is_none()
                && state.looked.is_none_or(|looked| looked.elapsed() >= self.0.every);
            if is_due {
                state.looked = Some(Instant::now());
            }
            is_due
        })
    }

    fn update<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
