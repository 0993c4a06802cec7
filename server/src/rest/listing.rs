//! The answer of every endpoint that returns a whole list; paged ones answer with `Page`. Parameters
//! that several lists have.

use axum::Json as Answer;
use model::{
    problem::{FieldProblem, Problem},
    time::Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;

/// All of a short list; longer ones come as a `Page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "All")]
pub struct List<T> {
    /// Every item, in the order that the endpoint documents.
    pub items: Vec<T>,
}

impl<T> List<T> {
    /// Wraps the items as the JSON body of an answer.
    pub fn answer(items: Vec<T>) -> Answer<Self> {
        Answer(Self { items })
    }
}

/// The moment in a parameter of a list, as `read` understands it; none where it is empty.
///
/// # Errors
/// A text that is no moment.
pub fn moment(
    name: &str,
    text: Option<&str>,
    read: fn(&str) -> Option<Timestamp>,
) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    read(text).map(Some).ok_or_else(|| {
        let message = Timestamp::advice_on_zone(text).unwrap_or_else(|| {
            format!("“{text}” isn't a date or time. Write 2026-11-20 or 2026-11-20T08:00:00Z.")
        });
        let wrong = FieldProblem::field("bad_moment", name, message);
        Problem::invalid("The list's filters aren't valid.", vec![wrong])
    })
}
