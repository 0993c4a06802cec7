//! Which providers there are, which of them a workspace can have access of its own to, and which it
//! chooses for texts and for images.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    problem::{FieldProblem, Problem},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// Where OpenAI is, when nobody names another address.
pub const OPENAI_ADDRESS: &str = "https://api.openai.com/v1";
/// Its model for text when nobody names one.
pub const OPENAI_TEXT_MODEL: &str = "gpt-4o-mini";
/// Its model for images when nobody names one.
pub const OPENAI_IMAGE_MODEL: &str = "gpt-image-1";
/// Where Anthropic is, when nobody names another address.
pub const ANTHROPIC_ADDRESS: &str = "https://api.anthropic.com/v1";
/// Its model for text when nobody names one.
pub const ANTHROPIC_TEXT_MODEL: &str = "claude-sonnet-4-6";

string_enum! {
    /// A provider that a workspace may have access of its own to, in the order in which they answer
    /// where none is chosen. Servers that speak its API count as it.
    Vendor ("provider") {
        /// OpenAI.
        OpenAi = "openai",
        /// Anthropic.
        Anthropic = "anthropic",
    }
}

string_enum! {
    /// A provider that may be chosen to answer.
    ProviderName ("provider") {
        /// OpenAI, or a server like it.
        OpenAi = "openai",
        /// Anthropic, or a server like it.
        Anthropic = "anthropic",
        /// Ollama on the server's own machines.
        Ollama = "ollama",
        /// The sample provider, whose answers are made up and marked so.
        Sample = "sample",
    }
}

impl Vendor {
    /// Its name as a person knows it.
    pub const fn label(self) -> &'static str {
        ProviderName::from_vendor(self).label()
    }

    /// Its own address, up to and with its version.
    pub const fn address(self) -> &'static str {
        match self {
            Self::OpenAi => OPENAI_ADDRESS,
            Self::Anthropic => ANTHROPIC_ADDRESS,
        }
    }

    /// Its model for text when nobody names one.
    pub const fn text_model(self) -> &'static str {
        match self {
            Self::OpenAi => OPENAI_TEXT_MODEL,
            Self::Anthropic => ANTHROPIC_TEXT_MODEL,
        }
    }

    /// Its model for images when nobody names one; none where it makes no images.
    pub const fn image_model(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some(OPENAI_IMAGE_MODEL),
            Self::Anthropic => None,
        }
    }
}

impl ProviderName {
    /// The name that a vendor has among all providers.
    pub const fn from_vendor(vendor: Vendor) -> Self {
        match vendor {
            Vendor::OpenAi => Self::OpenAi,
            Vendor::Anthropic => Self::Anthropic,
        }
    }

    /// The vendor that has to give access; none where nobody has to.
    pub const fn vendor(self) -> Option<Vendor> {
        match self {
            Self::OpenAi => Some(Vendor::OpenAi),
            Self::Anthropic => Some(Vendor::Anthropic),
            Self::Ollama | Self::Sample => None,
        }
    }

    /// Its name as a person knows it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::Anthropic => "Anthropic",
            Self::Ollama => "Ollama",
            Self::Sample => "Sample provider",
        }
    }

    /// Whether it can be chosen for images.
    pub const fn makes_images(self) -> bool {
        match self {
            Self::OpenAi | Self::Sample => true,
            Self::Anthropic | Self::Ollama => false,
        }
    }

    /// Whether a model of this name, without a provider's before it, is one of its own: then it
    /// answers for the model, whoever is chosen.
    pub fn has_model(self, model: &str) -> bool {
        let beginnings: &[&str] = match self {
            Self::OpenAi => {
                &["gpt-3", "gpt-4", "gpt-5", "gpt-image-", "chatgpt-", "dall-e-", "o1", "o3", "o4-"]
            }
            Self::Anthropic => &["claude-"],
            Self::Ollama | Self::Sample => &[],
        };
        beginnings.iter().any(|beginning| model.starts_with(beginning))
    }
}

/// Who answers where a step names neither a provider nor a model that is a provider's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderChoice {
    /// Who writes texts; none is the first provider that is set up.
    pub text: Option<ProviderName>,
    /// Who makes images; none is the first provider that is set up and makes them.
    pub image: Option<ProviderName>,
}

impl ProviderChoice {
    /// This choice, if each provider can do what it is chosen for.
    ///
    /// # Errors
    /// A provider for images that makes none.
    pub fn checked(self) -> Result<Self, Problem> {
        match self.image.filter(|name| !name.makes_images()) {
            None => Ok(self),
            Some(name) => {
                let words =
                    format!("{} doesn't make images. Choose another provider.", name.label());
                Err(choice_refused(vec![choice_fault("image", words)]))
            }
        }
    }
}

/// What is wrong with one field of a choice.
pub fn choice_fault(path: &str, words: impl Into<String>) -> FieldProblem {
    FieldProblem::field("bad_provider", path, words)
}

/// The problem that refuses a choice.
pub fn choice_refused(errors: Vec<FieldProblem>) -> Problem {
    Problem::invalid("The default providers were not saved.", errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_chosen_for_what_it_can_do() {
        for name in ProviderName::ALL {
            let choice = ProviderChoice { text: Some(*name), image: Some(*name) };
            let refused = choice.checked().err().map(|problem| problem.errors[0].path.clone());
            let expected = (!name.makes_images()).then(|| Some("image".to_owned()));
            assert_eq!(refused, expected, "{name}");
            assert!(ProviderChoice { image: None, ..choice }.checked().is_ok());
        }
    }

    #[test]
    fn vendors_and_models_belong_to_one_provider() {
        for vendor in Vendor::ALL {
            let name = ProviderName::from_vendor(*vendor);
            assert_eq!((name.vendor(), name.as_str()), (Some(*vendor), vendor.as_str()));
            assert!(name.has_model(vendor.text_model()), "{name}");
            assert_eq!(vendor.image_model().is_some(), name.makes_images());
        }
        for (model, owner) in [
            ("gpt-5-mini", Some(ProviderName::OpenAi)),
            ("o3", Some(ProviderName::OpenAi)),
            ("claude-haiku-4-5", Some(ProviderName::Anthropic)),
            ("gpt-oss:20b", None),
            ("openai/gpt-5", None),
        ] {
            let found = ProviderName::ALL.iter().copied().find(|name| name.has_model(model));
            assert_eq!(found, owner, "{model}");
        }
    }
}
