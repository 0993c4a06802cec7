//! What Anthropic's Messages API answers, event by event or whole. Kinds of events and of blocks that
//! are not known here are passed over, as its reference asks.

use std::collections::BTreeMap;

use model::agent::talk::ToolUse;
use serde_json::{Map, Value, json};

use super::settings::NAME;
use crate::{
    json::Halves,
    providers::{
        ChatPiece, ChatSink,
        answer::{AnswerError, Frames, ReadAnswer, read_arguments},
        request::Usage,
        vendor_error::VendorError,
    },
};

/// Reads an answer from its bytes, however they are cut.
#[derive(Debug, Default)]
pub(super) struct Reader {
    frames: Frames,
    parsed: ParsedAnswer,
}

/// What was read of an answer so far.
#[derive(Debug, Default)]
pub(super) struct ParsedAnswer {
    blocks: BTreeMap<u64, Block>,
    /// The tool whose arguments are the answer.
    answer_tool: Option<String>,
    pub(super) model: Option<String>,
    tokens: Tokens,
    stop: Option<String>,
    /// Why it was refused, where that is said.
    explanation: Option<String>,
    is_answer: bool,
    is_over: bool,
    pub(super) is_streamed: bool,
    halves: Halves,
}

/// A block of the answer's content.
#[derive(Debug)]
enum Block {
    Text(String),
    /// A thought, whole with what signs it.
    Thinking(Value),
    /// A call of a tool.
    Call(Call),
}

#[derive(Debug)]
struct Call {
    id: String,
    name: String,
    /// The arguments where they came whole.
    input: Value,
    /// The arguments as they are written piece by piece.
    written: String,
}

/// Tokens by how they are billed; none where they were not told.
#[derive(Debug, Default)]
struct Tokens {
    input: Option<u64>,
    cache_creation: Option<u64>,
    cache_read: Option<u64>,
    output: Option<u64>,
}

impl Reader {
    /// A reader of an answer that is the arguments of this tool, or text.
    pub(super) fn new(answer_tool: Option<String>) -> Self {
        let parsed = ParsedAnswer { answer_tool, ..ParsedAnswer::default() };
        Self { frames: Frames::default(), parsed }
    }

    /// What was read so far, also after an error.
    pub(super) fn into_parsed(self) -> ParsedAnswer {
        self.parsed
    }
}

impl ReadAnswer for Reader {
    fn take(&mut self, bytes: &[u8], sink: &mut ChatSink<'_>) -> Result<bool, AnswerError> {
        let Self { frames, parsed } = self;
        let wants_more = frames.take(bytes, &mut |value| parsed.take(value, sink))?;
        Ok(wants_more && !parsed.is_over)
    }

    fn end(&mut self, sink: &mut ChatSink<'_>) -> Result<(), AnswerError> {
        let Self { frames, parsed } = self;
        if !parsed.is_over {
            frames.end(&mut |value| parsed.take(value, sink))?;
        }
        parsed.is_streamed = frames.is_streamed();
        match (parsed.is_answer, parsed.is_over || parsed.stop.is_some()) {
            (false, _) => Err(frames.unreadable()),
            (true, false) => Err(AnswerError::BrokeOff),
            (true, true) => Ok(()),
        }
    }
}

impl ParsedAnswer {
    fn take(&mut self, value: &Value, sink: &mut ChatSink<'_>) -> Result<(), AnswerError> {
        let index = value["index"].as_u64().unwrap_or_default();
        match value["type"].as_str().unwrap_or_default() {
            "message_start" => self.take_head(&value["message"]),
            "content_block_start" => self.begin_block(index, &value["content_block"], sink),
            "content_block_delta" => self.add_to_block(index, &value["delta"], sink),
            "message_delta" => {
                self.take_end(&value["delta"]);
                self.tokens.take(&value["usage"]);
            }
            "message_stop" => self.is_over = true,
            "message" => self.take_whole(value, sink),
            _ => {
                return VendorError::within(value)
                    .map_or(Ok(()), |error| Err(AnswerError::Error(error)));
            }
        }
        Ok(())
    }

