//! What is wrong with the fields of an agent, told at each field.

use leptos::prelude::*;
use model::problem::FieldProblem;

/// What is wrong with an agent's fields; the paths are those of its definition.
#[derive(Debug, Clone, Copy)]
pub struct Faults(Signal<Vec<FieldProblem>>);

impl Faults {
    /// Faults that follow these problems.
    pub fn new(problems: impl Into<Signal<Vec<FieldProblem>>>) -> Self {
        Self(problems.into())
    }

    /// What is wrong with the field at this path.
    pub(super) fn at(self, path: &'static str) -> Signal<Option<String>> {
        self.at_place(move || Some(path.to_owned()))
    }

    /// What is wrong with the field at a path that may change.
    pub(super) fn at_place(
        self,
        path: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            let path = path()?;
            let is_there = |problem: &&FieldProblem| problem.path.as_deref() == Some(path.as_str());
            self.0.with(|all| all.iter().find(is_there).map(|problem| problem.message.clone()))
        })
    }
}
