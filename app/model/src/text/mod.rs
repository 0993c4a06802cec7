//! Text: valid names, suggestions for mistyped words, fuzzy search, Markdown, escaping, and
//! the names of browsers.

pub mod fuzzy;
pub mod markdown;
pub mod markup;
pub mod name;
pub mod nearest;
pub mod unknown_variant;
pub mod user_agent;
