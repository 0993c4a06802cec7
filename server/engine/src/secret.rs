//! Credentials that cannot be printed by accident, and the filter that takes them out of any text.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt;

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
    forms: Vec<String>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Redactor({} forms)", self.forms.len())
    }
}

impl Redactor {
    /// A filter for these credentials; values shorter than six characters are not recognisable.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut forms: Vec<String> =
            secrets.into_iter().filter(|s| s.0.len() >= SHORTEST_MASKED).flat_map(forms).collect();
        forms.retain(|form| form.len() >= SHORTEST_MASKED);
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self { forms }
    }

    /// The text with each occurrence of each form of each credential masked.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for form in &self.forms {
            if clean.contains(form.as_str()) {
                clean = clean.replace(form.as_str(), MASK);
            }
        }
        clean
    }
}

fn forms(secret: &Secret) -> Vec<String> {
    let raw = secret.0.as_str();
    let bytes = raw.as_bytes();
    let url: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let every_byte: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let json = serde_json::Value::from(raw).to_string();
    let mut forms = vec![
        raw.to_owned(),
        url.replace('+', "%20"),
        url.to_ascii_lowercase(),
        url,
        every_byte.to_ascii_lowercase(),
        every_byte,
        json.trim_matches('"').to_owned(),
        hex::encode(bytes),
        hex::encode_upper(bytes),
    ];
    forms.extend((0..3).flat_map(|offset| base64_forms(bytes, offset)));
    forms
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