    /// An answer that is not streamed.
    fn take_whole(&mut self, message: &Value, sink: &mut ChatSink<'_>) {
        self.take_head(message);
        self.tokens.take(&message["usage"]);
        for (index, block) in (0_u64..).zip(message["content"].as_array().into_iter().flatten()) {
            self.begin_block(index, block, sink);
        }
        self.take_end(message);
        self.is_over = true;
    }

    fn take_head(&mut self, message: &Value) {
        self.is_answer = true;
        self.model = message["model"].as_str().map(str::to_owned).or(self.model.take());
        // Its tokens of the answer are those of the first piece: the end counts them.
        self.tokens.take(&message["usage"]);
        self.tokens.output = None;
    }

    fn take_end(&mut self, message: &Value) {
        let word = |value: &Value| value.as_str().map(str::to_owned);
        self.stop = word(&message["stop_reason"]).or(self.stop.take());
        self.explanation =
            word(&message["stop_details"]["explanation"]).or(self.explanation.take());
    }

    fn begin_block(&mut self, index: u64, block: &Value, sink: &mut ChatSink<'_>) {
        let word = |key: &str| block[key].as_str().unwrap_or_default().to_owned();
        let begun = match block["type"].as_str().unwrap_or_default() {
            "text" => {
                let text = word("text");
                emit(&text, ChatPiece::Text, sink);
                Block::Text(text)
            }
            "thinking" | "redacted_thinking" => {
                emit(&word("thinking"), ChatPiece::Thought, sink);
                Block::Thinking(block.clone())
            }
            "tool_use" => {
                let call = Call {
                    id: word("id"),
                    name: word("name"),
                    input: block["input"].clone(),
                    written: String::new(),
                };
                if !self.is_answer_tool(&call) {
                    sink(ChatPiece::Call(&call.name));
                } else if call.input.as_object().is_some_and(|input| !input.is_empty()) {
                    emit(&call.input.to_string(), ChatPiece::Text, sink);
                }
                Block::Call(call)
            }
            _ => return,
        };
        self.blocks.insert(index, begun);
    }

    fn add_to_block(&mut self, index: u64, delta: &Value, sink: &mut ChatSink<'_>) {
        let word = |key: &str| delta[key].as_str().unwrap_or_default();
        match self.blocks.get_mut(&index) {
            Some(Block::Text(text)) => {
                let piece = self.halves.join(word("text"));
                text.push_str(&piece);
                emit(&piece, ChatPiece::Text, sink);
            }
            Some(Block::Thinking(thought)) => {
                emit(word("thinking"), ChatPiece::Thought, sink);
                for key in ["thinking", "signature"] {
                    if !word(key).is_empty() {
                        let before = thought[key].as_str().unwrap_or_default();
                        thought[key] = format!("{before}{}", word(key)).into();
                    }
                }
            }
            Some(Block::Call(call)) => {
                call.written.push_str(word("partial_json"));
                if Some(&call.name) == self.answer_tool.as_ref() {
                    emit(word("partial_json"), ChatPiece::Text, sink);
                }
            }
            None => {}
        }
    }

    fn is_answer_tool(&self, call: &Call) -> bool {
        Some(&call.name) == self.answer_tool.as_ref()
    }

    fn calls_made(&self) -> impl Iterator<Item = &Call> {
        self.blocks.values().filter_map(|block| match block {
            Block::Call(call) => Some(call),
            Block::Text(_) | Block::Thinking(_) => None,
        })
    }

    /// The text, or the JSON with which the tool was called that answers.
    pub(super) fn text(&self) -> String {
        let answer = self.calls_made().find(|call| self.is_answer_tool(call));
        answer.map_or_else(|| self.words(), Call::json)
    }

