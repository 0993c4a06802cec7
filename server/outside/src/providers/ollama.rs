//! Ollama on the same machine: found by asking, spoken to in the format it shares with OpenAI.

use std::time::Duration;

use async_trait::async_trait;
use model::{execution::failure::Failure, provider::Pace};
use serde::Deserialize;
use url::Url;

use super::openai::{OLLAMA, OpenAi, OpenAiSettings};
use super::request::{CallError, ImageAnswer, ImageRequest, TextAnswer, TextRequest};
use super::{CapabilityCache, ChatAnswer, ChatRequest, ChatSink, Provider, TextSink};
use crate::outbound::{Limits, Method, OutboundClient, OutboundRequest};

/// Long enough for a busy machine, short enough not to be felt at start.
const DETECTION: Duration = Duration::from_secs(1);

/// An Ollama server that has at least one model for text.
#[derive(Debug, Clone)]
pub struct Ollama {
    chat: OpenAi,
    models: Vec<String>,
}

#[derive(Deserialize)]
struct Tags {
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

impl Ollama {
    /// Finds the server at this address; none when nothing answers there or it has no model.
    pub async fn detect(client: &OutboundClient, url: &Url) -> Option<Self> {
        let request = OutboundRequest::new(Method::GET, url.join("/api/tags").ok()?)
            .limits(Limits::default().within(DETECTION));
        let answer = client.send(request).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let tags: Tags = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
        let names = tags.models.into_iter().map(|tag| tag.name);
        let models: Vec<String> = names.filter(|name| !name.contains("embed")).collect();
        let settings = OpenAiSettings {
            name: OLLAMA,
            label: "Ollama",
            base_url: url.join("/v1").ok()?,
            api_key: None,
            text_model: models.first()?.clone(),
            image_model: String::new(),
            pace: Pace::default(),
        };
        let chat = OpenAi::new(client.clone(), settings, CapabilityCache::default());
        Some(Self { chat, models })
    }

    /// Models for text, the first of which answers when a request names none of them.
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// A request for another vendor's model is answered by the first model there is.
    fn known_model(&self, asked: Option<&str>) -> Option<String> {
        let asked = asked?.trim();
        let asked = asked.strip_prefix("ollama/").unwrap_or(asked);
        let is_asked =
            |name: &&String| name.as_str() == asked || name.strip_suffix(":latest") == Some(asked);
        self.models.iter().find(is_asked).cloned()
    }
}

#[async_trait]
impl Provider for Ollama {
    fn name(&self) -> &'static str {
        OLLAMA
    }

    fn label(&self) -> &'static str {
        "Ollama"
    }

    fn is_free(&self) -> bool {
        true
    }

    fn address(&self) -> Option<&str> {
        self.chat.address()
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        self.known_model(asked).or_else(|| self.models.first().cloned()).unwrap_or_default()
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.text_model(asked)
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        let model = self.known_model(request.model.as_deref());
        self.chat.generate_text(&TextRequest { model, ..request.clone() }, sink).await
    }

    fn context_window(&self, model: &str) -> u64 {
        self.chat.context_window(model)
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        let model = self.known_model(request.model.as_deref());
        self.chat.chat(&ChatRequest { model, ..request.clone() }, sink).await
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        let words = "Ollama: doesn't make images; set up an image provider";
        Err(Failure::permanent("no_images", words).into())
    }
}
