//! Keyset pagination: rows that come or go meanwhile shift nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::{FieldProblem, Problem};

/// The most characters of a search.
const MOST_SEARCHED: usize = 200;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// What it holds, in the order of the list.
    pub items: Vec<T>,
    /// The `cursor` of the next page; none at the end of the list.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each item converted.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next_cursor: self.next_cursor }
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// The most rows of the page; a default when absent.
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before; the first page when absent.
    pub cursor: Option<String>,
}

/// The words of a search, which are looked for one by one.
///
/// # Errors
/// When there are too many letters.
pub fn search_words(text: &str) -> Result<Vec<String>, Problem> {
    if text.chars().count() > MOST_SEARCHED {
        let message = format!("Search for at most {MOST_SEARCHED} characters.");
        let wrong = FieldProblem::field("too_long", "q", message.clone());
        return Err(Problem::invalid(message, vec![wrong]));
    }
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}
