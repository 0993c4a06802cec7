//! How a server with the wire format of OpenAI is called.

use model::{
    provider::Pace,
    provider_choice::{OPENAI_ADDRESS, OPENAI_IMAGE_MODEL, OPENAI_TEXT_MODEL},
};
use url::Url;
use vault::secret::Secret;

use crate::providers::access::ProviderAccess;

/// The stable name of OpenAI, and of servers that stand in for it.
pub(super) const NAME: &str = "openai";

/// The stable name of an Ollama, whose own API is used for talks.
pub(in super::super) const OLLAMA: &str = "ollama";

/// Address, key and models of a server with this wire format.
#[derive(Debug, Clone)]
pub struct OpenAiSettings {
    /// Stable name, e.g. `openai`.
    pub name: &'static str,
    /// Name as a person knows it, e.g. `OpenAI`.
    pub label: &'static str,
    /// Address that `/chat/completions` follows, e.g. `https://api.openai.com/v1`.
    pub base_url: Url,
    /// Key; servers on one's own machine need none.
    pub api_key: Option<Secret>,
    /// Model for text when a request names none.
    pub text_model: String,
    /// Model for images when a request names none.
    pub image_model: String,
    /// How hard it may be asked.
    pub pace: Pace,
}

impl OpenAiSettings {
    /// OpenAI, or a compatible server, with OpenAI's address and models where the access names
    /// none. None where the built-in address does not parse.
    pub fn from_access(access: ProviderAccess) -> Option<Self> {
        let own_address = || Url::parse(OPENAI_ADDRESS).ok();
        Some(Self {
            name: NAME,
            label: "OpenAI",
            base_url: access.base_url.or_else(own_address)?,
            api_key: access.api_key,
            text_model: access.text_model.unwrap_or_else(|| OPENAI_TEXT_MODEL.to_owned()),
            image_model: access.image_model.unwrap_or_else(|| OPENAI_IMAGE_MODEL.to_owned()),
            pace: Pace::default(),
        })
    }
}
