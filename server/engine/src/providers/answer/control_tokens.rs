//! Takes the control tokens of model families out of a text that comes in pieces: servers whose
//! template does not fit the model leave them in it, with the roles and channels that they name.

/// What a token begins and ends with; `DeepSeek`'s have full-width bars.
const OPENS: [&str; 2] = ["<|", "<｜"];
const CLOSES: [&str; 2] = ["|>", "｜>"];
/// The longest name of a token, in bytes, and of a role or channel, in characters.
const LONGEST_NAME: usize = 40;
/// What follows tokens that begin a part.
const BEGINS: [(&str, Part); 5] = [
    ("begin_of_thought", Part::Thought),
    ("channel", Part::Channel),
    ("im_start", Part::Role),
    ("start", Part::Role),
    ("start_header_id", Part::Role),
];
/// Tokens that only end something, or are followed by text.
const MARKS: [&str; 23] = [
    "assistant",
    "begin_of_solution",
    "begin_of_text",
    "begin▁of▁sentence",
    "call",
    "constrain",
    "end",
    "end_header_id",
    "end_of_solution",
    "end_of_text",
    "end_of_thought",
    "endofprompt",
    "endoftext",
    "end▁of▁sentence",
    "eom_id",
    "eot_id",
    "im_end",
    "im_sep",
    "message",
    "python_tag",
    "return",
    "Assistant",
    "User",
];

/// Where in an answer its next characters belong.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Text,
    Thought,
    /// A role, until its line or token ends.
    Role,
    /// The name of a channel, until its message begins.
    Channel,
}

/// A piece of an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Thought(String),
}

/// Takes control tokens out of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct ControlTokens {
    part: Part,
    /// What may be the beginning of a token.
    held: String,
    /// The role or channel that is being named.
    name: String,
}

impl ControlTokens {
    /// Adds a piece; returns what certainly belongs to the answer or to its thoughts.
    pub(super) fn take(&mut self, piece: &str) -> Vec<Piece> {
        self.held.push_str(piece);
        let held = std::mem::take(&mut self.held);
        let (mut said, mut rest) = (vec![], held.as_str());
        while let Some(at) = rest.find('<') {
            self.say(&rest[..at], &mut said);
            rest = &rest[at..];
            match read_token(rest) {
                Token::Whole(name, length) => {
                    rest = &rest[length..];
                    self.part = self.part_after(name);
                    // It says of which format what the channel brings is.
                    if name != "constrain" {
                        self.name.clear();
                    }
                }
                Token::Begun => {
                    self.held = rest.to_owned();
                    return said;
                }
                Token::None => {
                    self.say("<", &mut said);
                    rest = &rest[1..];
                }
            }
        }
        self.say(rest, &mut said);
        said
    }

    /// What is left once no more pieces come.
    pub(super) fn end(&mut self) -> Vec<Piece> {
        let mut said = vec![];
        let held = std::mem::take(&mut self.held);
        self.say(&held, &mut said);
        said
    }

    /// Where what follows a token belongs.
    fn part_after(&self, token: &str) -> Part {
        match token {
            // `message` ends the name of a channel: only the final one is the answer.
            "message" if self.part == Part::Channel && !self.name.trim().starts_with("final") => {
                Part::Thought
            }
            "constrain" => self.part,
            _ => begun_by(token).unwrap_or_default(),
        }
    }

    fn say(&mut self, text: &str, said: &mut Vec<Piece>) {
        let rest = match self.part {
            Part::Role | Part::Channel => self.pass_name(text),
            Part::Text | Part::Thought => text,
        };
        match (self.part, said.last_mut()) {
            _ if rest.is_empty() => {}
            (Part::Thought, Some(Piece::Thought(last))) => last.push_str(rest),
            (Part::Thought, _) => said.push(Piece::Thought(rest.to_owned())),
            (_, Some(Piece::Text(last))) => last.push_str(rest),
            _ => said.push(Piece::Text(rest.to_owned())),
        }
    }

    /// Passes over a role or channel; one that its line ends is followed by text.
    fn pass_name<'a>(&mut self, text: &'a str) -> &'a str {
        let room = LONGEST_NAME - self.name.chars().count();
        let most = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
        let end = text[..most].find('\n');
        self.name.push_str(&text[..end.unwrap_or(most)]);
        if end.is_some() || most < text.len() {
            self.part = Part::Text;
        }
        &text[end.map_or(most, |end| end + 1)..]
    }
}

/// The part that a token begins, if it does.
fn begun_by(token: &str) -> Option<Part> {
    BEGINS.iter().find(|(name, _)| *name == token).map(|(_, part)| *part)
}

/// What a text that begins with `<` begins with.
enum Token<'a> {
    /// A token of this name, in so many bytes.
    Whole(&'a str, usize),
    /// What may become one.
    Begun,
    None,
}

fn read_token(text: &str) -> Token<'_> {
    if OPENS.iter().any(|open| open.starts_with(text)) {
        return Token::Begun;
    }
    let Some(inner) = OPENS.iter().find_map(|open| text.strip_prefix(open)) else {
        return Token::None;
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '▁');
    let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    if name.is_empty() || end > LONGEST_NAME {
        return if inner.is_empty() { Token::Begun } else { Token::None };
    }
    if CLOSES.iter().any(|close| close.starts_with(rest) && *close != rest) {
        return Token::Begun;
    }
    match CLOSES.iter().find(|close| rest.starts_with(**close)) {
        Some(close) if MARKS.contains(&name) || begun_by(name).is_some() => {
            Token::Whole(name, text.len() - rest.len() + close.len())
        }
        _ => Token::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(pieces: &[&str]) -> (String, String) {
        let mut tokens = ControlTokens::default();
        let mut said: Vec<Piece> = pieces.iter().flat_map(|piece| tokens.take(piece)).collect();
        said.extend(tokens.end());
        let (mut text, mut thoughts) = (String::new(), String::new());
        for piece in said {
            match piece {
                Piece::Text(words) => text.push_str(&words),
                Piece::Thought(words) => thoughts.push_str(&words),
            }
        }
        (text, thoughts)
    }

    #[test]
    fn tokens_and_what_they_name_are_no_text() {
        for (answer, text, thoughts) in [
            (
                "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Tea<|return|>",
                "Tea",
                "hm",
            ),
            ("<|channel|>analysis<|message|>hm<|channel|>final<|message|>Tea", "Tea", "hm"),
            ("<|channel|>final <|constrain|>json<|message|>{}", "{}", ""),
            ("<|im_start|>assistant\nTea<|im_end|>", "Tea", ""),
            ("<|start_header_id|>assistant<|end_header_id|>Tea<|eot_id|>", "Tea", ""),
            ("Tea<｜end▁of▁sentence｜>", "Tea", ""),
            ("<|begin_of_thought|>hm<|end_of_thought|>Tea<|endoftext|>", "Tea", "hm"),
            (
                "f <| x |> g, 1 < 2, <b>, <|nothing|>, <|",
                "f <| x |> g, 1 < 2, <b>, <|nothing|>, <|",
                "",
            ),
        ] {
            assert_eq!(split(&[answer]), (text.to_owned(), thoughts.to_owned()), "{answer}");
        }
    }

    proptest! {
        #[test]
        fn however_it_is_cut_it_is_the_same(
            text in "( |\n|<|\\|>|<\\|channel\\|>|final|<\\|message\\|>|<\\|end\\|>|<\\|im_start\\|>|<｜|a|é){0,12}",
            size in 1_usize..7,
        ) {
            let chars: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();

            prop_assert_eq!(split(&pieces), split(&[text.as_str()]));
        }
    }
}
