//! What a settings page may show of the providers: everything but keys.

use model::provider_choice::ProviderName;
use serde::Serialize;

/// The providers in use, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The provider of text where a node names no model.
    pub text: Offer,
    /// The provider of images where a node names no model.
    pub image: Offer,
    /// All remote providers that are set up, each as it answers with text.
    pub remote_texts: Vec<Offer>,
    pub remote_images: Vec<Offer>,
    /// The providers that can be chosen and answer now.
    pub set_up: Vec<ProviderName>,
    /// Models of the Ollama server that was found, empty without one.
    pub ollama_models: Vec<String>,
}

/// One provider in one of its roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The provider's stable name, e.g. `openai`, as [`Provider::name`](super::Provider::name) gives it.
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
    /// Whether it can answer; false for one that is chosen and has no access, or was not found.
    pub is_set_up: bool,
}

impl Offer {
    /// A provider that answers with this model, on this machine and without a key.
    pub(super) fn new(provider: &str, label: &str, model: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            label: label.to_owned(),
            model: model.to_owned(),
            host: None,
            has_key: false,
            is_sample: false,
            is_set_up: true,
        }
    }
}
