//! Talks with models that may call tools, independent of any vendor.

use std::collections::BTreeSet;

use model::{
    agent::talk::{Message, ToolUse},
    mcp::agent::without_examples,
};
use serde_json::Value;

use super::request::{InlineImage, ItemOf, Usage, estimate_tokens};
use crate::json;

/// Tokens that say whose a message is, at most.
const TOKENS_OF_ROLE: usize = 16;
/// Tokens of an image in a request, about.
pub const IMAGE_TOKENS: usize = 2_000;

/// What is said before the images of results.
pub(super) const IMAGES_OF_RESULTS: &str = "These are the images of the results above.";

/// The name or the id of a call as vendors take it back: they refuse a talk for other signs, which some
/// models put into names and other vendors into ids.
pub(super) fn plain_word(word: &str) -> String {
    let is_taken = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    word.chars().map(|c| if is_taken(c) { c } else { '_' }).collect()
}

/// A request for the next message of a talk.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// Model by name, optionally `provider/name`; none leaves it to the provider.
    pub model: Option<String>,
    /// The talk so far: a system message first, then the others in their order.
    pub messages: Vec<ChatMessage>,
    /// The tools the model may call; empty for none.
    pub tools: Vec<ChatTool>,
    /// JSON Schema of the last answer, where one was asked for.
    pub schema: Option<Value>,
    /// 0 for the most likely words, up to 2; none leaves it to the model.
    pub temperature: Option<f64>,
    /// Most tokens of the answer.
    pub max_tokens: Option<u32>,
    /// Same seed and request, same answer, as far as the model can.
    pub seed: u64,
    /// Which of the node's items this is.
    pub item: ItemOf,
    /// Names this turn: the same whenever it is asked again.
    pub idempotency_key: String,
    /// What the provider has counted of the talk already; nothing the first time.
    pub counted: Counted,
}

/// The part of a talk whose tokens are known since it was sent before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many messages it has, from the beginning; the answer to them is one of them.
    pub messages: usize,
    /// Their tokens, together with those of the tools.
    pub tokens: u64,
}

impl ChatRequest {
    /// The schema of the last answer as a model is told it. Its examples are answers of the sample
    /// provider, which others would repeat.
    pub(super) fn schema_for_model(&self) -> Option<Value> {
        self.schema.clone().map(without_examples)
    }

    /// The talk as vendors take it: the images of results, which have no place in them everywhere, follow
    /// them as a message of the user, unless the model takes none; an answer with nothing in it is left
    /// out.
    pub(super) fn said(&self, shows_images: bool) -> Vec<ChatMessage> {
        let (mut said, mut shown) = (vec![], vec![]);
        for one in &self.messages {
            match &one.message {
                Message::Tool { .. } => shown.extend(one.images.iter().cloned()),
                Message::Assistant { text, calls, .. }
                    if text.trim().is_empty() && calls.is_empty() =>
                {
                    continue;
                }
                Message::System { .. } | Message::User { .. } | Message::Assistant { .. } => {
                    said.extend(images_of_results(&mut shown, shows_images));
                }
            }
            said.push(one.clone());
        }
        said.extend(images_of_results(&mut shown, shows_images));
        said
    }

    /// Tokens of the request at most: no text has more tokens than bytes. What was counted counts as
    /// it was.
    pub fn tokens_at_most(&self) -> u64 {
        let new = self.messages.iter().skip(self.counted.messages);
        let new: usize = new.map(ChatMessage::size).sum();
        let rest = if self.counted.messages == 0 { self.size_of_frame() } else { 0 };
        self.counted.tokens.saturating_add((new + rest) as u64)
    }

    /// Tokens of the request and of its answer, about, where the provider does not count them.
    pub fn estimate_usage(&self, answer: &Message) -> Usage {
        let texts: usize = self.messages.iter().map(|said| size_of_message(&said.message)).sum();
        let images: usize = self.messages.iter().map(|said| said.images.len()).sum();
        Usage {
            input_tokens: estimate_tokens(texts + self.size_of_frame())
                + (images * IMAGE_TOKENS) as u64,
            output_tokens: estimate_tokens(size_of_message(answer)),
            cached_tokens: 0,
            is_estimated: true,
        }
    }

    /// Bytes of what goes along with the messages.
    fn size_of_frame(&self) -> usize {
        let tool = |tool: &ChatTool| {
            tool.name.len() + tool.description.len() + tool.input_schema.to_string().len()
        };
        let schema = self.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        self.tools.iter().map(tool).sum::<usize>() + schema
    }

