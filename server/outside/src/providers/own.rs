//! A provider that a workspace has access of its own to, in whichever wire format it speaks.

use std::sync::Arc;

use model::{
    execution::failure::Failure, id::WorkspaceId, provider::Pace, provider_choice::Vendor,
};

use super::{
    Provider,
    access::ProviderAccess,
    anthropic::{Anthropic, AnthropicSettings},
    capabilities::Capabilities,
    capability_cache::CapabilityCache,
    openai::{OpenAi, OpenAiSettings},
};
use crate::outbound::OutboundClient;

/// A provider that a workspace has access of its own to.
#[derive(Debug, Clone)]
pub enum OwnProvider {
    /// OpenAI, or a server like it.
    OpenAi(OpenAi),
    /// Anthropic, or a server like it.
    Anthropic(Anthropic),
}

impl OwnProvider {
    /// The provider that is called with this access, so hard. None where the vendor's own address does
    /// not parse.
    pub fn connect(
        vendor: Vendor,
        client: &OutboundClient,
        access: ProviderAccess,
        pace: Pace,
        capabilities: &CapabilityCache,
    ) -> Option<Self> {
        let (client, capabilities) = (client.clone(), capabilities.clone());
        Some(match vendor {
            Vendor::OpenAi => {
                let settings = OpenAiSettings::from_access(access)?;
                let settings = OpenAiSettings { pace, ..settings };
                Self::OpenAi(OpenAi::new(client, settings, capabilities))
            }
            Vendor::Anthropic => {
                let settings = AnthropicSettings::from_access(access)?;
                let settings = AnthropicSettings { pace, ..settings };
                Self::Anthropic(Anthropic::new(client, settings, capabilities))
            }
        })
    }

    /// The same provider, whose rate limits are the workspace's.
    #[must_use]
    pub fn for_workspace(self, workspace: WorkspaceId) -> Self {
        match self {
            Self::OpenAi(provider) => Self::OpenAi(provider.for_workspace(workspace)),
            Self::Anthropic(provider) => Self::Anthropic(provider.for_workspace(workspace)),
        }
    }

    /// The provider itself.
    pub fn as_provider(&self) -> &dyn Provider {
        match self {
            Self::OpenAi(provider) => provider,
            Self::Anthropic(provider) => provider,
        }
    }

    /// The provider itself, to be shared.
    pub fn into_provider(self) -> Arc<dyn Provider> {
        match self {
            Self::OpenAi(provider) => Arc::new(provider),
            Self::Anthropic(provider) => Arc::new(provider),
        }
    }

    /// The host that is called.
    pub fn host(&self) -> String {
        match self {
            Self::OpenAi(provider) => provider.host(),
            Self::Anthropic(provider) => provider.host(),
        }
    }

    /// The address under which is remembered what its models accept.
    pub fn base_url(&self) -> &str {
        match self {
            Self::OpenAi(provider) => provider.base_url(),
            Self::Anthropic(provider) => provider.base_url(),
        }
    }

    /// The same provider, which learns into `capabilities` what its server accepts.
    #[must_use]
    pub fn with_capabilities(self, capabilities: CapabilityCache) -> Self {
        match self {
            Self::OpenAi(provider) => Self::OpenAi(provider.with_capabilities(capabilities)),
            Self::Anthropic(provider) => Self::Anthropic(provider.with_capabilities(capabilities)),
        }
    }

    /// Which request fields a model is known to accept.
    pub fn capabilities(&self, model: &str) -> Capabilities {
        match self {
            Self::OpenAi(provider) => provider.capabilities(model),
            Self::Anthropic(provider) => provider.capabilities(model),
        }
    }

    /// The names of the models that the server lists, sorted.
    ///
    /// # Errors
    /// The server cannot be reached, refuses, or answers with no list of models.
    pub async fn models(&self) -> Result<Vec<String>, Failure> {
        match self {
            Self::OpenAi(provider) => provider.models().await,
            Self::Anthropic(provider) => provider.models().await,
        }
    }
}
