//! Reads what servers of the chat format answer, streamed or whole. Which of them it is, is read
//! from the bytes and not from the content type; the reading is as lenient as the meaning allows.
//!
//! An answer is paid, so one that came and cannot be used is charged, and the attempt fails for
//! good.

mod calls;
mod content;
mod control_tokens;
mod frames;
mod responses;
#[cfg(test)]
mod tests;
mod thoughts;
mod written;

use model::agent::talk::ToolUse;
use serde_json::Value;

use self::{
    calls::{CallPiece, Calls},
    content::Content,
    control_tokens::{ControlTokens, Piece},
    thoughts::Thoughts,
};
use super::{ChatPiece, ChatSink, request::Usage};
use crate::json::Halves;

pub use self::written::is_written_call;
pub(super) use self::{
    calls::read_arguments,
    content::tokens,
    frames::{AnswerError, Frames},
};

/// What was read of an answer so far.
#[derive(Debug, Default)]
pub(super) struct ParsedAnswer {
    pub(super) text: String,
    /// The model's reasoning before its answer; empty where the server sends none.
    pub(super) reasoning: String,
    pub(super) refusal: String,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Usage>,
    /// Tokens of the request that the server had in its cache.
    pub(super) cached_tokens: u64,
    /// The server's finish reason, in lower case, e.g. `stop` or `length`.
    pub(super) finish: Option<String>,
    pub(super) wants_tools: bool,
    /// The calls it asks for, and what the server wants to be given back with each.
    pub(super) calls: Vec<(ToolUse, Option<Value>)>,
    /// Whether the server wants the reasoning back beside the calls.
    pub(super) wants_reasoning: bool,
    /// The reasoning as OpenRouter wants it back.
    pub(super) reasoning_details: Vec<Value>,
    /// The parts of its output, as the Responses API gives them.
    pub(super) items: Vec<Value>,
    /// Whether it came piece by piece.
    pub(super) is_streamed: bool,
}

impl ParsedAnswer {
    /// Whether it ended before it was complete: at its token limit, or because its server stopped.
    pub(super) fn is_cut_off(&self) -> bool {
        let finish = self.finish.as_deref().unwrap_or_default();
        self.is_aborted() || matches!(finish, "length" | "max_tokens" | "max_output_tokens")
    }

    /// Whether its server stopped.
    pub(super) fn is_aborted(&self) -> bool {
        matches!(self.finish.as_deref(), Some("abort" | "aborted"))
    }

    /// Whether it ended because its content was refused.
    pub(super) fn is_refused(&self) -> bool {
        let finish = self.finish.as_deref().unwrap_or_default();
        matches!(finish, "content_filter" | "refusal" | "safety" | "prohibited_content")
    }
}

/// Reads an answer from its bytes, however they are cut.
#[derive(Debug, Default)]
pub(super) struct Reader {
    frames: Frames,
    said: AnswerState,
}

/// What the values of an answer say.
#[derive(Debug, Default)]
struct AnswerState {
    is_answer: bool,
    /// The place of the answer that is read, where the server gives several.
    choice: Option<u64>,
    /// How many pieces have come that name a place.
    pieces: u64,
    /// Whether a place came twice: then places are those of answers, and not of pieces.
    repeats: bool,
    /// The second piece, until the third shows which of both.
    held: Option<Value>,
    halves: Halves,
    tokens: ControlTokens,
    thoughts: Thoughts,
    calls: Calls,
    parsed: ParsedAnswer,
}

