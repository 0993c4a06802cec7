//! The text that the bytes of an answer are.
//!
//! A byte-order mark says best which charset it is, then the header, then the page itself, then
//! where JSON has zeros. A Latin charset that is named for valid UTF-8 is not believed. Halves of
//! surrogate pairs become U+FFFD.

use std::borrow::Cow;

use encoding_rs::Encoding;
use outside::outbound::HeaderMap;

/// How much of a page is looked at for the charset that it names itself.
const DECLARATION: usize = 1024;

/// What an answer says of its body.
#[derive(Debug, Default)]
pub(super) struct ContentType {
    /// E.g. `application/json`; empty when it is not said.
    pub media_type: String,
    /// As it is written, in lower case.
    charset: Option<String>,
}

impl ContentType {
    /// What the headers of an answer say.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let written = headers.get("content-type").and_then(|kind| kind.to_str().ok());
        let written = written.unwrap_or_default().to_ascii_lowercase();
        let mut parts = written.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_owned();
        let charset = parts.find_map(|part| {
            let (name, label) = part.split_once('=')?;
            (name.trim() == "charset").then(|| label.trim().trim_matches(['"', '\'']).to_owned())
        });
        Self { media_type, charset }
    }

    pub fn is_json(&self) -> bool {
        matches!(self.media_type.as_str(), "application/json" | "text/json" | "application/x-json")
            || self.media_type.ends_with("+json")
    }

    fn is_markup(&self) -> bool {
        ["html", "xml"].iter().any(|kind| self.media_type.ends_with(kind))
    }

    /// Whether its bytes are letters, in whatever charset.
    fn is_text(&self) -> bool {
        self.media_type.is_empty()
            || self.media_type.starts_with("text/")
            || self.media_type.ends_with("javascript")
            || self.is_json()
            || self.is_markup()
    }
}

/// How letters are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Charset {
    Known(&'static Encoding),
    /// No browser reads it any more, so no library for the web does.
    Utf32(Order),
}

/// Which byte of several comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    Little,
    Big,
}

/// The text of an answer, without its byte-order mark; none where its bytes are no text. A mark
/// says best what they are, then the header, then the page itself, then where JSON has zeros.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    content: &ContentType,
    is_json: bool,
) -> Option<Cow<'a, str>> {
    let is_text = is_json || content.is_text();
    if let Some((charset, mark)) = mark(bytes)
        && (is_text || charset == Charset::Known(encoding_rs::UTF_8))
    {
        return Some(charset.decode(&bytes[mark..]));
    }
    let named = content.charset.as_deref().and_then(|label| Charset::from_label(label.as_bytes()));
    let declared = || content.is_markup().then(|| declared(bytes)).flatten();
    let sniffed = || is_json.then(|| sniff(bytes)).flatten();
    let charset = named.or_else(declared).or_else(sniffed);
    match (std::str::from_utf8(bytes), charset) {
        // Many name a Latin charset and send UTF-8; Latin letters that happen to be UTF-8 are no
        // words.
        (Ok(text), charset) if charset.is_none_or(Charset::is_latin) => Some(Cow::Borrowed(text)),
        (_, Some(charset)) => Some(charset.decode(bytes)),
        // A text with a stray byte is a text all the same.
        (_, None) => is_text.then(|| String::from_utf8_lossy(bytes)),
    }
}

impl Charset {
    fn from_label(label: &[u8]) -> Option<Self> {
        match label {
            b"utf-32" | b"utf-32le" | b"utf32" | b"utf32le" => Some(Self::Utf32(Order::Little)),
            b"utf-32be" | b"utf32be" => Some(Self::Utf32(Order::Big)),
            label => Encoding::for_label(label).map(Self::Known),
        }
    }

    fn is_latin(self) -> bool {
        match self {
            Self::Known(encoding) => encoding.is_single_byte() || encoding == encoding_rs::UTF_8,
            Self::Utf32(_) => false,
        }
    }

    fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let order = match self {
            Self::Known(encoding) => return encoding.decode_without_bom_handling(bytes).0,
            Self::Utf32(order) => order,
        };
        let letter = |unit: &[u8]| {
            let unit = <[u8; 4]>::try_from(unit).ok()?;
            char::from_u32(match order {
                Order::Little => u32::from_le_bytes(unit),
                Order::Big => u32::from_be_bytes(unit),
            })
        };
        let letters =
            bytes.chunks(4).map(|unit| letter(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        Cow::Owned(letters.collect())
    }
}

/// What the byte-order mark at the beginning says, and its length.
fn mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        // In UTF-16 it would be a text that begins with U+0000.
        [0xff, 0xfe, 0, 0, ..] => Some((Charset::Utf32(Order::Little), 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Charset::Utf32(Order::Big), 4)),
        bytes => Encoding::for_bom(bytes).map(|(known, length)| (Charset::Known(known), length)),
    }
}

/// What the first two letters of JSON, which are ASCII, say (RFC 4627 §3).
fn sniff(bytes: &[u8]) -> Option<Charset> {
    let zeros = |from: usize| bytes.get(from).map(|byte| *byte == 0);
    match (zeros(0)?, zeros(1)?, zeros(2), zeros(3)) {
        (true, true, Some(true), Some(false)) => Some(Charset::Utf32(Order::Big)),
        (false, true, Some(true), Some(true)) => Some(Charset::Utf32(Order::Little)),
        (true, false, ..) => Some(Charset::Known(encoding_rs::UTF_16BE)),
        (false, true, ..) => Some(Charset::Known(encoding_rs::UTF_16LE)),
        _ => None,
    }
}