    /// These calls of the next answer with ids that no other call of the talk has: an id that the
    /// vendor left out, or gave twice, is made up.
    pub(super) fn with_unique_ids(&self, calls: Vec<ToolUse>) -> Vec<ToolUse> {
        let known = self.messages.iter().flat_map(|said| match &said.message {
            Message::Assistant { calls, .. } => calls.as_slice(),
            Message::System { .. } | Message::User { .. } | Message::Tool { .. } => &[],
        });
        let mut ids: BTreeSet<String> = known.map(|call| call.id.clone()).collect();
        let mut name = |mut call: ToolUse| {
            if call.id.is_empty() || ids.contains(&call.id) {
                // Some vendors take only nine letters and digits.
                let mut made_up = (0_u32..).map(|number| format!("call{number:05}"));
                call.id = made_up.find(|id| !ids.contains(id)).unwrap_or_default();
            }
            ids.insert(call.id.clone());
            call
        };
        calls.into_iter().map(&mut name).collect()
    }
}

impl ChatMessage {
    /// Tokens at most: its bytes, and about what images take.
    fn size(&self) -> usize {
        size_of_message(&self.message) + self.images.len() * IMAGE_TOKENS + TOKENS_OF_ROLE
    }
}

fn images_of_results(shown: &mut Vec<InlineImage>, shows: bool) -> Option<ChatMessage> {
    let images = std::mem::take(shown);
    let text = IMAGES_OF_RESULTS.to_owned();
    let message = Message::User { text, images: vec![] };
    (shows && !images.is_empty()).then_some(ChatMessage { message, images })
}

/// Bytes of what is said.
fn size_of_message(message: &Message) -> usize {
    match message {
        Message::System { text } | Message::User { text, .. } => text.len(),
        Message::Tool { content, call_id, name, .. } => content.len() + call_id.len() + name.len(),
        Message::Assistant { text, calls, provider_data, .. } => {
            let calls = calls.iter().map(|call| {
                let arguments: usize = call
                    .arguments
                    .iter()
                    .map(|(name, value)| name.len() + value.to_string().len())
                    .sum();
                call.id.len() + call.name.len() + arguments
            });
            let data = provider_data.as_ref().map_or(0, |data| data.to_string().len());
            text.len() + calls.sum::<usize>() + data
        }
    }
}

/// A message with the bytes of its images.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatMessage {
    /// What is said.
    pub message: Message,
    /// The images of a user's message, in the order of its references, or of a tool's result.
    pub images: Vec<InlineImage>,
}

/// A tool as a model is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatTool {
    /// `^[a-zA-Z0-9_-]{1,64}$`: what all vendors take.
    pub name: String,
    pub description: String,
    /// The JSON Schema of its arguments.
    pub input_schema: Value,
    /// Whether a call of it changes nothing. No vendor is told; the sample provider calls no others.
    pub only_reads: bool,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatAnswer {
    /// Its message, a [`Message::Assistant`]. Ids of calls that the vendor left out are made up;
    /// arguments that are no JSON object make a call with [`ToolUse::fault`]. It has calls if and only
    /// if `ending` is [`Ending::Calls`]; words of a refusal are its text.
    pub message: Message,
    /// Model that answered.
    pub model: String,
    /// Tokens of the call, counted or estimated.
    pub usage: Usage,
    /// Tokens of the request that the provider had in its cache; part of `usage.input_tokens`.
    pub cached_tokens: u64,
    /// Why it ended.
    pub ending: Ending,
}

impl ChatAnswer {
    /// The same without NUL, which PostgreSQL keeps in no text.
    pub fn storable(mut self) -> Self {
        let clean = |text: &str| text.replace('\0', "");
        if let Message::Assistant { text, reasoning, calls, provider_data } = &mut self.message {
            (*text, *reasoning) = (clean(text), clean(reasoning));
            for call in calls {
                let arguments = Value::Object(std::mem::take(&mut call.arguments));
                if let Value::Object(arguments) = json::map_texts(arguments, &clean) {
                    call.arguments = arguments;
                }
                call.name = clean(&call.name);
                call.id = clean(&call.id);
                call.malformed = call.malformed.as_deref().map(clean);
            }
            *provider_data = provider_data.take().map(|data| json::map_texts(data, &clean));
        }
        self
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Complete,
    /// It asks for calls of tools.
    Calls,
    /// It ended at its token limit; calls in it may be incomplete and are left out.
    CutOff,
    /// The model refused.
    Refused,
}

/// A piece of an answer, as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatPiece<'a> {
    /// Text of the answer.
    Text(&'a str),
    /// Thoughts before it.
    Thought(&'a str),
    /// A call of this tool begins.
    Call(&'a str),
}
