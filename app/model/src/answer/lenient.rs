//! Reads JSON as models and people write it: with comments, commas before a closing bracket, raw line
//! ends, single and typographic quotes, names without quotes, and Python's words.

use serde_json::{Map, Number, Value};

use crate::number::{JsonError, is_kept};

/// The most levels of a value, as `serde_json` has them.
const MOST_LEVELS: usize = 127;

/// Reads one value of a text after the other.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    levels: usize,
    /// What was read and cannot be kept as it is written.
    fault: Option<JsonError>,
}

impl<'a> Reader<'a> {
    /// A reader of what stands from this byte on.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, levels: 0, fault: None }
    }

    /// The byte up to which has been read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing but white space and comments is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip();
        self.at == self.text.len()
    }

    /// What of the values so far is not kept as it is written.
    pub(super) fn take_fault(&mut self) -> Option<JsonError> {
        self.fault.take()
    }

    /// That what stands here is no JSON.
    pub(super) fn syntax_error(&self) -> JsonError {
        let before = &self.text[..self.at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        JsonError::Syntax { line, column }
    }

    /// The next value; none where it is broken.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.skip();
        match self.peek()? {
            '{' => self.nested(Self::object),
            '[' => self.nested(Self::list),
            '-' | '+' | '0'..='9' => self.number(),
            c if closing_quotes(c).is_some() => self.text().map(Value::String),
            _ => match self.word() {
                "true" | "True" => Some(true.into()),
                "false" | "False" => Some(false.into()),
                "null" | "None" => Some(Value::Null),
                _ => None,
            },
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.levels += 1;
        self.at += 1;
        let value = (self.levels <= MOST_LEVELS).then(|| read(self)).flatten()?;
        self.levels -= 1;
        Some(value)
    }

    fn object(&mut self) -> Option<Value> {
        let mut fields = Map::new();
        while !self.take('}') {
            let key = match closing_quotes(self.peek()?) {
                Some(_) => self.text()?,
                None => Some(self.word()).filter(|word| !word.is_empty())?.to_owned(),
            };
            if !self.take(':') {
                return None;
            }
            let value = self.value()?;
            if fields.insert(key.clone(), value).is_some() {
                self.fault.get_or_insert(JsonError::Doubled(key));
            }
            if !self.take(',') {
                return self.take('}').then_some(Value::Object(fields));
            }
        }
        Some(Value::Object(fields))
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = vec![];
        while !self.take(']') {
            items.push(self.value()?);
            if !self.take(',') {
                return self.take(']').then_some(Value::Array(items));
            }
        }
        Some(Value::Array(items))
    }

    /// A number, or its digits as a text where it would be changed.
    fn number(&mut self) -> Option<Value> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let written = self.take_while(is_part);
        let written = written.strip_prefix('+').unwrap_or(written);
        if is_kept(written) {
            return serde_json::from_str::<Number>(written).ok().map(Value::Number);
        }
        self.fault.get_or_insert(JsonError::unkept(written));
        Some(written.into())
    }

    fn text(&mut self) -> Option<String> {
        let open = self.next()?;
        let closing = closing_quotes(open)?;
        let mut text = String::new();
        loop {
            match self.next()? {
                // Other quotes are apostrophes, too.
                c if closing.contains(&c) && (open == '"' || self.ends_text()) => {
                    return Some(text);
                }
                '\\' => self.escape(&mut text)?,
                '\0' => {}
                c => text.push(c),
            }
        }
    }

    /// Whether what follows can only follow a text that has ended.
    fn ends_text(&self) -> bool {
        let next = self.rest().trim_start().chars().next();
        next.is_none_or(|c| matches!(c, ',' | ':' | '}' | ']' | '/' | '#'))
    }

    fn escape(&mut self, text: &mut String) -> Option<()> {
        let plain = match self.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            c @ ('"' | '\'' | '\\' | '/') => c,
            '\n' => return Some(()),
            'x' => char::from_u32(self.digits(2)?)?,
            'u' => self.unit()?,
            // Python keeps what is no escape.
            other => {
                text.push('\\');
                other
            }
        };
        if plain != '\0' {
            text.push(plain);
        }
        Some(())
    }

    /// The character of `\u`, whose other half may follow; U+FFFD for half of one.
    fn unit(&mut self) -> Option<char> {
        let first = self.digits(4)?;
        let low = || {
            let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
            u32::from_str_radix(digits, 16).ok().filter(|unit| (0xDC00..0xE000).contains(unit))
        };
        if (0xD800..0xDC00).contains(&first)
            && let Some(low) = low()
        {
            self.at += 6;
            return char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00));
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest().get(..count)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += count;
        Some(number)
    }

    fn word(&mut self) -> &'a str {
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'))
    }

    /// Passes over white space and comments, and then over this sign where it follows.
    fn take(&mut self, sign: char) -> bool {
        self.skip();
        let is_there = self.peek() == Some(sign);
        if is_there {
            self.at += sign.len_utf8();
        }
        is_there
    }

    fn skip(&mut self) {
        loop {
            self.take_while(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
            let rest = self.rest();
            let end = if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n')
            } else if rest.starts_with("/*") {
                rest.find("*/").map(|end| end + 2)
            } else {
                return;
            };
            self.at += end.unwrap_or(rest.len());
        }
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }
}

