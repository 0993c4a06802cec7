//! Separates a model's reasoning from its answer where both come in the text of the answer.

use serde_json::{Value, json};

/// How models mark their thoughts at the beginning of an answer.
const TAGS: [(&str, &str); 6] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
];

/// Takes the reasoning out of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    place: ThoughtPhase,
    /// Text that may turn out to be the beginning of a tag.
    held: String,
    /// Whether reasoning came before the answer; white space after it is then dropped.
    has_thought: bool,
    /// The reasoning so far.
    text: String,
    /// Bytes of it that were taken by [`Thoughts::take_untold`].
    told: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum ThoughtPhase {
    #[default]
    Before,
    /// Until this closes them.
    Inside(&'static str),
    After,
}

impl Thoughts {
    /// Adds a piece; returns the text that certainly belongs to the answer.
    pub(super) fn take(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        loop {
            match self.place {
                ThoughtPhase::Before => {
                    let text = self.held.trim_start();
                    let opened = TAGS.iter().find(|(open, _)| starts_with(text, open));
                    if let Some((open, close)) = opened {
                        self.held = text[open.len()..].to_owned();
                        self.place = ThoughtPhase::Inside(close);
                        self.has_thought = true;
                    } else if TAGS.iter().any(|(open, _)| starts_with(open, text)) {
                        return String::new();
                    } else {
                        if self.has_thought {
                            self.held = text.to_owned();
                        }
                        self.place = ThoughtPhase::After;
                    }
                }
                ThoughtPhase::Inside(close) => {
                    let Some(end) = find(&self.held, close) else {
                        // Its end may be the beginning of what closes them.
                        let kept = self.held.len().saturating_sub(close.len());
                        self.text.extend(self.held.drain(..self.held.floor_char_boundary(kept)));
                        return String::new();
                    };
                    self.text.push_str(&self.held[..end]);
                    self.text.push('\n');
                    self.held.drain(..end + close.len());
                    self.place = ThoughtPhase::Before;
                }
                ThoughtPhase::After => return std::mem::take(&mut self.held),
            }
        }
    }

    /// The rest of the answer once no more pieces come; reasoning that was never closed stays
    /// reasoning.
    pub(super) fn end(&mut self) -> String {
        let rest = std::mem::take(&mut self.held);
        if matches!(self.place, ThoughtPhase::Inside(_)) {
            self.text.push_str(&rest);
            return String::new();
        }
        if self.has_thought { rest.trim_start().to_owned() } else { rest }
    }

    /// The reasoning since this was last asked.
    pub(super) fn take_untold(&mut self) -> &str {
        let told = std::mem::replace(&mut self.told, self.text.len());
        &self.text[told..]
    }

    /// The reasoning so far, without white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }
}

/// Splits a text into reasoning and answer where only the closing tag is in it, because the opening
/// one stood in the prompt. None without a closing tag.
pub(super) fn split_unopened(text: &str) -> Option<(&str, &str)> {
    let (thoughts, answer) = text.split_once("</think>")?;
    Some((thoughts.trim(), answer.trim_start()))
}

/// Adds a piece of the reasoning as OpenRouter gives it. Thoughts that came word by word are given back
/// as one part.
pub(super) fn add_detail(details: &mut Vec<Value>, piece: Value) {
    let goes_on = |last: &&mut Value| {
        // What is sealed comes whole.
        piece["index"].is_number()
            && piece["data"].is_null()
            && ["type", "index"].iter().all(|key| last[*key] == piece[*key])
    };
    let (Some(last), Value::Object(fields)) = (details.last_mut().filter(goes_on), &piece) else {
        details.push(piece);
        return;
    };
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        last[key.as_str()] = match (key.as_str(), last[key.as_str()].as_str(), value.as_str()) {
            ("text" | "summary", Some(before), Some(more)) => json!(format!("{before}{more}")),
            _ => value.clone(),
        };
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(start))
}

/// The byte position of a tag, compared without regard to ASCII case.
fn find(text: &str, tag: &str) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).find(|at| starts_with(&text[*at..], tag))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(pieces: &[&str]) -> (String, String) {
        let mut thoughts = Thoughts::default();
        let mut text: String = pieces.iter().map(|piece| thoughts.take(piece)).collect();
        text.push_str(&thoughts.end());
        (text, thoughts.text().to_owned())
    }

    fn pair(text: &str, thoughts: &str) -> (String, String) {
        (text.to_owned(), thoughts.to_owned())
    }

    #[test]
    fn thoughts_before_an_answer_are_none_of_it() {
        assert_eq!(split(&["<think>hm</think>\n\nTea"]), pair("Tea", "hm"));
        assert_eq!(split(&["\n<THINK>a</Think><think>b</think> Tea"]), pair("Tea", "a\nb"));
        assert_eq!(split(&["◁think▷é◁/think▷Tea"]), pair("Tea", "é"));
        assert_eq!(split(&["<think>hm, cut off"]), pair("", "hm, cut off"));
    }

    #[test]
    fn what_looks_like_thoughts_within_an_answer_stays() {
        for text in ["Tea <think>is</think> hot", "<thin", "  Tea", "<thing>", "<", ""] {
            assert_eq!(split(&[text]), pair(text, ""), "{text:?}");
        }
        assert_eq!(split_unopened("hm\n</think>\nTea"), Some(("hm", "Tea")));
    }

    proptest! {
        #[test]
        fn however_it_is_cut_it_is_the_same(
            text in "( |<|think|<think>|</think>|[THINK]|◁think▷|a|é){0,12}",
            size in 1_usize..7,
        ) {
            let chars: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();

            prop_assert_eq!(split(&pieces), split(&[text.as_str()]));
        }
    }
}
