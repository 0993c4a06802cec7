//! Ollama comes and goes with the machine's user: while it is not there, it is looked for again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use url::Url;

use super::ollama::Ollama;
use crate::outbound::OutboundClient;

/// The one address where Ollama may be; cheap to clone.
#[derive(Clone)]
pub(super) struct Nearby(Arc<Place>);

struct Place {
    client: OutboundClient,
    url: Option<Url>,
    every: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    ollama: Option<Arc<Ollama>>,
    looked: Option<Instant>,
}

impl Nearby {
    /// Looks at no other address, and no more often than this while nothing is there.
    pub(super) fn new(client: &OutboundClient, url: Option<Url>, every: Duration) -> Self {
        let (client, known) = (client.clone(), Mutex::default());
        Self(Arc::new(Place { client, url, every, known }))
    }

    /// Ollama where it runs. Whoever asks first after the interval looks, for at most a second;
    /// others meanwhile are told what was known.
    pub(super) async fn found(&self) -> Option<Arc<Ollama>> {
        let url = self.0.url.as_ref()?;
        if !self.is_due() {
            return self.known();
        }
        let ollama = Arc::new(Ollama::detect(&self.0.client, url).await?);
        tracing::info!(models = ollama.models().len(), "Ollama is there");
        self.with(|known| known.ollama = Some(ollama.clone()));
        Some(ollama)
    }

    /// What was found so far.
    pub(super) fn known(&self) -> Option<Arc<Ollama>> {
        self.with(|known| known.ollama.clone())
    }

    /// Says once an interval that it is time to look.
    fn is_due(&self) -> bool {
        self.with(|known| {
            let is_due = known.ollama.is_none()
                && known.looked.is_none_or(|looked| looked.elapsed() >= self.0.every);
            if is_due {
                known.looked = Some(Instant::now());
            }
            is_due
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.0.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