/// The quotes that end a text which begins with this one; none where it is no quote.
pub(super) fn closing_quotes(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' => &['"'],
        '\'' => &['\''],
        '“' | '”' | '„' | '‟' => &['“', '”', '‟', '"'],
        '‘' | '’' | '‚' | '‛' => &['‘', '’', '‛', '\''],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Option<Value> {
        let mut reader = Reader::new(text, 0);
        reader.value().filter(|_| reader.is_at_end())
    }

    #[test]
    fn what_is_only_written_otherwise_is_read() {
        let plain = json!({"title": "A", "tags": ["x"], "ok": true, "none": null});
        for text in [
            r#"{"title": "A", "tags": ["x"], "ok": true, "none": null}"#,
            r#"{"title": "A", "tags": ["x",], "ok": true, "none": null,}"#,
            "{'title': 'A', 'tags': ['x'], 'ok': True, 'none': None}",
            "{title: “A”, tags: [‘x’], ok: true, none: null}",
            "{ // its title\n\"title\": \"A\", /* two */ \"tags\": [\"x\"], # rest\n \"ok\": true, \"none\": null }",
        ] {
            assert_eq!(read(text), Some(plain.clone()), "{text}");
        }
        assert_eq!(read("\"one\ntwo\""), Some(json!("one\ntwo")));
        assert_eq!(read("'it's his'"), Some(json!("it's his")));
        assert_eq!(read(r#""\ud83d\ude00 \ud83d a\u0000b \d""#), Some(json!("😀 \u{fffd} ab \\d")));
        assert_eq!(read("[+5, -0.5, 18446744073709551615]"), Some(json!([5, -0.5, u64::MAX])));
    }

    #[test]
    fn what_is_missing_is_not_made_up() {
        for text in [
            "{\"a\": ",
            "{\"a\": 1",
            "[1 2]",
            "[1,,2]",
            "{\"a\" 1}",
            "{a}",
            "\"cut",
            "NaN",
            "007",
            "[.5]",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }

    #[test]
    fn what_would_be_lost_is_told() {
        let fault = |text: &str| {
            let mut reader = Reader::new(text, 0);
            (reader.value(), reader.take_fault())
        };
        assert_eq!(fault("{\"a\": 1, \"a\": 2}").1, Some(JsonError::Doubled("a".to_owned())));
        let large = "12345678901234567890123";
        assert_eq!(fault(large), (Some(json!(large)), Some(JsonError::Number(large.to_owned()))));
    }
}
