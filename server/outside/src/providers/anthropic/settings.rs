//! How Anthropic, or a server with its wire format, is called.

use model::{
    provider::Pace,
    provider_choice::{ANTHROPIC_ADDRESS, ANTHROPIC_TEXT_MODEL},
};
use url::Url;
use vault::secret::Secret;

use crate::providers::access::ProviderAccess;

/// The stable name of Anthropic, and of servers that stand in for it.
pub(super) const NAME: &str = "anthropic";

/// Address, key and model of a server with this wire format.
#[derive(Debug, Clone)]
pub struct AnthropicSettings {
    /// Address that `/messages` follows, e.g. `https://api.anthropic.com/v1`.
    pub base_url: Url,
    /// Key; servers on one's own machine need none.
    pub api_key: Option<Secret>,
    /// Model for text when a request names none.
    pub text_model: String,
    /// How hard it may be asked.
    pub pace: Pace,
}

impl AnthropicSettings {
    /// Anthropic, or a compatible server, with Anthropic's address and model where the access names
    /// none. None where the built-in address does not parse.
    pub fn from_access(access: ProviderAccess) -> Option<Self> {
        let own_address = || Url::parse(ANTHROPIC_ADDRESS).ok();
        Some(Self {
            base_url: access.base_url.or_else(own_address)?,
            api_key: access.api_key,
            text_model: access.text_model.unwrap_or_else(|| ANTHROPIC_TEXT_MODEL.to_owned()),
            pace: Pace::default(),
        })
    }
}