/// Reads an answer from its bytes, however they are cut.
pub(super) trait ReadAnswer {
    /// Reads the next bytes and passes what is new to `sink`; returns whether more bytes are wanted.
    ///
    /// # Errors
    /// The bytes are no answer; the reader has what was read until then.
    fn take(&mut self, bytes: &[u8], sink: &mut ChatSink<'_>) -> Result<bool, AnswerError>;

    /// Reads what is left once no more bytes come, or are wanted.
    ///
    /// # Errors
    /// What came was no answer, or not a whole one.
    fn end(&mut self, sink: &mut ChatSink<'_>) -> Result<(), AnswerError>;
}

impl ReadAnswer for Reader {
    fn take(&mut self, bytes: &[u8], sink: &mut ChatSink<'_>) -> Result<bool, AnswerError> {
        let Self { frames, said } = self;
        frames.take(bytes, &mut |value| said.take_value(value, sink))
    }

    fn end(&mut self, sink: &mut ChatSink<'_>) -> Result<(), AnswerError> {
        let Self { frames, said } = self;
        frames.end(&mut |value| said.take_value(value, sink))?;
        if let Some(held) = said.held.take() {
            said.take_piece(&held, sink)?;
        }
        said.parsed.is_streamed = frames.is_streamed();
        said.end(sink);
        let has_finish = said.parsed.finish.is_some();
        let is_over = frames.is_done() || frames.is_whole() || has_finish;
        match (said.is_answer || frames.is_done(), is_over) {
            (false, _) => Err(frames.unreadable()),
            (true, false) => Err(AnswerError::BrokeOff),
            (true, true) => Ok(()),
        }
    }
}

impl Reader {
    /// What was read so far, also after an error.
    pub(super) fn into_parsed(self) -> ParsedAnswer {
        let AnswerState { calls, parsed, .. } = self.said;
        ParsedAnswer { calls: calls.into_uses(), ..parsed }
    }
}

impl AnswerState {
    /// Takes the pieces of the first answer. Some servers number the pieces of one answer where others
    /// number answers.
    fn take_value(&mut self, value: &Value, sink: &mut ChatSink<'_>) -> Result<(), AnswerError> {
        let place = |list: &str| value[list][0]["index"].as_u64();
        let Some(place) = place("choices").or_else(|| place("candidates")) else {
            return self.take_piece(value, sink);
        };
        let first = *self.choice.get_or_insert(place);
        let counts = !self.repeats && place == first.saturating_add(self.pieces);
        self.repeats = !counts;
        self.pieces = self.pieces.saturating_add(1);
        if counts && self.pieces == 2 {
            self.held = Some(value.clone());
            return Ok(());
        }
        let held = self.held.take();
        if counts {
            held.map_or(Ok(()), |held| self.take_piece(&held, sink))?;
        }
        if counts || place == first { self.take_piece(value, sink) } else { Ok(()) }
    }

    fn take_piece(&mut self, value: &Value, sink: &mut ChatSink<'_>) -> Result<(), AnswerError> {
        let content: Content = responses::read(value).unwrap_or_else(|| content::read(value));
        self.parsed.usage = content.usage.or(self.parsed.usage);
        self.parsed.cached_tokens = self.parsed.cached_tokens.max(content.cached_tokens);
        self.parsed.model = content.model.or(self.parsed.model.take());
        if let Some(error) = content.error {
            return Err(AnswerError::Error(error));
        }
        self.is_answer |= content.is_answer;
        self.parsed.finish = content.finish.or(self.parsed.finish.take());
        if content.repeats && self.has_content() {
            return Ok(());
        }
        self.parsed.wants_tools |= content.wants_tools;
        self.parsed.wants_reasoning |= content.wants_reasoning;
        let details = content.reasoning_details.into_iter();
        details.for_each(|piece| thoughts::add_detail(&mut self.parsed.reasoning_details, piece));
        self.parsed.items.extend(content.items);
        self.parsed.refusal.push_str(&content.refusal);
        if !content.reasoning.is_empty() {
            sink(ChatPiece::Thought(&content.reasoning));
            self.parsed.reasoning.push_str(&content.reasoning);
        }
        let text = &self.parsed.text;
        if content.is_message
            && self.parsed.finish.is_some()
            && !text.is_empty()
            && content.text.starts_with(text)
        {
            // Some servers send the whole text once more at the end of a stream.
            return Ok(());
        }
        let text = self.halves.join(&content.text);
        self.add_text(&text, sink);
        content.calls.into_iter().for_each(|piece| self.add_call(piece, sink));
        Ok(())
    }

    /// Ends what waits for more.
    fn end(&mut self, sink: &mut ChatSink<'_>) {
        let rest = self.halves.end().to_owned();
        self.add_text(&rest, sink);
        let rest = self.tokens.end();
        self.add_pieces(rest, sink);
        let rest = self.thoughts.end();
        self.tell_thoughts(sink);
        self.emit(&rest, sink);
        self.parsed.reasoning.push_str(self.thoughts.text());
        if let Some((thoughts, text)) = thoughts::split_unopened(&self.parsed.text) {
            self.parsed.reasoning.push_str(thoughts);
            self.parsed.text = text.to_owned();
        }
    }

    /// Whether anything of the answer itself has come.
    fn has_content(&self) -> bool {
        let ParsedAnswer { text, refusal, items, .. } = &self.parsed;
        let has_text = !text.is_empty() || !refusal.is_empty() || !items.is_empty();
        has_text || !self.calls.is_empty()
    }

    fn add_text(&mut self, text: &str, sink: &mut ChatSink<'_>) {
        let pieces = self.tokens.take(text);
        self.add_pieces(pieces, sink);
    }

    fn add_pieces(&mut self, pieces: Vec<Piece>, sink: &mut ChatSink<'_>) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let text = self.thoughts.take(&text);
                    self.tell_thoughts(sink);
                    self.emit(&text, sink);
                }
                Piece::Thought(thought) => {
                    sink(ChatPiece::Thought(&thought));
                    self.parsed.reasoning.push_str(&thought);
                }
            }
        }
    }

    fn add_call(&mut self, piece: CallPiece, sink: &mut ChatSink<'_>) {
        if let Some(name) = self.calls.take(piece) {
            sink(ChatPiece::Call(name));
        }
    }

    fn tell_thoughts(&mut self, sink: &mut ChatSink<'_>) {
        let new = self.thoughts.take_untold();
        if !new.is_empty() {
            sink(ChatPiece::Thought(new));
        }
    }

    fn emit(&mut self, text: &str, sink: &mut ChatSink<'_>) {
        if !text.is_empty() {
            sink(ChatPiece::Text(text));
            self.parsed.text.push_str(text);
        }
    }
}
