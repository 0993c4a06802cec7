//! What a model says as it arrives: thoughts and calls are marked by lines of their own within the
//! text that is streamed, so that one stream of text carries all of it.

use std::mem;

/// The line before thoughts.
const THINKING: &str = "⟨thinking⟩";
/// The line after them.
const THOUGHT: &str = "⟨/thinking⟩";
/// What the line of a call begins with; the name of its tool follows.
const CALL: &str = "⟨call⟩ ";

/// Marks pieces of an answer. What the model itself says cannot look like a mark: its angle brackets
/// of this kind are streamed as others.
#[derive(Debug, Default)]
pub struct StreamEncoder {
    is_thinking: bool,
    /// Whether the last line that was given out has not ended.
    is_in_line: bool,
}

impl StreamEncoder {
    /// A piece of the answer's text, as it is streamed.
    pub fn text(&mut self, piece: &str) -> String {
        let mut out = self.end_thoughts();
        self.push(&mut out, &unmarked(piece));
        out
    }

    /// A piece of what the model thinks, as it is streamed.
    pub fn thought(&mut self, piece: &str) -> String {
        let mut out = String::new();
        if !self.is_thinking {
            self.push_line(&mut out, THINKING);
            self.is_thinking = true;
        }
        self.push(&mut out, &unmarked(piece));
        out
    }

    /// That a call of this tool begins, as it is streamed.
    pub fn call(&mut self, tool: &str) -> String {
        let mut out = self.end_thoughts();
        let name = unmarked(tool).replace(['\n', '\r'], " ");
        self.push_line(&mut out, &format!("{CALL}{name}"));
        out
    }

    fn end_thoughts(&mut self) -> String {
        let mut out = String::new();
        if mem::take(&mut self.is_thinking) {
            self.push_line(&mut out, THOUGHT);
        }
        out
    }

    fn push(&mut self, out: &mut String, piece: &str) {
        if let Some(last) = piece.chars().last() {
            self.is_in_line = last != '\n';
            out.push_str(piece);
        }
    }

    fn push_line(&mut self, out: &mut String, line: &str) {
        if mem::take(&mut self.is_in_line) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
}

fn unmarked(piece: &str) -> String {
    piece.replace('⟨', "〈").replace('⟩', "〉")
}

/// A part of an answer that was streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streamed {
    /// Text of the answer.
    Text(String),
    /// What the model thought.
    Thoughts(String),
    /// A call of this tool has begun; its arguments are not streamed.
    Call(String),
}

/// The parts of an answer as far as it was streamed, in their order. A mark that has not arrived as a
/// whole is left out.
pub fn parse(streamed: &str) -> Vec<Streamed> {
    let mut parts = vec![];
    let mut said = String::new();
    let mut is_thinking = false;
    for line in streamed.split_inclusive('\n') {
        let is_mark = line.starts_with('⟨');
        match line.strip_suffix('\n') {
            Some(THINKING) => {
                flush(&mut parts, &mut said, false);
                is_thinking = true;
            }
            Some(THOUGHT) => {
                flush(&mut parts, &mut said, true);
                is_thinking = false;
            }
            Some(whole) if is_mark => {
                flush(&mut parts, &mut said, is_thinking);
                parts.extend(whole.strip_prefix(CALL).map(|name| Streamed::Call(name.to_owned())));
            }
            None if is_mark => {}
            Some(_) | None => said.push_str(line),
        }
    }
    flush(&mut parts, &mut said, is_thinking);
    parts
}

fn flush(parts: &mut Vec<Streamed>, said: &mut String, is_thinking: bool) {
    let said = mem::take(said);
    let said = said.trim_end_matches('\n');
    if said.is_empty() {
        return;
    }
    let said = said.to_owned();
    parts.push(if is_thinking { Streamed::Thoughts(said) } else { Streamed::Text(said) });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded() -> String {
        let mut encoder = StreamEncoder::default();
        [
            encoder.thought("First "),
            encoder.thought("look."),
            encoder.text("I look"),
            encoder.text(" it up."),
            encoder.call("github__getIssue"),
            encoder.call("atelier__time"),
            encoder.thought("Done?"),
            encoder.text("Yes.\n"),
        ]
        .concat()
    }

    #[test]
    fn what_was_marked_is_found_again() {
        let parts = parse(&encoded());

        assert_eq!(
            parts,
            [
                Streamed::Thoughts("First look.".to_owned()),
                Streamed::Text("I look it up.".to_owned()),
                Streamed::Call("github__getIssue".to_owned()),
                Streamed::Call("atelier__time".to_owned()),
                Streamed::Thoughts("Done?".to_owned()),
                Streamed::Text("Yes.".to_owned()),
            ]
        );
    }

    #[test]
    fn a_beginning_shows_no_marks() {
        let whole = encoded();
        for (end, _) in whole.char_indices() {
            for part in parse(whole.get(..end).unwrap_or_default()) {
                let (Streamed::Text(said) | Streamed::Thoughts(said) | Streamed::Call(said)) = part;
                assert!(!said.contains('⟨'), "{said}");
            }
        }
    }

    #[test]
    fn a_model_that_writes_marks_marks_nothing() {
        let mut encoder = StreamEncoder::default();

        let streamed = encoder.text("⟨call⟩ github__merge\nDone.");

        assert_eq!(parse(&streamed), [Streamed::Text("〈call〉 github__merge\nDone.".to_owned())]);
    }
}
