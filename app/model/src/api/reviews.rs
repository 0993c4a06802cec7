//! Reviews that wait for somebody, and those that are given to others.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::UserId,
    problem::{FieldProblem, Problem},
    review::{
        MOST_REASON_CHARS,
        assignment::{Assignment, Reviewers},
    },
};

/// Which open reviews are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewScope {
    /// All of the workspace.
    #[default]
    Everybody,
    /// Those that wait for the caller: they may decide them and have not approved; for admins also
    /// those that nobody left can decide.
    Me,
}

/// Which reviews are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewFilter {
    /// For whom they wait.
    #[serde(rename = "for")]
    pub scope: ReviewScope,
}

/// What is sent to give a review to others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReassignForm {
    /// Who decides it from now on.
    pub reviewers: Reviewers,
    /// The members who decide it, where people are named.
    #[serde(default)]
    pub people: Vec<UserId>,
    /// Whether the person who launched the execution does not decide; as before when it is left out.
    /// Where they did not, only an admin lets them, and says why.
    #[serde(default)]
    pub exclude_author: Option<bool>,
    /// Words for colleagues, kept with the review.
    #[serde(default)]
    pub reason: Option<String>,
}

impl ReassignForm {
    /// Who decides from now on, of a review that `now` decides; and the reason without blanks around
    /// it.
    ///
    /// # Errors
    /// A reason that is too long. Whether the people fit is for the review itself to say.
    pub fn checked(self, now: &Assignment) -> Result<(Assignment, Option<String>), Problem> {
        let reason = self.reason.map(|reason| reason.trim().to_owned());
        let reason = reason.filter(|reason| !reason.is_empty());
        if reason.as_ref().is_some_and(|reason| reason.chars().count() > MOST_REASON_CHARS) {
            let message = format!("Use at most {MOST_REASON_CHARS} characters.");
            let error = FieldProblem::field("too_long", "reason", message);
            return Err(Problem::invalid("The review was not reassigned.", vec![error]));
        }
        let (mut people, mut known) = (self.people, BTreeSet::new());
        people.retain(|person| self.reviewers == Reviewers::People && known.insert(*person));
        let exclude_author = self.exclude_author.unwrap_or(now.exclude_author);
        Ok((Assignment { reviewers: self.reviewers, people, exclude_author }, reason))
    }
}