/// What a page says of itself: `<?xml … encoding="…"?>`, `<meta charset="…">`.
fn declared(bytes: &[u8]) -> Option<Charset> {
    let head = bytes.get(..DECLARATION).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let label = ["encoding=", "charset="].iter().find_map(|key| {
        let (_, rest) = head.split_once(key)?;
        rest.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', '>', ';', '?', '/']).next()
    })?;
    // Who could read this far does not read two bytes a letter.
    let is_bytewise = |charset: &Charset| match charset {
        Charset::Known(encoding) => encoding.is_ascii_compatible(),
        Charset::Utf32(_) => false,
    };
    Charset::from_label(label.as_bytes()).filter(is_bytewise)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content(written: &str) -> ContentType {
        let mut headers = HeaderMap::new();
        if let Ok(value) = written.parse() {
            headers.insert("content-type", value);
        }
        ContentType::from_headers(&headers)
    }

    fn read(bytes: &[u8], kind: &str) -> Option<String> {
        let content = content(kind);
        decode(bytes, &content, content.is_json()).map(Cow::into_owned)
    }

    fn utf16(text: &str, order: Order) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            Order::Little => unit.to_le_bytes(),
            Order::Big => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf32(text: &str, order: Order) -> Vec<u8> {
        let bytes = |c: char| match order {
            Order::Little => u32::from(c).to_le_bytes(),
            Order::Big => u32::from(c).to_be_bytes(),
        };
        text.chars().flat_map(bytes).collect()
    }

    #[test]
    fn an_answer_is_read_in_the_charset_that_it_has() {
        let json = r#"{"n":"Müller €"}"#;
        let latin = |text: &str| encoding_rs::ISO_8859_15.encode(text).0.into_owned();
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let (little, big) = (Order::Little, Order::Big);
        let cases = [
            (latin(json), "application/json; charset=ISO-8859-15"),
            (marked(b"\xef\xbb\xbf", json.into()), "application/json"),
            (marked(b"\xef\xbb\xbf", json.into()), "text/plain"),
            (marked(b"\xef\xbb\xbf", json.into()), "application/octet-stream"),
            (utf16(json, little), "application/json; charset=utf-16le"),
            (utf16(json, big), "application/json; Charset=\"UTF-16BE\""),
            (marked(b"\xff\xfe", utf16(json, little)), "application/json"),
            (marked(b"\xfe\xff", utf16(json, big)), "application/json; charset=utf-8"),
            (utf16(json, little), "application/json"),
            (utf16(json, big), "application/problem+json"),
            (utf32(json, little), "application/json"),
            (utf32(json, big), "application/json"),
            (marked(b"\xff\xfe\0\0", utf32(json, little)), "application/json"),
            (marked(b"\0\0\xfe\xff", utf32(json, big)), "text/plain"),
            (utf32(json, big), "text/plain; charset=UTF-32BE"),
            (latin(json), "text/plain; charset=ISO-8859-15"),
            (utf16(json, little), "text/plain; charset=utf-16le"),
            (marked(b"\xff\xfe", utf16(json, little)), "text/plain"),
            // Named, but not sent so.
            (json.into(), "application/json; charset=ISO-8859-1"),
            (json.into(), "application/json; charset=nobody-knows"),
            (json.into(), ""),
        ];
        for (bytes, kind) in cases {
            assert_eq!(read(&bytes, kind).as_deref(), Some(json), "{kind} {bytes:?}");
        }
    }

    #[test]
    fn a_named_charset_of_several_bytes_is_believed_and_a_page_names_its_own() {
        // UTF-8 could mean something by these as well.
        assert_eq!(read(b"\xd2\xbb", "text/plain; charset=gbk").as_deref(), Some("一"));
        let page = b"<meta http-equiv=x content='text/html; charset=windows-1251'>\xcf\xf0\xe8";
        assert!(read(page, "text/html").is_some_and(|text| text.ends_with("При")));
        let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>";
        assert!(read(xml, "application/xml").is_some_and(|text| text.contains("café")));
    }

    #[test]
    fn what_is_no_text_is_none_and_a_stray_byte_leaves_one() {
        assert_eq!(read(b"\xff\xfe\0\x9f", "application/zip"), None);
        assert_eq!(read(b"a\xffb", "application/pdf"), None);
        assert_eq!(read(b"a\xffb", "text/plain").as_deref(), Some("a\u{fffd}b"));
        assert_eq!(
            read(b"{\"a\":\"\xff\"}", "application/json").as_deref(),
            Some("{\"a\":\"\u{fffd}\"}")
        );
        assert_eq!(
            read(&utf16("ab", Order::Big)[..3], "text/plain; charset=utf-16be").as_deref(),
            Some("a\u{fffd}")
        );
    }

    proptest! {
        #[test]
        fn json_in_any_form_of_unicode_is_the_same_text(text in any::<String>(), big in any::<bool>(), wide in any::<bool>()) {
            let json = serde_json::Value::from(text).to_string();
            let order = if big { Order::Big } else { Order::Little };
            let bytes = if wide { utf32(&json, order) } else { utf16(&json, order) };
            // One letter of JSON alone is a digit, which this is not.
            prop_assert_eq!(read(&bytes, "application/json"), Some(json));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>(), kind in "(application/json|text/html|a/b)(; charset=(utf-16|utf-32|gbk|x))?") {
            let _ = read(&bytes, &kind);
        }
    }
}
