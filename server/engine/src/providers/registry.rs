//! Chooses the provider that answers: the configured one, else Ollama where it runs, else the
//! sample.

use super::Provider;
use super::capabilities::CapabilityCache;
use super::nearby::Nearby;
use super::openai::{OpenAi, OpenAiSettings};
use super::sample::Sample;
use crate::outbound::{OutboundClient, OutboundPolicy};
use crate::secret::Secret;
use model::provider::{OPENAI_IMAGE_MODEL, OPENAI_TEXT_MODEL};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What an operator configures about providers.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Address of OpenAI or of a server that speaks its format; none means OpenAI's own.
    pub openai_base_url: Option<Url>,
    /// Key for it; with neither address nor key it is not used.
    pub openai_api_key: Option<Secret>,
    /// Model for text when a node names none.
    pub openai_text_model: String,
    /// Model for pictures when a node names none.
    pub openai_image_model: String,
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
            openai_base_url: None,
            openai_api_key: None,
            openai_text_model: OPENAI_TEXT_MODEL.to_owned(),
            openai_image_model: OPENAI_IMAGE_MODEL.to_owned(),
            ollama_url: Url::parse("http://127.0.0.1:11434").ok(),
            ollama_again: Duration::from_secs(30),
            sample_words_per_second: 40,
        }
    }
}

impl ProviderSettings {
    /// Lets calls out to the servers these settings name, wherever they are.
    pub fn allow(&self, policy: OutboundPolicy) -> OutboundPolicy {
        let named = [&self.openai_base_url, &self.ollama_url].into_iter().flatten();
        named.fold(policy, OutboundPolicy::allow_url)
    }

    fn openai(&self, client: &OutboundClient, cache: &CapabilityCache) -> Option<OpenAi> {
        if self.openai_api_key.is_none() && self.openai_base_url.is_none() {
            return None;
        }
        let access = OpenAiSettings::with_default_models(
            self.openai_base_url.clone(),
            self.openai_api_key.clone(),
        )?;
        let settings = OpenAiSettings {
            text_model: self.openai_text_model.clone(),
            image_model: self.openai_image_model.clone(),
            ..access
        };
        Some(OpenAi::new(client.clone(), settings, cache.clone()))
    }
}

/// The providers of this process.
#[derive(Clone)]
pub struct Providers {
    openai: Option<Arc<OpenAi>>,
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
            openai: settings.openai(client, &capabilities).map(Arc::new),
            ollama,
            sample: Arc::new(Sample::new(settings.sample_words_per_second)),
            capabilities,
        }
    }

    /// The process-wide cache of which request fields servers accept.
    pub fn capabilities(&self) -> &CapabilityCache {
        &self.capabilities
    }

    /// These providers with another OpenAI in the place of the configured one.
    #[must_use]
    pub fn with_openai(&self, openai: OpenAi) -> Self {
        Self { openai: Some(Arc::new(openai)), ..self.clone() }
    }

    /// The provider of text for this model: the one named before its `/`, else the first of OpenAI,
    /// Ollama and the sample. Ollama is looked for again when it would answer.
    pub async fn text(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = model.and_then(|model| model.split('/').next());
        let ollama = match (named, &self.openai) {
            (Some("sample"), _) => return self.sample.clone(),
            (Some("ollama"), _) | (_, None) => self.ollama.find().await,
            (_, Some(_)) => None,
        };
        match (ollama, &self.openai) {
            (Some(ollama), _) => ollama,
            (None, Some(openai)) => openai.clone(),
            (None, None) => self.sample.clone(),
        }
    }

    /// The provider of images for this model: OpenAI, or the sample where that is named or OpenAI
    /// is not configured.
    pub fn image(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = model.and_then(|model| model.split('/').next());
        match (named, &self.openai) {
            (Some("sample"), _) | (_, None) => self.sample.clone(),
            (_, Some(openai)) => openai.clone(),
        }
    }

    /// What a settings page may show: everything but keys. Without OpenAI, Ollama is looked for
    /// again.
    pub async fn describe(&self) -> Description {
        let openai = self.openai.as_ref().map(|openai| openai.settings());
        let ollama = match openai {
            Some(_) => self.ollama.find_cached(),
            None => self.ollama.find().await,
        };
        let text = match (openai, &ollama) {
            (Some(settings), _) => Offer::over_wire(settings, &settings.text_model),
            (None, Some(ollama)) => Offer::new("ollama", "Ollama", &ollama.models()[0]),
            (None, None) => Offer::sample(),
        };
        let image = match openai {
            Some(settings) => Offer::over_wire(settings, &settings.image_model),
            None => Offer::sample(),
        };
        let ollama_models = ollama.map(|found| found.models().to_vec());
        Description { text, image, ollama_models: ollama_models.unwrap_or_default() }
    }
}

/// The providers in use, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The provider of text where a node names no model.
    pub text: Offer,
    /// The provider of images where a node names no model.
    pub image: Offer,
    /// Models of the Ollama server that was found, empty without one.
    pub ollama_models: Vec<String>,
}

/// One provider in one of its roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The provider's stable name, e.g. `openai`, as [`Provider::name`] gives it.
    pub provider: String,
    /// Name as a person knows it.
    pub label: String,
    /// Model used when a node names none.
    pub model: String,
    /// Host that is called, none when nothing leaves the process.
    pub host: Option<String>,
    /// Whether a key is configured.
    pub has_key: bool,
    /// Whether answers are made up by the program and marked so.
    pub is_sample: bool,
}

impl Offer {
    fn new(provider: &str, label: &str, model: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            label: label.to_owned(),
            model: model.to_owned(),
            host: None,
            has_key: false,
            is_sample: false,
        }
    }

    fn sample() -> Self {
        Self { is_sample: true, ..Self::new("sample", "Sample", "sample") }
    }

    fn over_wire(settings: &OpenAiSettings, model: &str) -> Self {
        Self {
            host: settings.base_url.host_str().map(str::to_owned),
            has_key: settings.api_key.is_some(),
            ..Self::new(settings.name, settings.label, model)
        }
    }
}
