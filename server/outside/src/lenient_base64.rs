//! Base64 as servers write it.

use base64::{
    Engine, alphabet,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};
use bytes::Bytes;

/// Decodes base64 as servers write it (RFC 4648 §4 and §5): with line ends, without padding, in
/// either alphabet, behind the head of a data URL. None if that is no base64, or nothing.
pub(crate) fn decode(text: &str) -> Option<Bytes> {
    let text = text.split_once(";base64,").map_or(text, |(_, data)| data);
    let plain = text.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        '-' => '+',
        '_' => '/',
        c => c,
    });
    let plain: String = plain.collect();
    LENIENT
        .decode(plain.trim_end_matches('='))
        .ok()
        .filter(|bytes| !bytes.is_empty())
        .map(Bytes::from)
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);
