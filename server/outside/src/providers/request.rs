//! Requests to providers and their answers, independent of any vendor.

use std::borrow::Cow;

use bytes::Bytes;
use model::execution::failure::{Failure, FailureClass};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextRequest {
    /// Model by name, optionally `provider/name`; none leaves it to the provider.
    pub model: Option<String>,
    /// The system prompt; none sends none of the step's own.
    pub system: Option<String>,
    /// The prompt, without its context passages.
    pub prompt: String,
    /// Texts that are put before the prompt.
    pub context: Vec<Passage>,
    /// Images the text is about.
    pub images: Vec<InlineImage>,
    /// 0 for the most likely words, up to 2; none leaves it to the model.
    pub temperature: Option<f64>,
    /// Most tokens of the answer.
    pub max_tokens: Option<u32>,
    /// Shape of the answer.
    pub format: TextFormat,
    /// The answer that came before and is not what was asked for; none the first time.
    pub repair: Option<Repair>,
    /// Same seed and request, same answer, as far as the model can.
    pub seed: u64,
    /// Which of the node's items this is.
    pub item: ItemOf,
    /// Same over all attempts of one job.
    pub idempotency_key: String,
}

/// An answer that is to be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The model's answer that cannot be used.
    pub answer: String,
    /// Why it cannot be used, in words.
    pub fault: String,
}

impl Repair {
    /// Bytes that go along.
    pub fn size(&self) -> usize {
        self.answer.len() + self.fault.len()
    }
}

/// A text that goes along with a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Title of the document or file.
    pub title: String,
    /// Its whole text, or as much of it as fits.
    pub text: String,
}

impl TextRequest {
    /// The prompt behind its context, as a model reads it.
    pub fn whole_prompt(&self) -> Cow<'_, str> {
        if self.context.is_empty() {
            return Cow::Borrowed(&self.prompt);
        }
        let mut whole = "Use these documents as context.\n".to_owned();
        for passage in &self.context {
            whole.push_str(&format!("\n# {}\n\n{}\n", passage.title, passage.text));
        }
        Cow::Owned(format!("{whole}\n---\n\n{}", self.prompt))
    }
}

/// The model that a provider of this name is asked for, without that name before it; `usual` where no
/// model is named.
pub(super) fn model_name(provider: &str, asked: Option<&str>, usual: &str) -> String {
    let asked = asked.map(str::trim).filter(|model| !model.is_empty()).unwrap_or(usual);
    let own = asked.strip_prefix(provider).and_then(|rest| rest.strip_prefix('/'));
    own.unwrap_or(asked).to_owned()
}

/// Shape of a text answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum TextFormat {
    /// Prose or Markdown.
    #[default]
    Text,
    /// A list, one item a line; [`model::answer::list_items`] reads it.
    List,
    /// One JSON value.
    Json {
        /// JSON Schema of the value.
        schema: Value,
    },
}

/// The item of a node with a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemOf {
    /// Its position among the items, from 0.
    pub index: u32,
    /// How many items the node makes, at least 1.
    pub count: u32,
}

impl Default for ItemOf {
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

/// An image inside a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// The media type of the bytes, e.g. `image/png`.
    pub media_type: String,
    /// The whole image file, not encoded.
    pub bytes: Bytes,
}

/// Text a provider wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAnswer {
    /// The whole text.
    pub text: String,
    /// Model that wrote it.
    pub model: String,
    /// Tokens of the call, counted or estimated.
    pub usage: Usage,
    /// The model's reasoning before its answer; empty where the server sends none.
    pub reasoning: String,
    /// Whether it ended at the token limit.
    pub is_cut_off: bool,
    /// How the provider answers.
    pub manner: Manner,
}

/// How a provider answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whether the text came as a stream, piece by piece.
    pub streams: bool,
    /// Whether the provider counted the tokens; otherwise they are estimated.
    pub counts: bool,
}

/// Tokens of one call, estimated where the provider does not count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// Those of the request that the server had in its cache.
    #[serde(default)]
    pub cached_tokens: u64,
    /// Whether the provider did not count all of them.
    #[serde(default)]
    pub is_estimated: bool,
}

impl Usage {
    /// The tokens as they were counted. A number that is missing, or 0 where something came, is that of
    /// the estimate: some servers send `null`, and an answer that broke off is not counted to its end.
    pub(super) fn complete(counted: Option<Self>, estimate: impl FnOnce() -> Self) -> Self {
        let mut usage = counted.unwrap_or_default();
        if usage.input_tokens > 0 && usage.output_tokens > 0 {
            return usage;
        }
        let about = estimate();
        if usage.input_tokens == 0 {
            usage.input_tokens = about.input_tokens;
            usage.is_estimated |= about.input_tokens > 0;
        }
        if usage.output_tokens == 0 {
            usage.output_tokens = about.output_tokens;
            usage.is_estimated |= about.output_tokens > 0;
        }
        usage
    }

    /// Tokens of a request and of its answer, about, where the provider does not count them.
    pub(super) fn estimate(request: &TextRequest, answer: &str) -> Self {
        let system = request.system.as_deref().map_or(0, str::len);
        let repair = request.repair.as_ref().map_or(0, Repair::size);
        Self {
            input_tokens: estimate_tokens(system + request.whole_prompt().len() + repair),
            output_tokens: estimate_tokens(answer.len()),
            cached_tokens: 0,
            is_estimated: true,
        }
    }
}

/// Four characters a token, the usual rule of thumb for English.
pub(super) fn estimate_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageRequest {
    /// Model by name, optionally `provider/name`; none leaves it to the provider.
    pub model: Option<String>,
    /// Description of the image to make.
    pub prompt: String,
    /// Style preset, e.g. `photographic`.
    pub style: Option<String>,
    /// Width asked for, in pixels; a model that offers fixed sizes makes the nearest shape.
    pub width: u32,
    /// Height asked for, in pixels; see `width`.
    pub height: u32,
    /// Quality by a vendor's word, e.g. `standard` or `hd`; none leaves it to the model.
    pub quality: Option<String>,
    /// Images to start from.
    pub references: Vec<InlineImage>,
    /// Same seed and request, same image, as far as the model can.
    pub seed: u64,
    /// Which of the node's items this is.
    pub item: ItemOf,
    /// Same over all attempts of one job.
    pub idempotency_key: String,
}

/// An image a provider made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageAnswer {
    /// The file: PNG, JPEG, WebP or GIF.
    pub bytes: Bytes,
    pub model: String,
    /// What it took.
    pub usage: Usage,
}

/// Why a call gave nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// The failure of the job's attempt.
    pub failure: Failure,
    /// What it cost all the same; none where nothing was answered.
    pub used: Option<Box<Used>>,
}

/// What an answer that cannot be used took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Model that answered.
    pub model: String,
    /// What it took.
    pub usage: Usage,
}

impl CallError {
    /// The error of a call that this model has answered. An answer that cannot be used, or broke off, has
    /// cost tokens all the same: those that were counted, else about so many as came.
    pub(super) fn with_usage(
        failure: Failure,
        model: String,
        counted: Option<Usage>,
        estimate: impl FnOnce() -> Usage,
    ) -> Self {
        let usage = Usage::complete(counted, estimate);
        let came = matches!(failure.class, FailureClass::Permanent)
            || counted.is_some()
            || usage.output_tokens > 0;
        Self { failure, used: came.then(|| Box::new(Used { model, usage })) }
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        Self { failure, used: None }
    }
}
