//! Source text to tokens.

use super::{ExprError, limit};

/// One word of the language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Integer(u64),
    Decimal(f64),
    Text(String),
    Mark(&'static str),
}

/// A token and the byte where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub at: usize,
}

/// Longest first, so that `===` is not read as `==` and `=`.
const MARKS: &[&str] = &[
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "??", "${", "<", ">", "!", "+", "-", "*",
    "/", "%", "?", ":", "(", ")", "[", "]", ".", ",", "}",
];

/// Tokens of a whole source.
pub(super) fn tokens(source: &str) -> Result<Vec<Placed>, ExprError> {
    check_length(source)?;
    let mut reader = Reader { source, at: 0 };
    let mut found = vec![];
    while let Some(placed) = reader.next()? {
        found.push(placed);
    }
    Ok(found)
}

/// Tokens from byte `start` to the `}` that closes the reference there, and the byte after it.
pub(super) fn reference(source: &str, start: usize) -> Result<(Vec<Placed>, usize), ExprError> {
    let mut reader = Reader { source, at: start };
    let mut found = vec![];
    let mut open = 0_usize;
    while let Some(placed) = reader.next()? {
        match placed.token {
            Token::Mark("${") => open += 1,
            Token::Mark("}") if open == 0 => return Ok((found, reader.at)),
            Token::Mark("}") => open -= 1,
            _ => {}
        }
        found.push(placed);
    }
    Err(ExprError::syntax(
        "This ${ isn't closed. Add }, or write $${ for a literal ${",
        start.saturating_sub(2),
    ))
}

pub(super) fn check_length(source: &str) -> Result<(), ExprError> {
    let length = source.len();
    if length > limit::SOURCE_BYTES {
        return Err(ExprError::TooLong { length, limit: limit::SOURCE_BYTES });
    }
    Ok(())
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn next(&mut self) -> Result<Option<Placed>, ExprError> {
        self.take_while(char::is_whitespace);
        let at = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let token = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                Token::Name(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_').to_owned())
            }
            '0'..='9' => self.number()?,
            '"' | '\'' => self.quoted(first)?,
            _ => self.mark(first)?,
        };
        Ok(Some(Placed { token, at }))
    }

    fn mark(&mut self, first: char) -> Result<Token, ExprError> {
        let rest = self.rest();
        let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) else {
            return Err(ExprError::syntax(
                format!("Unexpected “{}”", first.escape_debug()),
                self.at,
            ));
        };
        self.at += mark.len();
        Ok(Token::Mark(match *mark {
            "===" => "==",
            "!==" => "!=",
            mark => mark,
        }))
    }

    fn number(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let mut whole = true;
        let mut ahead = self.rest().chars();
        if ahead.next() == Some('.') && ahead.next().is_some_and(|c| c.is_ascii_digit()) {
            whole = false;
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let text = &self.source[start..self.at];
        let token = if whole {
            text.parse().ok().map(Token::Integer)
        } else {
            text.parse().ok().filter(|number: &f64| number.is_finite()).map(Token::Decimal)
        };
        token.ok_or_else(|| ExprError::syntax("The number is too large", start))
    }

    fn quoted(&mut self, quote: char) -> Result<Token, ExprError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != quote && c != '\\'));
            let mut rest = self.rest().chars();
            match (rest.next(), rest.next()) {
                (Some('\\'), Some(escaped)) => {
                    self.at += 1 + escaped.len_utf8();
                    text.push(self.unescape(escaped)?);
                }
                (Some(c), _) if c == quote => {
                    self.at += 1;
                    return Ok(Token::Text(text));
                }
                _ => return Err(ExprError::syntax("The quoted text isn't closed", start)),
            }
        }
    }

    fn unescape(&mut self, escaped: char) -> Result<char, ExprError> {
        match escaped {
            'n' => Ok('\n'),
            't' => Ok('\t'),
            'r' => Ok('\r'),
            '\\' | '"' | '\'' | '/' => Ok(escaped),
            'u' => {
                let code = self.rest().get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let found = code.and_then(char::from_u32);
                let letter =
                    found.ok_or_else(|| ExprError::syntax("\\u needs four hex digits", self.at))?;
                if letter == '\0' {
                    return Err(ExprError::syntax("Text can't contain U+0000", self.at));
                }
                self.at += 4;
                Ok(letter)
            }
            other => Err(ExprError::syntax(format!("\\{other} isn't an escape sequence"), self.at)),
        }
    }
}
