//! Text: valid names, suggestions for mistyped words, fuzzy search, Markdown, and escaping.

pub mod fuzzy;
pub mod markdown;
pub mod markup;
pub mod name;
pub mod nearest;
pub mod unknown_variant;
