//! Who answers: the configured provider, else Ollama where it runs, else the sample.

use super::Provider;
use super::ollama::Ollama;
use super::openai::{OpenAi, OpenAiSettings};
use super::sample::Sample;
use crate::outbound::{OutboundClient, OutboundPolicy};
use crate::secret::Secret;
use serde::Serialize;
use std::sync::Arc;
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
    /// Words a second at which the sample provider writes; 0 writes at once.
    pub sample_words_per_second: u32,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            openai_base_url: None,
            openai_api_key: None,
            openai_text_model: "gpt-4o-mini".to_owned(),
            openai_image_model: "gpt-image-1".to_owned(),
            ollama_url: Url::parse("http://127.0.0.1:11434").ok(),
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

    fn openai(&self, client: &OutboundClient) -> Option<OpenAi> {
        if self.openai_api_key.is_none() && self.openai_base_url.is_none() {
            return None;
        }
        let default = || Url::parse("https://api.openai.com/v1").ok();
        let settings = OpenAiSettings {
            name: "openai",
            label: "OpenAI",
            base_url: self.openai_base_url.clone().or_else(default)?,
            api_key: self.openai_api_key.clone(),
            text_model: self.openai_text_model.clone(),
            image_model: self.openai_image_model.clone(),
        };
        Some(OpenAi::new(client.clone(), settings))
    }
}

/// The providers of this process.
#[derive(Clone)]
pub struct Providers {
    openai: Option<Arc<OpenAi>>,
    ollama: Option<Arc<Ollama>>,
    sample: Arc<Sample>,
}

impl Providers {
    /// Sets up what is configured and looks for Ollama, for at most a second.
    pub async fn detect(settings: &ProviderSettings, client: &OutboundClient) -> Self {
        let ollama = match &settings.ollama_url {
            Some(url) => Ollama::detect(client, url).await,
            None => None,
        };
        Self {
            openai: settings.openai(client).map(Arc::new),
            ollama: ollama.map(Arc::new),
            sample: Arc::new(Sample::new(settings.sample_words_per_second)),
        }
    }

    /// Who writes text with this model: the provider before its `/` where there is one, else the
    /// first of OpenAI, Ollama and the sample.
    pub fn text(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = model.and_then(|model| model.split('/').next());
        match (named, &self.openai, &self.ollama) {
            (Some("sample"), _, _) => self.sample.clone(),
            (Some("ollama"), _, Some(ollama)) => ollama.clone(),
            (_, Some(openai), _) => openai.clone(),
            (_, None, Some(ollama)) => ollama.clone(),
            (_, None, None) => self.sample.clone(),
        }
    }

    /// Who makes pictures with this model.
    pub fn image(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = model.and_then(|model| model.split('/').next());
        match (named, &self.openai) {
            (Some("sample"), _) | (_, None) => self.sample.clone(),
            (_, Some(openai)) => openai.clone(),
        }
    }

    /// What a settings page may show: everything but keys.
    pub fn describe(&self) -> Description {
        let openai = self.openai.as_ref().map(|openai| openai.settings());
        let text = match (openai, &self.ollama) {
            (Some(settings), _) => Offer::over_wire(settings, &settings.text_model),
            (None, Some(ollama)) => Offer::of("ollama", "Ollama", &ollama.models()[0]),
            (None, None) => Offer::sample(),
        };
        let image = match openai {
            Some(settings) => Offer::over_wire(settings, &settings.image_model),
            None => Offer::sample(),
        };
        let ollama_models = self.ollama.as_ref().map(|found| found.models().to_vec());
        Description { text, image, ollama_models: ollama_models.unwrap_or_default() }
    }
}

/// The providers in use, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// Who writes text.
    pub text: Offer,
    /// Who makes pictures.
    pub image: Offer,
    /// Models of the Ollama server that was found, empty without one.
    pub ollama_models: Vec<String>,
}

/// One provider in one of its roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Stable name.
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
    fn of(provider: &str, label: &str, model: &str) -> Self {
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
        Self { is_sample: true, ..Self::of("sample", "Sample", "sample") }
    }

    fn over_wire(settings: &OpenAiSettings, model: &str) -> Self {
        Self {
            host: settings.base_url.host_str().map(str::to_owned),
            has_key: settings.api_key.is_some(),
            ..Self::of(settings.name, settings.label, model)
        }
    }
}
