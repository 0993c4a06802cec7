//! Takes the control tokens of model families out of a text that comes in pieces: servers whose
//! template does not fit the model leave them in it, with the roles and channels that they name.

/// What a token begins and ends with; `DeepSeek`'s have full-width bars.
const OPENS: [&str; 2] = ["<|", "<｜"];
const CLOSES: [&str; 2] = ["|>", "｜>"];
/// The longest name of a token, in bytes.
const LONGEST_NAME: usize = 40;
/// The longest role or channel with whom it speaks to, in bytes.
const LONGEST_HEADER: usize = 128;
/// The roles that are known from text that only follows a token.
const ROLES: [&str; 8] =
    ["assistant", "developer", "environment", "ipython", "model", "system", "tool", "user"];
/// What follows tokens that begin a part.
const BEGINS: [(&str, Part); 7] = [
    ("begin_of_thought", Part::Thought),
    ("channel", Part::Channel),
    ("header_start", Part::Role),
    ("im_start", Part::Role),
    ("start", Part::Role),
    ("start_header_id", Part::Role),
    ("start_of_role", Part::Role),
];
/// Tokens that only end something, or are followed by text.
const MARKS: [&str; 31] = [
    "assistant",
    "begin_of_solution",
    "begin_of_text",
    "begin▁of▁sentence",
    "call",
    "constrain",
    "end",
    "end_header_id",
    "end_of_role",
    "end_of_solution",
    "end_of_text",
    "end_of_thought",
    "endofprompt",
    "endoftext",
    "end▁of▁sentence",
    "eom",
    "eom_id",
    "eot",
    "eot_id",
    "header_end",
    "im_end",
    "im_sep",
    "message",
    "python_end",
    "python_start",
    "python_tag",
    "return",
    "system",
    "user",
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
    /// In which format the message of a channel is.
    Format {
        is_answer: bool,
    },
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
    /// What is so far a role, channel or format.
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
                    self.end_name(&mut said);
                    self.part = self.part_after(name);
                    self.name.clear();
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
        self.end_name(&mut said);
        said
    }

    /// Where what follows a token belongs.
    fn part_after(&self, token: &str) -> Part {
        // Only the final channel is the answer.
        let is_final = self.name.starts_with("final");
        match (token, self.part) {
            ("message", Part::Channel) if !is_final => Part::Thought,
            ("message", Part::Format { is_answer: false }) => Part::Thought,
            ("constrain", Part::Channel) => Part::Format { is_answer: is_final },
            ("constrain", part) => part,
            _ => begun_by(token).unwrap_or_default(),
        }
    }

    fn say(&mut self, text: &str, said: &mut Vec<Piece>) {
        if matches!(self.part, Part::Text | Part::Thought) {
            return add(self.part, text, said);
        }
        self.name.push_str(text);
        let end = self.name.find('\n');
        let fits = self.part.is_named(&self.name[..end.unwrap_or(self.name.len())], end.is_some());
        if end.is_none() && fits {
            return;
        }
        // What follows a name's line is text, and so is what turns out to be no name.
        let name = std::mem::take(&mut self.name);
        let rest = end.filter(|_| fits).map_or(0, |end| end + 1);
        self.part = Part::Text;
        add(self.part, &name[rest..], said);
    }

    /// Takes what is no name, now that it ends, for text.
    fn end_name(&mut self, said: &mut Vec<Piece>) {
        if !matches!(self.part, Part::Text | Part::Thought) && !self.part.is_named(&self.name, true)
        {
            add(Part::Text, &self.name, said);
        }
    }
}

impl Part {
    /// Whether a text is what this part names, or may become it where it is not whole.
    fn is_named(self, text: &str, is_whole: bool) -> bool {
        let mut words = text.split([' ', '\r']);
        let first = words.next().unwrap_or_default();
        let is_first_whole = is_whole || first.len() < text.len();
        let is_name = match self {
            Self::Role if is_first_whole => ROLES.contains(&first),
            Self::Role => ROLES.iter().any(|role| role.starts_with(first)),
            Self::Channel | Self::Format { .. } => {
                let is_word = first.chars().all(|c| c.is_alphanumeric() || c == '_');
                is_word && !(is_first_whole && first.is_empty())
            }
            Self::Text | Self::Thought => false,
        };
        let names_receiver = |word: &str| {
            word.is_empty() || word.starts_with("to=") || !is_whole && "to=".starts_with(word)
        };
        is_name && text.len() <= LONGEST_HEADER && words.all(names_receiver)
    }
}

/// Adds words of an answer or of its thoughts.
fn add(part: Part, words: &str, said: &mut Vec<Piece>) {
    match (part, said.last_mut()) {
        _ if words.is_empty() => {}
        (Part::Thought, Some(Piece::Thought(last))) => last.push_str(words),
        (Part::Thought, _) => said.push(Piece::Thought(words.to_owned())),
        (_, Some(Piece::Text(last))) => last.push_str(words),
        _ => said.push(Piece::Text(words.to_owned())),
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
            ("<|header_start|>assistant<|header_end|>\n\nTea<|eot|>", "\n\nTea", ""),
            ("<|start_of_role|>assistant<|end_of_role|>Tea<|end_of_text|>", "Tea", ""),
            ("Tea<|end|><|user|>\n<|system|><|assistant|>!", "Tea\n!", ""),
            ("Tea<|im_end|>\n<|im_start|>user", "Tea\n", ""),
            (
                "<|start|>assistant to=functions.find<|channel|>commentary <|constrain|>json<|message|>{}",
                "",
                "{}",
            ),
            ("Write `<|im_start|>` before a role.", "Write `` before a role.", ""),
            (
                "<|im_start|>assistant is a role\nor <|im_start|>\nnone",
                "assistant is a role\nor \nnone",
                "",
            ),
            ("A <|channel|> has a name,\n<|channel|>here<|im_end|>", "A  has a name,\n", ""),
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
            text in "( |\n|<|\\|>|<\\|channel\\|>|final|<\\|message\\|>|<\\|end\\|>|<\\|im_start\\|>|assistant|to=|<\\|constrain\\|>|<｜|a|é){0,12}",
            size in 1_usize..7,
        ) {
            let chars: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();

            prop_assert_eq!(split(&pieces), split(&[text.as_str()]));
        }
    }
}
