//! Outputs as events record them, and what calls cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{ArtifactId, ImageId, NodeId},
    nodes::ai_review::Verdict,
    review::Reviewer,
};

/// Among the inputs of an output: true when the answer ended at its token limit.
pub const CUT_OFF: &str = "cut_off";
/// Among the inputs of an output: what the model thought first.
pub const REASONING: &str = "reasoning";
/// Among the inputs of an output: the answer before, which was not what was asked for, and what was
/// wrong with it.
pub const REPAIRED: &str = "repaired";

/// A version of an output, as the log and pages know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactSummary {
    /// The id of the version.
    pub id: ArtifactId,
    /// The node that made it.
    pub node: NodeId,
    /// Its place among the node's items.
    pub item: i32,
    /// The port it came out of.
    pub port: String,
    /// 1, 2, 3 … for the same item and port.
    pub version: i32,
    /// True when the sample provider made it.
    pub sample: bool,
    /// True when it ended at its token limit: there would be more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut_off: bool,
    /// Set when a person made an older version current again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// Who wrote it, where a person did who approved it with changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<Reviewer>,
    /// Its kind, with what a card shows.
    #[serde(flatten)]
    pub body: ArtifactBody,
}

impl ArtifactSummary {
    /// The number of the version that a job made: this one, or the one that this one restores.
    pub fn made_as(&self) -> i32 {
        self.restored.as_ref().map_or(self.version, |restored| restored.version)
    }
}

/// The provider of a version that a person wrote; the model is then that person's name, or empty
/// for the version as it was before the edit.
pub const PERSON: &str = "person";

/// The older version that a restored version repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Restored {
    /// The version that a job made.
    pub version: i32,
    /// Who made it current again.
    pub by: Reviewer,
}

/// The kind of an output, with what a card shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ArtifactBody {
    /// A text, with its beginning.
    Text {
        /// At most [`EXCERPT_CHARS`] characters.
        excerpt: String,
    },
    /// An image in the library.
    Image {
        /// The id of the image in the library.
        image: ImageId,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Structured data; the beginning of it as compact JSON, or of what it says in words.
    Json {
        /// At most [`EXCERPT_CHARS`] characters.
        excerpt: String,
    },
}

/// How much of a text the log repeats.
pub const EXCERPT_CHARS: usize = 280;

impl ArtifactBody {
    /// The body of a text or of data; the verdict of an AI review is put into words.
    pub fn from_value(content: &Value) -> Self {
        match content {
            Value::String(text) => Self::text(text),
            data => {
                let said = Verdict::from_value(data).map(|verdict| verdict.words());
                Self::Json { excerpt: excerpt(&said.unwrap_or_else(|| data.to_string())) }
            }
        }
    }

    /// The body of a text, of which only the beginning is kept.
    pub fn text(text: &str) -> Self {
        Self::Text { excerpt: excerpt(text) }
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARS).collect()
}

/// What one call used and cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Charge {
    /// The key of the provider that answered.
    pub provider: String,
    /// The model that answered.
    pub model: String,
    /// Tokens of the prompt.
    pub input_tokens: i64,
    /// Tokens of the answer.
    pub output_tokens: i64,
    /// Millionths of a dollar; none when the model's price is unknown (never 0 for that).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<i64>,
    /// True when the sample provider answered: nominal prices, outside budgets.
    pub sample: bool,
    /// True when the provider did not count all of the tokens: an answer that broke off, or no count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}
