//! Text: valid names, enums kept as words, suggestions for mistyped words, fuzzy search, Markdown,
//! escaping, and the names of browsers.

pub mod direction;
pub mod fuzzy;
pub mod markdown;
pub mod markup;
pub mod name;
pub mod natural;
pub mod nearest;
pub(crate) mod string_enum;
pub mod unknown_variant;
pub mod user_agent;
