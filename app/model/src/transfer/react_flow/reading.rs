//! What is found while a file is read: notes for the person, and problems.

use serde_json::{Map, Value};

use crate::problem::FieldProblem;

/// What is collected while reading.
#[derive(Default)]
pub(super) struct Reading {
    pub notes: Vec<String>,
    pub problems: Vec<FieldProblem>,
}

impl Reading {
    /// Takes out keys that only a view needs, with a note where there were any.
    pub(super) fn drop_keys(&mut self, map: &mut Map<String, Value>, keys: &[&str], path: &str) {
        let dropped: Vec<&str> =
            keys.iter().copied().filter(|key| map.remove(*key).is_some()).collect();
        if !dropped.is_empty() {
            self.notes.push(format!("{path}: left out {}.", dropped.join(", ")));
        }
    }

    pub(super) fn refuse(&mut self, path: &str, message: &str) {
        self.problems.push(FieldProblem::field("malformed", path, message));
    }
}
