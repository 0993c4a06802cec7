//! Names and words: what may be one, which one was meant, which are known.

pub mod fuzzy;
pub mod markdown;
pub mod markup;
pub mod name;
pub mod nearest;
pub mod word;