    /// The words beside calls of tools.
    pub(super) fn words(&self) -> String {
        let texts = self.blocks.values().filter_map(|block| match block {
            Block::Text(text) => Some(text.as_str()),
            Block::Thinking(_) | Block::Call(_) => None,
        });
        texts.collect()
    }

    /// What it thought before it answered.
    pub(super) fn reasoning(&self) -> String {
        let thoughts = self.blocks.values().filter_map(|block| match block {
            Block::Thinking(thought) => thought["thinking"].as_str(),
            Block::Text(_) | Block::Call(_) => None,
        });
        thoughts.collect()
    }

    /// The tools it wants called, but the one that answers.
    pub(super) fn calls(&self) -> Vec<ToolUse> {
        self.calls_made().filter(|call| !self.is_answer_tool(call)).map(Call::to_use).collect()
    }

    /// The thoughts as they are given back with the answer; none where it had none. One that is not
    /// signed is not taken back.
    pub(super) fn provider_data(&self) -> Option<Value> {
        let thoughts = self.blocks.values().filter_map(|block| match block {
            Block::Thinking(thought) => Some(thought.clone()),
            Block::Text(_) | Block::Call(_) => None,
        });
        let is_sealed = |thought: &Value| {
            let seal = thought["signature"].as_str().or(thought["data"].as_str());
            seal.is_some_and(|seal| !seal.is_empty())
        };
        let thoughts: Vec<Value> = thoughts.filter(is_sealed).collect();
        (!thoughts.is_empty()).then(|| json!({ NAME: thoughts }))
    }

    /// Whether it ended at its limit of tokens.
    pub(super) fn is_cut_off(&self) -> bool {
        matches!(self.stop.as_deref(), Some("max_tokens" | "model_context_window_exceeded"))
    }

    /// Why the model refused, in its words or about; none where it did not.
    pub(super) fn refusal(&self) -> Option<String> {
        (self.stop.as_deref() == Some("refusal")).then(|| {
            let said = self.explanation.clone().unwrap_or_else(|| self.words());
            if said.trim().is_empty() { "the model refused to answer".to_owned() } else { said }
        })
    }

    /// What it is billed for; none where that was not told.
    pub(super) fn usage(&self) -> Option<Usage> {
        let Tokens { input, cache_creation, cache_read, output } = &self.tokens;
        let parts = [input, cache_creation, cache_read];
        let is_told = output.is_some() || parts.iter().any(|part| part.is_some());
        is_told.then(|| Usage {
            input_tokens: parts.into_iter().flatten().sum(),
            output_tokens: output.unwrap_or_default(),
            cached_tokens: self.cached_tokens(),
            is_estimated: false,
        })
    }

    /// Tokens of the request that were kept from the one before.
    pub(super) fn cached_tokens(&self) -> u64 {
        self.tokens.cache_read.unwrap_or_default()
    }
}

impl Call {
    /// The arguments as they were written.
    fn json(&self) -> String {
        if self.written.is_empty() { self.input.to_string() } else { self.written.clone() }
    }

    fn to_use(&self) -> ToolUse {
        let (id, name) = (self.id.clone(), self.name.clone());
        match read_arguments(&self.json()) {
            Ok(arguments) => ToolUse { id, name, arguments, malformed: None },
            Err(malformed) => {
                ToolUse { id, name, arguments: Map::new(), malformed: Some(malformed) }
            }
        }
    }
}

impl Tokens {
    /// Each count that is told replaces the one before: they are of the whole answer so far.
    fn take(&mut self, usage: &Value) {
        for (count, key) in [
            (&mut self.input, "input_tokens"),
            (&mut self.cache_creation, "cache_creation_input_tokens"),
            (&mut self.cache_read, "cache_read_input_tokens"),
            (&mut self.output, "output_tokens"),
        ] {
            *count = usage[key].as_u64().or(*count);
        }
    }
}

fn emit<'a>(piece: &'a str, kind: fn(&'a str) -> ChatPiece<'a>, sink: &mut ChatSink<'_>) {
    if !piece.is_empty() {
        sink(kind(piece));
    }
}
