//! Providers of text and images behind one trait. A vendor's wire format stays in its own module;
//! prices, budgets and retries are decided elsewhere.
//!
//! To add a wire format: write its module with a [`WireFormat`], name it in [`WIRE_FORMATS`], and
//! list its settings in the server's table.

mod access;
mod answer;
mod anthropic;
mod capabilities;
mod capability_cache;
mod chat;
mod failure;
mod http;
mod multipart;
mod nearby;
mod not_set_up;
mod offer;
mod ollama;
mod openai;
mod openai_wire;
mod own;
mod registry;
mod request;
mod sample;
mod tool_schema;
mod vendor_error;
mod windows;
mod wire_format;

pub use access::ProviderAccess;
pub use answer::is_written_call;
pub use anthropic::{Anthropic, AnthropicSettings};
pub use capabilities::{Capabilities, Field, JsonWay, TalkApi};
pub use capability_cache::{CapabilityCache, KeepCapabilities, KeepError};
pub use chat::{
    ChatAnswer, ChatMessage, ChatPiece, ChatRequest, ChatTool, Counted, Ending, IMAGE_TOKENS,
};
pub use failure::{AWAY, CONTEXT_FULL, GATEWAY};
pub use offer::{Description, Offer};
pub use ollama::Ollama;
pub use openai::{OpenAi, OpenAiSettings};
pub use own::OwnProvider;
pub use registry::{ProviderSettings, Providers, WIRE_FORMATS};
pub use request::{
    CallError, ImageAnswer, ImageRequest, InlineImage, ItemOf, Manner, Passage, Repair, TextAnswer,
    TextFormat, TextRequest, Usage, Used,
};
pub use sample::Sample;
pub use wire_format::WireFormat;

use async_trait::async_trait;
use model::provider::Pace;

/// A callback that gets the pieces of a text as they arrive.
pub type TextSink<'a> = dyn FnMut(&str) + Send + 'a;
/// A callback that gets the pieces of a talk's next message as they arrive.
pub type ChatSink<'a> = dyn FnMut(ChatPiece<'_>) + Send + 'a;

/// Answers prompts with text or an image.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Stable name that artifacts and costs are kept under, e.g. `openai`.
    fn name(&self) -> &'static str;

    /// Key of the account that is used, by which rate limits and outages are counted: the
    /// provider's name for the server's own access, else one of the workspace.
    fn account(&self) -> &str {
        self.name()
    }

    /// How hard it may be asked with this access.
    fn pace(&self) -> Pace {
        Pace::default()
    }

    /// Host, and port where it is not the usual one, of whoever answers; none where it is the program
    /// itself.
    fn address(&self) -> Option<&str> {
        None
    }

    /// True when the answers are made up by the program itself and must be marked so.
    fn is_sample(&self) -> bool {
        false
    }

    /// Its name as a person knows it.
    fn label(&self) -> &'static str {
        self.name()
    }

    /// True when its calls cost nothing: it runs on the operator's own machines.
    fn is_free(&self) -> bool {
        false
    }

    /// The model that answers with text when a node asks for this one, by the name it is priced at.
    fn text_model(&self, asked: Option<&str>) -> String;

    /// The model that makes images when a node asks for this one.
    fn image_model(&self, asked: Option<&str>) -> String;

    /// What a settings page may show of it where it answers with text.
    fn text_offer(&self) -> Offer {
        let offer = Offer::new(self.name(), self.label(), &self.text_model(None));
        Offer { is_sample: self.is_sample(), ..offer }
    }

    /// What a settings page may show of it where it makes images.
    fn image_offer(&self) -> Offer {
        let offer = Offer::new(self.name(), self.label(), &self.image_model(None));
        Offer { is_sample: self.is_sample(), ..offer }
    }

    /// Answers with text; `sink` is given each piece as it arrives, together the whole answer.
    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError>;

    /// How many tokens a model can read at once; a careful guess for one that is not known.
    fn context_window(&self, model: &str) -> u64;

    /// Answers a talk with its next message; `sink` is given each piece as it arrives. A refusal or
    /// an answer that was cut off is an answer, too.
    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError>;

    /// Answers with one image that has been decoded whole.
    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, CallError>;
}
