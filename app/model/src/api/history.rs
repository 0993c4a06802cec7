//! Which executions a list shows, and what is asked of several of them at once.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    api::listing::search_words,
    execution::state::ExecutionStatus,
    external_ref::ExternalRefKey,
    id::{ExecutionId, ProjectId, TemplateId, UserId},
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// The most executions in one request.
pub const MOST_AT_ONCE: usize = 100;

/// Which executions are shown; what is empty narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionFilter {
    /// Words that must all occur in its name, number, template, person or error, or in what it is
    /// linked to.
    pub words: String,
    /// It has one of these statuses.
    pub statuses: Vec<ExecutionStatus>,
    /// It came from this template.
    pub template: Option<TemplateId>,
    /// This person launched it.
    pub person: Option<UserId>,
    /// It is kept in this project.
    pub project: Option<ProjectId>,
    /// It was launched then or later.
    pub from: Option<Timestamp>,
    /// It was launched before this.
    pub until: Option<Timestamp>,
    /// It is linked to this in another system.
    #[serde(default)]
    pub external_ref: Option<ExternalRefKey>,
}

impl ExecutionFilter {
    /// A filter for executions with one of these statuses.
    pub fn of_states(statuses: impl IntoIterator<Item = ExecutionStatus>) -> Self {
        Self { statuses: statuses.into_iter().collect(), ..Self::default() }
    }

    /// The states it admits.
    pub fn states(&self) -> &[ExecutionStatus] {
        if self.statuses.is_empty() { ExecutionStatus::ALL } else { &self.statuses }
    }

    /// The words that are searched one by one.
    ///
    /// # Errors
    /// When there are too many letters.
    pub fn searched(&self) -> Result<Vec<String>, Problem> {
        search_words(&self.words)
    }
}

/// The states that words separated by commas name; `cancelled` is what some call stopped.
///
/// # Errors
/// The first word that names none.
pub fn read_statuses(words: &str) -> Result<Vec<ExecutionStatus>, Problem> {
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    let status = words.map(|word| match word {
        "cancelled" => Ok(ExecutionStatus::Stopped),
        word => word.parse().map_err(|_| {
            let known: Vec<_> = ExecutionStatus::ALL.iter().map(|status| status.as_str()).collect();
            let message = format!("“{word}” isn't a status. Use {}.", known.join(", "));
            let wrong = FieldProblem::field("unknown_status", "status", message);
            Problem::invalid("The list's filters aren't valid.", vec![wrong])
        }),
    });
    status.collect()
}

/// The moment at which a time range begins: an instant, or a day in UTC.
pub fn read_from(text: &str) -> Option<Timestamp> {
    Timestamp::from_iso8601(text).or_else(|| day(text))
}

/// The moment before which a time range ends: an instant, or a day in UTC that belongs to it.
pub fn read_until(text: &str) -> Option<Timestamp> {
    Timestamp::from_iso8601(text).or_else(|| Some(day(text)?.plus_ms(86_400_000)))
}

fn day(text: &str) -> Option<Timestamp> {
    Timestamp::from_iso8601(&format!("{}T00:00:00Z", text.trim()))
}

/// A command that can be given to several executions at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeveralCommand {
    /// End each, keeping results.
    Stop,
    /// Run the failed steps of each again.
    Retry,
}

/// One command for several executions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeveralRequest {
    /// The command for every execution in `ids`.
    pub command: SeveralCommand,
    /// The executions, at most 100.
    pub ids: Vec<ExecutionId>,
}

impl SeveralRequest {
    /// The executions, each once, in the order they were named.
    ///
    /// # Errors
    /// When none is named, or more than fit one request.
    pub fn each(&self) -> Result<Vec<ExecutionId>, Problem> {
        let mut known = BTreeSet::new();
        let each: Vec<ExecutionId> =
            self.ids.iter().copied().filter(|id| known.insert(*id)).collect();
        if (1..=MOST_AT_ONCE).contains(&each.len()) {
            return Ok(each);
        }
        let message = format!("Choose 1 to {MOST_AT_ONCE} runs, not {}.", each.len());
        let wrong = FieldProblem::field("value_out_of_range", "ids", message.clone());
        Err(Problem::invalid(message, vec![wrong]))
    }
}

/// The result of a command for one of several executions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeveralAnswer {
    /// The execution that this result is about.
    pub id: ExecutionId,
    /// Why the command was refused; none when it was carried out.
    pub refused: Option<Problem>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_day_belongs_to_the_range_it_ends() {
        let (from, until) = (read_from("2026-11-20").unwrap(), read_until("2026-11-20").unwrap());

        assert_eq!(until.ms_since(from), 86_400_000);
        assert_eq!(read_until("2026-11-20T08:00:00Z"), read_from("2026-11-20T08:00:00Z"));
        assert_eq!((read_from("yesterday"), read_until("2026-02-30")), (None, None));
    }

    #[test]
    fn a_search_is_cut_into_words_and_has_an_end() {
        let filter =
            |words: &str| ExecutionFilter { words: words.to_owned(), ..Default::default() };

        assert_eq!(filter(" Ads\t#12\0 %_ ").searched().unwrap(), ["Ads", "#12", "%_"]);
        assert!(filter(&"x".repeat(201)).searched().is_err());
    }

    #[test]
    fn each_of_several_is_asked_once() {
        let id = |number| ExecutionId(Uuid::from_u128(number));
        let several = |ids: Vec<ExecutionId>| SeveralRequest { command: SeveralCommand::Stop, ids };

        assert_eq!(several(vec![id(2), id(1), id(2)]).each().unwrap(), [id(2), id(1)]);
        assert!(several(vec![]).each().is_err());
        assert!(several((0..101).map(id).collect()).each().is_err());
    }
}
