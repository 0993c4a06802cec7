//! A provider that is chosen and cannot answer. It says so and waits for a person, or for a server that
//! comes and goes until it is there: what was meant for one provider is not sent to another.

use async_trait::async_trait;
use model::{
    execution::failure::{Failure, HoldReason},
    provider_choice::{ProviderName, Vendor},
};

use super::{
    AWAY, ChatSink, Provider, TextSink,
    chat::{ChatAnswer, ChatRequest},
    offer::Offer,
    request::{CallError, ImageAnswer, ImageRequest, TextAnswer, TextRequest, model_name},
};

/// What most models read at once; nothing is sent to this one.
const WINDOW: u64 = 200_000;

/// Stands in for a provider that is chosen and not set up, or not there.
#[derive(Debug, Clone)]
pub(super) struct NotSetUp {
    /// The provider that is chosen.
    pub(super) name: ProviderName,
    /// Where it is waited for, as in any outage; none waits for a person at once.
    pub(super) address: Option<String>,
}

impl NotSetUp {
    fn error(&self) -> CallError {
        let name = self.name.label();
        if let Some(address) = &self.address {
            let words = format!(
                "{name} wasn't found at {address}. Start it, or choose another provider under Providers"
            );
            return Failure::transient(AWAY, words).into();
        }
        let words = match self.name.vendor() {
            Some(_) => format!(
                "{name} is chosen but not set up. Add its API key under Providers, or choose another provider"
            ),
            None => format!(
                "{name} is chosen but wasn't found. Start it, or choose another provider under Providers"
            ),
        };
        Failure::hold(HoldReason::Provider, "provider_not_set_up", words).into()
    }

    fn model(&self, asked: Option<&str>, usual: Option<&str>) -> String {
        model_name(self.name.as_str(), asked, usual.unwrap_or_default())
    }

    fn offer(&self, model: &str) -> Offer {
        Offer { is_set_up: false, ..Offer::new(self.name.as_str(), self.name.label(), model) }
    }
}

#[async_trait]
impl Provider for NotSetUp {
    fn name(&self) -> &'static str {
        self.name.as_str()
    }

    fn label(&self) -> &'static str {
        self.name.label()
    }

    fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    fn is_free(&self) -> bool {
        self.name.vendor().is_none()
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        self.model(asked, self.name.vendor().map(Vendor::text_model))
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.model(asked, self.name.vendor().and_then(Vendor::image_model))
    }

    fn text_offer(&self) -> Offer {
        self.offer(&self.text_model(None))
    }

    fn image_offer(&self) -> Offer {
        self.offer(&self.image_model(None))
    }

    async fn generate_text(
        &self,
        _: &TextRequest,
        _: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        Err(self.error())
    }

    fn context_window(&self, _: &str) -> u64 {
        WINDOW
    }

    async fn chat(&self, _: &ChatRequest, _: &mut ChatSink<'_>) -> Result<ChatAnswer, CallError> {
        Err(self.error())
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        Err(self.error())
    }
}
