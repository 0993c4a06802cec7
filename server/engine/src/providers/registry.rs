//! Who answers: the configured provider, else Ollama where it runs, else the sample.

use super::Provider;
use super::nearby::Nearby;
use super::openai::{OpenAi, OpenAiSettings};
use super::sample::Sample;
use super::taken::Known;
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

    fn openai(&self, client: &OutboundClient, known: &Known) -> Option<OpenAi> {
        if self.openai_api_key.is_none() && self.openai_base_url.is_none() {
            return None;
        }
        let access = OpenAiSettings::at(self.openai_base_url.clone(), self.openai_api_key.clone())?;
        let settings = OpenAiSettings {
            text_model: self.openai_text_model.clone(),
            image_model: self.openai_image_model.clone(),
            ..access
        };
        Some(OpenAi::new(client.clone(), settings, known.clone()))
    }
}

/// The providers of this process.
#[derive(Clone)]
pub struct Providers {
    openai: Option<Arc<OpenAi>>,
    ollama: Nearby,
    sample: Arc<Sample>,
    known: Known,
}

impl Providers {
    /// Sets up what is configured and looks for Ollama, for at most a second.
    pub async fn detect(settings: &ProviderSettings, client: &OutboundClient) -> Self {
        let ollama = Nearby::new(client, settings.ollama_url.clone(), settings.ollama_again);
        ollama.found().await;
        let known = Known::default();
        Self {
            openai: settings.openai(client, &known).map(Arc::new),
            ollama,
            sample: Arc::new(Sample::new(settings.sample_words_per_second)),
            known,
        }
    }

    /// What this process knows of what servers take.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// The same, with other access to OpenAI than what was configured.
    #[must_use]
    pub fn with_openai(&self, openai: OpenAi) -> Self {
        Self { openai: Some(Arc::new(openai)), ..self.clone() }
    }

    /// Who writes text with this model: the provider before its `/` where there is one, else the
    /// first of OpenAI, Ollama and the sample. Ollama is looked for again when it would answer.
    pub async fn text(&self, model: Option<&str>) -> Arc<dyn Provider> {
        let named = model.and_then(|model| model.split('/').next());
        let ollama = match (named, &self.openai) {
            (Some("sample"), _) => return self.sample.clone(),
            (Some("ollama"), _) | (_, None) => self.ollama.found().await,
            (_, Some(_)) => None,
        };
        match (ollama, &self.openai) {
            (Some(ollama), _) => ollama,
            (None, Some(openai)) => openai.clone(),
            (None, None) => self.sample.clone(),
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

    /// What a settings page may show: everything but keys. Where nobody else writes text, Ollama is
    /// looked for again.
    pub async fn describe(&self) -> Description {
        let openai = self.openai.as_ref().map(|openai| openai.settings());
        let ollama = match openai {
            Some(_) => self.ollama.known(),
            None => self.ollama.found().await,
        };
        let text = match (openai, &ollama) {
            (Some(settings), _) => Offer::over_wire(settings, &settings.text_model),
            (None, Some(ollama)) => Offer::of("ollama", "Ollama", &ollama.models()[0]),
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
