//! Credentials that cannot be printed by accident, and the filter that takes them out of any text.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

const MASK: &str = "[redacted]";
/// Shorter values would mask ordinary words and digits wherever they occur.
const SHORTEST_MASKED: usize = 6;

/// A credential: it has no `Display` and no `Serialize`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a credential into safe keeping.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The credential itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret([redacted])")
    }
}

/// Removes a set of credentials from text in every form they may have been echoed in.
#[derive(Clone, Default)]
pub struct Redactor {
    raw: Vec<String>,
    encoded: Vec<String>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Redactor({} secrets)", self.raw.len())
    }
}

impl Redactor {
    /// A filter for these credentials; values shorter than six characters are not recognisable.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let values = secrets.into_iter().map(|secret| secret.0.clone());
        let raw: Vec<String> = values.filter(|value| value.len() >= SHORTEST_MASKED).collect();
        let mut encoded: Vec<String> = raw.iter().flat_map(|value| encodings(value)).collect();
        encoded.retain(|form| form.len() >= SHORTEST_MASKED);
        Self::sorted(raw, encoded)
    }

    /// Takes out what either of the two does.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = |own: &[String], others: &[String]| [own, others].concat();
        Self::sorted(both(&self.raw, &other.raw), both(&self.encoded, &other.encoded))
    }

    fn sorted(raw: Vec<String>, mut encoded: Vec<String>) -> Self {
        encoded.sort_by_key(|form| std::cmp::Reverse(form.len()));
        encoded.dedup();
        Self { raw, encoded }
    }

    /// The text with each occurrence of each form of each credential masked.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.raw {
            clean = mask_escaped(&clean, secret.as_bytes());
        }
        for form in &self.encoded {
            if clean.contains(form.as_str()) {
                clean = clean.replace(form.as_str(), MASK);
            }
        }
        clean
    }
}

impl Redactor {
    /// The clean text on one line, cut to so many characters, without a full stop at its end.
    pub fn clean_line(&self, text: &str, most: usize) -> String {
        let clean = self.clean(text);
        let line = clean.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
        line.trim_end_matches('.').chars().take(most).collect()
    }
}

/// Masks the credential as it is and with any of its characters escaped as in addresses or JSON.
fn mask_escaped(text: &str, secret: &[u8]) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match length_of(rest.as_bytes(), secret).and_then(|length| rest.get(length..)) {
            Some(after) => {
                clean.push_str(MASK);
                rest = after;
            }
            None => {
                clean.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    clean
}

/// How many bytes at the start of the text spell the credential, none when they do not.
fn length_of(text: &[u8], secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(0, |at, &byte| {
        let rest = text.get(at..)?;
        let hex = |from: usize, digits: usize| {
            let digits = std::str::from_utf8(rest.get(from..from + digits)?).ok()?;
            u32::from_str_radix(digits, 16).ok()
        };
        let spelt = match (rest.first()?, rest.get(1)) {
            (b'%', _) if hex(1, 2) == Some(byte.into()) => 3,
            (b'\\', Some(b'u')) if hex(2, 4) == Some(byte.into()) => 6,
            (b'\\', Some(escaped)) if *escaped == byte => 2,
            (b'+', _) if byte == b' ' => 1,
            (plain, _) if *plain == byte => 1,
            _ => return None,
        };
        Some(at + spelt)
    })
}

fn encodings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let whole = [hex::encode(bytes), hex::encode_upper(bytes)].into_iter();
    whole.chain((0..3).flat_map(|offset| base64_forms(bytes, offset))).collect()
}

/// How the credential looks inside the base64 of a longer text in which it starts `offset` bytes
/// after a multiple of three: the characters that depend on its neighbours are cut away.
fn base64_forms(bytes: &[u8], offset: usize) -> [String; 2] {
    let mut padded = vec![0; offset];
    padded.extend_from_slice(bytes);
    let from = (offset * 8).div_ceil(6);
    let to = padded.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)]
        .map(|form| form.get(from..to).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    const CANARY: &str = "sk-canary/9+f7 \"q\" Zx81";

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        assert!(!format!("{:?}", Secret::new(CANARY)).contains("canary"));
    }

    #[test]
    fn rel_s10_every_form_of_a_secret_is_masked() {
        let secret = Secret::new(CANARY);
        let redactor = Redactor::new([&secret]);
        let echoes = [
            format!("Bearer {CANARY}"),
            format!(
                "key={}",
                url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect::<String>()
            ),
            serde_json::json!({ "authorization": CANARY }).to_string(),
            hex::encode(CANARY),
            CANARY.replace('/', "%2f").replace('"', "%22"),
            CANARY.replace('/', "\\/").replace('+', "\\u002b"),
            CANARY.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        ];

        for echo in echoes {
            let clean = redactor.clean(&echo);
            assert!(clean.contains(MASK), "{clean}");
            assert!(!clean.contains("canary"), "{clean}");
        }
    }

    #[test]
    fn rel_s10_base64_of_a_text_around_a_secret_is_masked_at_every_alignment() {
        let secret = Secret::new(CANARY);
        let redactor = Redactor::new([&secret]);

        for before in ["", "u", "us", "user", "Bearer "] {
            let echo = STANDARD.encode(format!("{before}{CANARY}:tail"));
            let clean = redactor.clean(&echo);
            assert!(clean.contains(MASK), "{before:?}: {clean}");
            assert!(clean.len() - MASK.len() <= echo.len() - CANARY.len(), "{clean}");
        }
    }
}
