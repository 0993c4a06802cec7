//! Reads what servers of the chat format answer, streamed or whole. Which of them it is, is read
//! from the bytes and not from the content type; the reading is as lenient as the meaning allows.
//!
//! An answer is paid, so one that came and cannot be used is charged, and the attempt fails for
//! good.

mod content;
#[cfg(test)]
mod tests;
mod thoughts;

use serde_json::Value;

use self::{content::Content, thoughts::Thoughts};
use super::{TextSink, request::Usage, vendor_error::VendorError};
use crate::json::{self, Halves};

pub(super) use self::content::tokens;

/// How much of what cannot be read is shown.
const SHOWN_BYTES: usize = 800;

/// What was read of an answer so far.
#[derive(Debug, Default)]
pub(super) struct ParsedAnswer {
    pub(super) text: String,
    /// The model's reasoning before its answer; empty where the server sends none.
    pub(super) reasoning: String,
    pub(super) refusal: String,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Usage>,
    /// The server's finish reason, in lower case, e.g. `stop` or `length`.
    pub(super) finish: Option<String>,
    pub(super) wants_tools: bool,
    /// Whether it came piece by piece.
    pub(super) is_streamed: bool,
}

/// Why the bytes that came are no answer.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// The answer contains an error object of the server's.
    Error(VendorError),
    /// It ended before the answer did.
    BrokeOff,
    /// The bytes are not in any known format; the value is their beginning.
    Unreadable(String),
}

/// Reads an answer from its bytes, however they are cut.
#[derive(Debug, Default)]
pub(super) struct Reader {
    shape: Option<Shape>,
    /// Bytes of which the line, or the whole, has not ended.
    rest: Vec<u8>,
    /// The data of the event that has not ended.
    data: String,
    ended_with_return: bool,
    begun_with: Vec<u8>,
    is_answer: bool,
    is_done: bool,
    halves: Halves,
    thoughts: Thoughts,
    parsed: ParsedAnswer,
}

/// How the answer is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Server-sent events (WHATWG HTML §9.2).
    Events,
    /// One JSON value, or several one behind the other.
    Json,
    /// A page for people.
    Page,
}

impl Reader {
    /// Reads the next bytes and passes new text to `sink`; returns whether more bytes are wanted.
    ///
    /// # Errors
    /// The bytes are no answer; [`Self::into_parsed`] has the text and usage read until then.
    pub(super) fn take(&mut self, bytes: &[u8], sink: &mut TextSink<'_>) -> Result<bool, Fault> {
        let missing = SHOWN_BYTES.saturating_sub(self.begun_with.len());
        self.begun_with.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        self.rest.extend_from_slice(bytes);
        if self.shape.is_none() {
            self.shape = shape(&self.rest);
        }
        if self.shape == Some(Shape::Events) {
            let bytes = std::mem::take(&mut self.rest);
            let mut rest = bytes.as_slice();
            while !self.is_done
                && let Some(line) = self.split_line(&mut rest)
            {
                self.take_line(&String::from_utf8_lossy(line), sink)?;
            }
            self.rest = rest.to_vec();
        }
        Ok(!self.is_done)
    }

    /// Reads what is left once no more bytes come.
    ///
    /// # Errors
    /// What came was no answer, or not a whole one.
    pub(super) fn end(&mut self, sink: &mut TextSink<'_>) -> Result<(), Fault> {
        match self.shape {
            Some(Shape::Events) if self.is_done => {}
            Some(Shape::Events) => {
                let rest = std::mem::take(&mut self.rest);
                self.take_line(&String::from_utf8_lossy(&rest), sink)?;
                self.take_line("", sink)?;
            }
            Some(Shape::Json) => self.take_values(sink)?,
            Some(Shape::Page) | None => return Err(self.unreadable()),
        }
        self.parsed.is_streamed = self.shape == Some(Shape::Events);
        let rest = self.halves.end().to_owned();
        self.add_text(&rest, sink);
        let rest = self.thoughts.end();
        self.emit(&rest, sink);
        self.parsed.reasoning.push_str(self.thoughts.text());
        if let Some((thoughts, text)) = thoughts::split_unopened(&self.parsed.text) {
            self.parsed.reasoning.push_str(thoughts);
            self.parsed.text = text.to_owned();
        }
        let has_finish = self.parsed.finish.is_some();
        let is_over = self.is_done || self.shape == Some(Shape::Json) || has_finish;
        match (self.is_answer, is_over) {
            (false, _) => Err(self.unreadable()),
            (true, false) => Err(Fault::BrokeOff),
            (true, true) => Ok(()),
        }
    }

