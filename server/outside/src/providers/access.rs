//! The access to a provider that an operator or a workspace sets up.

use url::Url;
use vault::secret::Secret;

/// The address, the key and the models of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderAccess {
    /// The address, up to and with its version, e.g. `/v1`; none for the provider's own.
    pub base_url: Option<Url>,
    /// The key that is sent with every call; none where the server needs no key.
    pub api_key: Option<Secret>,
    /// The model for text where a node names none; none for the default one.
    pub text_model: Option<String>,
    /// The model for images where a node names none; none for the default one.
    pub image_model: Option<String>,
}

impl ProviderAccess {
    /// Whether the provider is to be used: an address or a key is set.
    pub fn is_set(&self) -> bool {
        self.base_url.is_some() || self.api_key.is_some()
    }
}
