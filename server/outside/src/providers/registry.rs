//! Chooses the provider that answers: the one a step names, or whose model it names, else the one the
//! workspace has chosen for texts or for images, else the first that is configured, else Ollama where
//! it runs, else the sample.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use model::provider_choice::{ProviderChoice, ProviderName};
use url::Url;

use super::{
    Provider, access::ProviderAccess, anthropic, capability_cache::CapabilityCache, nearby::Nearby,
    not_set_up::NotSetUp, offer::Description, openai, sample::Sample, wire_format::WireFormat,
};
use crate::outbound::{OutboundClient, OutboundPolicy};

/// The wire formats that can be configured, in the order in which their providers answer when a
/// node names none.
pub const WIRE_FORMATS: &[WireFormat] = &[openai::FORMAT, anthropic::FORMAT];

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
    /// Those that are called over the network; the first answers where none is named or chosen.
    remote: Vec<Arc<dyn Provider>>,
    choice: ProviderChoice,
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
            choice: ProviderChoice::default(),
            ollama,
            sample: Arc::new(Sample::new(settings.sample_words_per_second)),
            capabilities,
        }
    }

    /// The process-wide cache of which request fields servers accept.
    pub fn capabilities(&self) -> &CapabilityCache {
        &self.capabilities
    }

    /// These providers, of which those answer that were chosen where a node names none.
    #[must_use]
    pub fn with_choice(&self, choice: ProviderChoice) -> Self {
        Self { choice, ..self.clone() }
    }

    /// These providers with another one before all that are configured, in the place of the one
    /// with its name.
    #[must_use]
    pub fn with_provider(&self, provider: impl Provider + 'static) -> Self {
        self.with_shared(Arc::new(provider))
    }

    /// As [`Self::with_provider`], with one that others use, too.
    #[must_use]
    pub fn with_shared(&self, first: Arc<dyn Provider>) -> Self {
        let name = first.name();
        let others = self.remote.iter().filter(|known| known.name() != name).cloned();
        Self { remote: std::iter::once(first).chain(others).collect(), ..self.clone() }
    }

    /// The provider of text for this model: the one named before its `/`, else the one whose model
    /// it is, else the one that is chosen, else the first of those that are configured, Ollama and
    /// the sample. Ollama is looked for again when it would answer.
    pub async fn text(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = provider_name(model);
        if named == Some(ProviderName::Sample.as_str()) {
            return self.sample.clone();
        }
        if named == Some(ProviderName::Ollama.as_str()) && self.ollama.address().is_some() {
            self.ollama.find().await;
            return self.chosen(ProviderName::Ollama);
        }
        if let Some(provider) = self.remote_for(model) {
            return provider;
        }
        if self.choice.text == Some(ProviderName::Ollama)
            || (self.choice.text.is_none() && self.remote.is_empty())
        {
            self.ollama.find().await;
        }
        match self.choice.text {
            Some(chosen) => self.chosen(chosen),
            None => self.first_for_text(),
        }
    }

    /// The provider of images for this model: the one named before its `/`, else the one whose model
    /// it is, else the one that is chosen, else the first that is configured and makes images, else
    /// the sample.
    pub fn image(&self, model: Option<&str>) -> Arc<dyn Provider> {
        if provider_name(model) == Some(ProviderName::Sample.as_str()) {
            return self.sample.clone();
        }
        if let Some(provider) = self.remote_for(model) {
            return provider;
        }
        let first = || self.remote.iter().find(|provider| makes_images(&***provider)).cloned();
        match self.choice.image {
            Some(chosen) => self.chosen(chosen),
            None => first().unwrap_or_else(|| self.sample.clone()),
        }
    }

    /// The configured provider with this name before its model, else the one whose model it is.
    fn remote_for(&self, model: Option<&str>) -> Option<Arc<dyn Provider>> {
        let (model, named) = (model?.trim(), provider_name(model));
        let is_named = |provider: &&Arc<dyn Provider>| Some(provider.name()) == named;
        let has_model = |provider: &&Arc<dyn Provider>| {
            known_name(&***provider).is_some_and(|name| name.has_model(model))
        };
        let found = self.remote.iter().find(is_named);
        found.or_else(|| self.remote.iter().find(has_model)).cloned()
    }

    /// The provider that was chosen; one that is not there is not replaced by another, and an Ollama
    /// that is away is waited for.
    fn chosen(&self, name: ProviderName) -> Arc<dyn Provider> {
        let missing = || -> Arc<dyn Provider> {
            let address = self.ollama.address().filter(|_| name == ProviderName::Ollama);
            Arc::new(NotSetUp { name, address })
        };
        match name {
            ProviderName::Sample => self.sample.clone(),
            ProviderName::Ollama => match self.ollama.find_cached() {
                Some(ollama) => ollama,
                None => missing(),
            },
            ProviderName::OpenAi | ProviderName::Anthropic => {
                let found = self.remote.iter().find(|known| known.name() == name.as_str());
                found.cloned().unwrap_or_else(missing)
            }
        }
    }

    /// Who writes texts where nobody is chosen.
    fn first_for_text(&self) -> Arc<dyn Provider> {
        if let Some(first) = self.remote.first() {
            return first.clone();
        }
        match self.ollama.find_cached() {
            Some(ollama) => ollama,
            None => self.sample.clone(),
        }
    }

    /// What a settings page may show: everything but keys. Where no provider is configured, or it is
    /// chosen, Ollama is looked for again.
    pub async fn describe(&self) -> Description {
        let (text, image) = (self.text(None).await, self.image(None));
        let ollama = self.ollama.find_cached();
        let painters = self.remote.iter().filter(|provider| makes_images(&***provider));
        let remote = self.remote.iter().filter_map(|provider| known_name(&**provider));
        let nearby = ollama.iter().map(|_| ProviderName::Ollama);
        Description {
            text: text.text_offer(),
            image: image.image_offer(),
            remote_texts: self.remote.iter().map(|provider| provider.text_offer()).collect(),
            remote_images: painters.map(|provider| provider.image_offer()).collect(),
            set_up: remote.chain(nearby).chain([ProviderName::Sample]).collect(),
            ollama_models: ollama.map_or_else(Vec::new, |found| found.models().to_vec()),
        }
    }
}

/// The name by which a provider can be chosen; none for one of a test's own.
fn known_name(provider: &dyn Provider) -> Option<ProviderName> {
    provider.name().parse().ok()
}

fn makes_images(provider: &dyn Provider) -> bool {
    known_name(provider).is_none_or(ProviderName::makes_images)
}

/// The name of a provider before the name of its model, or the whole of a name without a `/`.
fn provider_name(model: Option<&str>) -> Option<&str> {
    model.and_then(|model| model.split('/').next())
}