    /// What was read so far, also after an error.
    pub(super) fn into_parsed(self) -> ParsedAnswer {
        self.parsed
    }

    fn unreadable(&self) -> Fault {
        Fault::Unreadable(String::from_utf8_lossy(&self.begun_with).into_owned())
    }

    /// Cuts off the next line that has ended: with a line feed, a carriage return, or both.
    fn split_line<'a>(&mut self, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
        if std::mem::take(&mut self.ended_with_return) {
            match rest.first() {
                Some(b'\n') => *rest = &rest[1..],
                Some(_) => {}
                None => self.ended_with_return = true,
            }
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let line = &rest[..end];
        self.ended_with_return = rest[end] == b'\r';
        *rest = &rest[end + 1..];
        Some(line)
    }

    fn take_line(&mut self, line: &str, sink: &mut TextSink<'_>) -> Result<(), Fault> {
        let line = line.trim_start_matches('\u{feff}');
        let data = match line.split_once(':') {
            Some(("data", data)) => data.trim(),
            // Some servers leave out the field name `data:`.
            _ if line.starts_with('{') => line.trim(),
            _ if line.is_empty() => return self.take_event(sink),
            _ => return Ok(()),
        };
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(data);
        if data == "[DONE]" {
            (self.is_done, self.is_answer) = (true, true);
            self.data.clear();
            return Ok(());
        }
        // Some servers send no blank line between events.
        if data.ends_with(['}', ']'])
            && let Ok(value) = json::read_piece(&self.data)
        {
            self.data.clear();
            return self.take_value(&value, sink);
        }
        Ok(())
    }

    /// Reads the data of an event that a blank line has ended.
    fn take_event(&mut self, sink: &mut TextSink<'_>) -> Result<(), Fault> {
        let data = std::mem::take(&mut self.data);
        match json::read_piece(&data) {
            Ok(value) => self.take_value(&value, sink),
            Err(_) if data.starts_with(['{', '[']) => Err(Fault::Unreadable(data)),
            // Words that keep the connection open.
            Err(_) => Ok(()),
        }
    }

    fn take_values(&mut self, sink: &mut TextSink<'_>) -> Result<(), Fault> {
        let rest = std::mem::take(&mut self.rest);
        let text = String::from_utf8_lossy(&rest);
        if let Ok(value) = json::read_piece(&text) {
            return self.take_value(&value, sink);
        }
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let value = json::read_piece(line).map_err(|_| self.unreadable())?;
            self.take_value(&value, sink)?;
        }
        Ok(())
    }

    fn take_value(&mut self, value: &Value, sink: &mut TextSink<'_>) -> Result<(), Fault> {
        let content: Content = content::read(value);
        self.parsed.usage = content.usage.or(self.parsed.usage);
        self.parsed.model = content.model.or(self.parsed.model.take());
        if let Some(error) = content.error {
            return Err(Fault::Error(error));
        }
        self.is_answer |= content.is_answer;
        self.parsed.finish = content.finish.or(self.parsed.finish.take());
        self.parsed.wants_tools |= content.wants_tools;
        self.parsed.refusal.push_str(&content.refusal);
        self.parsed.reasoning.push_str(&content.reasoning);
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
        Ok(())
    }

    fn add_text(&mut self, text: &str, sink: &mut TextSink<'_>) {
        let text = self.thoughts.take(text);
        self.emit(&text, sink);
    }

    fn emit(&mut self, text: &str, sink: &mut TextSink<'_>) {
        if !text.is_empty() {
            sink(text);
            self.parsed.text.push_str(text);
        }
    }
}

/// The framing of an answer by its first bytes; none while only white space has come.
fn shape(bytes: &[u8]) -> Option<Shape> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // A mark of which a part has come is no shape yet.
    if bytes.len() < 3 && "\u{feff}".as_bytes().starts_with(bytes) {
        return None;
    }
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    Some(match first {
        b'{' | b'[' => Shape::Json,
        b'<' => Shape::Page,
        _ => Shape::Events,
    })
}
