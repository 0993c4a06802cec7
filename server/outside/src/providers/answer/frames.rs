//! Takes an answer apart into its JSON values, however it is framed and however its bytes are cut.
//! How it is framed is read from the bytes and not from the content type.

use serde_json::Value;

use super::super::vendor_error::VendorError;
use crate::json;

/// How much of what cannot be read is shown.
const SHOWN_BYTES: usize = 800;

/// Why the bytes that came are no answer.
#[derive(Debug, PartialEq)]
pub(in super::super) enum AnswerError {
    /// The answer contains an error object of the server's.
    Error(VendorError),
    /// It ended before the answer did.
    BrokeOff,
    /// The bytes are not in any known format; the value is their beginning.
    Unreadable(String),
}

/// What is done with each value, in their order.
pub(in super::super) type ReadValue<'a> = dyn FnMut(&Value) -> Result<(), AnswerError> + 'a;

/// Finds the values of an answer.
#[derive(Debug, Default)]
pub(in super::super) struct Frames {
    shape: Option<Shape>,
    /// Bytes of which the line, or the whole, has not ended.
    rest: Vec<u8>,
    /// The data of the event that has not ended.
    data: String,
    ended_with_return: bool,
    begun_with: Vec<u8>,
    /// JSON values that came without being framed as events.
    values: usize,
    is_done: bool,
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

impl Frames {
    /// Passes the values that have come whole with these bytes to `read`; returns whether more bytes
    /// are wanted.
    ///
    /// # Errors
    /// The bytes are no answer, or what `read` says.
    pub(in super::super) fn take(
        &mut self,
        bytes: &[u8],
        read: &mut ReadValue<'_>,
    ) -> Result<bool, AnswerError> {
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
                self.take_line(&String::from_utf8_lossy(line), read)?;
            }
            self.rest = rest.to_vec();
        }
        if self.shape == Some(Shape::Json) {
            self.take_lines(read)?;
        }
        Ok(!self.is_done)
    }

    /// Passes on what is left once no more bytes come.
    ///
    /// # Errors
    /// What came was no answer, or what `read` says.
    pub(in super::super) fn end(&mut self, read: &mut ReadValue<'_>) -> Result<(), AnswerError> {
        match self.shape {
            Some(Shape::Events) if self.is_done => Ok(()),
            Some(Shape::Events) => {
                let rest = std::mem::take(&mut self.rest);
                self.take_line(&String::from_utf8_lossy(&rest), read)?;
                self.take_line("", read)
            }
            Some(Shape::Json) => self.take_values(read),
            Some(Shape::Page) | None => Err(self.unreadable()),
        }
    }

    /// Whether the server has said that nothing more comes.
    pub(in super::super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Whether the answer came piece by piece, as events.
    pub(in super::super) fn is_streamed(&self) -> bool {
        self.shape == Some(Shape::Events)
    }

    /// Whether the answer is one JSON value, which needs no other sign of its end.
    pub(in super::super) fn is_whole(&self) -> bool {
        self.shape == Some(Shape::Json) && self.values < 2
    }

    /// That the bytes are no answer, with their beginning.
    pub(in super::super) fn unreadable(&self) -> AnswerError {
        AnswerError::Unreadable(String::from_utf8_lossy(&self.begun_with).into_owned())
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

    fn take_line(&mut self, line: &str, read: &mut ReadValue<'_>) -> Result<(), AnswerError> {
        let line = line.trim_start_matches('\u{feff}');
        let data = match line.split_once(':') {
            Some(("data", data)) => data.trim(),
            // Some servers leave out the field name `data:`.
            _ if line.starts_with('{') => line.trim(),
            _ if line.is_empty() => return self.take_event(read),
            _ => return Ok(()),
        };
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(data);
        if data == "[DONE]" {
            self.is_done = true;
            self.data.clear();
            return Ok(());
        }
        // Some servers send no blank line between events.
        if data.ends_with(['}', ']'])
            && let Ok(value) = json::read_piece(&self.data)
        {
            self.data.clear();
            return read(&value);
        }
        Ok(())
    }

    /// Reads the data of an event that a blank line has ended.
    fn take_event(&mut self, read: &mut ReadValue<'_>) -> Result<(), AnswerError> {
        let data = std::mem::take(&mut self.data);
        match json::read_piece(&data) {
            Ok(value) => read(&value),
            Err(_) if data.starts_with(['{', '[']) => Err(AnswerError::Unreadable(data)),
            // Words that keep the connection open.
            Err(_) => Ok(()),
        }
    }

    /// Reads the values that end with their line; one that goes on in the next waits for its end.
    fn take_lines(&mut self, read: &mut ReadValue<'_>) -> Result<(), AnswerError> {
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let Ok(value) = json::read_piece(&String::from_utf8_lossy(&self.rest[..end])) else {
                break;
            };
            self.rest.drain(..=end);
            self.values += 1;
            read(&value)?;
        }
        Ok(())
    }

    fn take_values(&mut self, read: &mut ReadValue<'_>) -> Result<(), AnswerError> {
        let rest = std::mem::take(&mut self.rest);
        let text = String::from_utf8_lossy(&rest);
        if let Ok(value) = json::read_piece(&text) {
            self.values += 1;
            return read(&value);
        }
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let value = json::read_piece(line).map_err(|_| self.unreadable())?;
            self.values += 1;
            read(&value)?;
        }
        Ok(())
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
