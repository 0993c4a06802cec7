//! The call of a model that a job of a node makes: what for, of which model, and how large it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{budget::UNSTATED_TOKENS, expr::Scope, field::Text};

/// Tokens of the parts of a request around the prompt.
const FRAME_TOKENS: i64 = 64;
/// About how many bytes a token has in a language with spaces.
const TOKEN_BYTES: i64 = 4;

/// What a call of a model produces.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Goods")]
pub enum CallKind {
    /// A text, paid by tokens.
    Text,
    /// An image, paid by image or by tokens.
    #[serde(rename = "picture")]
    Image,
    /// A judgement of a text.
    Score,
}

/// A model that a node calls, and what for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Asked")]
pub struct ModelCall {
    /// What the call produces.
    #[serde(rename = "goods")]
    pub kind: CallKind,
    /// The model as the node names it; none is the workspace's default.
    pub by_name: Option<String>,
}

/// Tokens sent and received by one call: the fewest and the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallSize {
    /// Tokens of the prompt, and of all that goes with it.
    pub input: (i64, i64),
    /// Tokens of the answer, also of an image.
    pub output: (i64, i64),
}

impl CallSize {
    /// Tokens of a short answer, e.g. a headline.
    pub const SHORT: i64 = 50;
    /// Tokens that a text has at most whose length nothing bounds.
    pub const UNSTATED: i64 = UNSTATED_TOKENS as i64;

    /// The fewest and the most tokens of a request with these texts. A text has no more tokens than
    /// bytes; a reference that is not known yet counts as long as an answer.
    pub fn count_sent<const N: usize>(texts: [&Text; N], scope: &Scope) -> (i64, i64) {
        texts.into_iter().fold((FRAME_TOKENS, FRAME_TOKENS), |(low, high), text| {
            let (known, open) = match text.render(scope) {
                Ok(text) => (text.len(), 0),
                Err(_) => (text.as_str().len(), Self::UNSTATED),
            };
            let bytes = i64::try_from(known).unwrap_or(i64::MAX / 2);
            (low + bytes / TOKEN_BYTES, high + bytes + open)
        })
    }

    /// As [`CallSize::count_sent`], each text counted as a request of its own.
    pub fn count_each_sent<'a>(
        texts: impl IntoIterator<Item = &'a Text>,
        scope: &Scope,
    ) -> (i64, i64) {
        let sizes = texts.into_iter().map(|text| Self::count_sent([text], scope));
        sizes.fold((0, 0), |(low, high), (least, most)| {
            (low.saturating_add(least), high.saturating_add(most))
        })
    }
}
