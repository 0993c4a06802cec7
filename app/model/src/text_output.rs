//! What a model is asked to answer with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most tokens of an answer that can be asked for.
pub const MOST_TOKENS: u32 = 128_000;

/// What the model answers with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "snake_case", from = "written::Output")]
pub enum Output {
    /// Each answer is one text.
    #[default]
    Text,
    /// Several texts, one a line or item.
    List,
    /// JSON of a schema.
    Json {
        /// A JSON Schema; none means any JSON.
        #[serde(skip_serializing_if = "Option::is_none")]
        schema: Option<Value>,
    },
}

/// The same as written: serde refuses unknown fields only of variants with braces.
mod written {
    use serde::Deserialize;
    use serde_json::Value;

    #[derive(Deserialize)]
    #[serde(tag = "format", rename_all = "snake_case", deny_unknown_fields)]
    pub(super) enum Output {
        Text {},
        List {},
        Json { schema: Option<Value> },
    }

    impl From<Output> for super::Output {
        fn from(written: Output) -> Self {
            match written {
                Output::Text {} => Self::Text,
                Output::List {} => Self::List,
                Output::Json { schema } => Self::Json { schema },
            }
        }
    }
}
