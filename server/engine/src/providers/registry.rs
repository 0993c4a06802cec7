//! Chooses the provider that answers: the configured one, else Ollama where it runs, else the
//! sample.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use url::Url;

use super::{
    Provider, access::ProviderAccess, capabilities::CapabilityCache, nearby::Nearby,
    offer::Description, openai, sample::Sample, wire_format::WireFormat,
};
use crate::outbound::{OutboundClient, OutboundPolicy};

/// The wire formats that can be configured, in the order in which their providers answer when a
/// node names none.
pub const WIRE_FORMATS: &[WireFormat] = &[openai::FORMAT];

/// What an operator configures about providers.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Access by the name of its wire format; one with neither address nor key is not used.
    pub access: BTreeMap<&'static str, ProviderAccess>,
    /// Where Ollama is looked for; none looks nowhere.
    pub ollama_url: Option<Url>,
    /// How long after it was not found Ollama is looked for again, when it is needed.
    pub ollama_again: Duration,
    /// Words a second at which the sample provider writes; 0 writes at once.
    pub sample_words_per_second: u32,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            access: BTreeMap::new(),
            ollama_url: Url::parse("http://127.0.0.1:11434").ok(),
            ollama_again: Duration::from_secs(30),
            sample_words_per_second: 40,
        }
    }
}

impl ProviderSettings {
    /// These settings with access to the provider of a wire format.
    #[must_use]
    pub fn with_access(mut self, format: &'static str, access: ProviderAccess) -> Self {
        self.access.insert(format, access);
        self
    }

    /// Lets calls out to the servers these settings name, wherever they are.
    pub fn allow(&self, policy: OutboundPolicy) -> OutboundPolicy {
        let configured = self.access.values().filter_map(|access| access.base_url.as_ref());
        configured.chain(&self.ollama_url).fold(policy, OutboundPolicy::allow_url)
    }

    /// The providers that are configured, in the order of [`WIRE_FORMATS`].
    fn connect(
        &self,
        client: &OutboundClient,
        capabilities: &CapabilityCache,
    ) -> Vec<Arc<dyn Provider>> {
        let connect = |format: &WireFormat| {
            let access = self.access.get(format.name).filter(|access| access.is_set())?;
            (format.connect)(client, access.clone(), capabilities)
        };
        WIRE_FORMATS.iter().filter_map(connect).collect()
    }
}

/// The providers of this process.
#[derive(Clone)]
pub struct Providers {
    /// Those that are called over the network; the first answers where a node names none.
    remote: Vec<Arc<dyn Provider>>,
    ollama: Nearby,
    sample: Arc<Sample>,
    capabilities: CapabilityCache,
}

impl Providers {
    /// Sets up what is configured and looks for Ollama, for at most a second.
    pub async fn detect(settings: &ProviderSettings, client: &OutboundClient) -> Self {
        let ollama = Nearby::new(client, settings.ollama_url.clone(), settings.ollama_again);
        ollama.find().await;
        let capabilities = CapabilityCache::default();
        Self {
            remote: settings.connect(client, &capabilities),
            ollama,
            sample: Arc::new(Sample::new(settings.sample_words_per_second)),
            capabilities,
        }
    }

    /// The process-wide cache of which request fields servers accept.
    pub fn capabilities(&self) -> &CapabilityCache {
        &self.capabilities
    }

    /// These providers with another one before all that are configured, in the place of the one
    /// with its name.
    #[must_use]
    pub fn with_provider(&self, provider: impl Provider + 'static) -> Self {
        let name = provider.name();
        let others = self.remote.iter().filter(|known| known.name() != name).cloned();
        let first: Arc<dyn Provider> = Arc::new(provider);
        Self { remote: std::iter::once(first).chain(others).collect(), ..self.clone() }
    }

    /// The provider of text for this model: the one named before its `/`, else the first of those
    /// that are configured, Ollama and the sample. Ollama is looked for again when it would answer.
    pub async fn text(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = provider_name(model);
        if named == Some("sample") {
            return self.sample.clone();
        }
        if (named == Some("ollama") || self.remote.is_empty())
            && let Some(ollama) = self.ollama.find().await
        {
            return ollama;
        }
        self.remote(named).unwrap_or_else(|| self.sample.clone())
    }

    /// The provider of images for this model: one that is configured, or the sample where that is
    /// named or none is configured.
    pub fn image(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = provider_name(model);
        let remote = if named == Some("sample") { None } else { self.remote(named) };
        remote.unwrap_or_else(|| self.sample.clone())
    }

    /// The configured provider with this name, else the first one.
    fn remote(&self, named: Option<&str>) -> Option<Arc<dyn Provider>> {
        let found = self.remote.iter().find(|provider| Some(provider.name()) == named);
        found.or(self.remote.first()).cloned()
    }

    /// What a settings page may show: everything but keys. Where no provider is configured, Ollama
    /// is looked for again.
    pub async fn describe(&self) -> Description {
        let remote = self.remote.first();
        let ollama = match remote {
            Some(_) => self.ollama.find_cached(),
            None => self.ollama.find().await,
        };
        let text = match (remote, &ollama) {
            (Some(remote), _) => remote.text_offer(),
            (None, Some(ollama)) => ollama.text_offer(),
            (None, None) => self.sample.text_offer(),
        };
        let image = match remote {
            Some(remote) => remote.image_offer(),
            None => self.sample.image_offer(),
        };
        let ollama_models = ollama.map(|found| found.models().to_vec());
        Description { text, image, ollama_models: ollama_models.unwrap_or_default() }
    }
}

/// The name of a provider before the name of its model, or the whole of a name without a `/`.
fn provider_name(model: Option<&str>) -> Option<&str> {
    model.and_then(|model| model.split('/').next())
}
