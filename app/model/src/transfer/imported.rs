//! What an import gives, and whether it completes what is drawn.

use crate::workflow::Workflow;

/// A workflow that was imported, with notes for the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The workflow in the canonical format.
    pub workflow: Workflow,
    /// What was dropped or read in another way, each with its path.
    pub notes: Vec<String>,
}

/// Whether a graph without a start or an end gets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// They are added: otherwise it could not run.
    Added,
    /// It stays as it was drawn.
    AsDrawn,
}

impl Imported {
    /// The same with notes of earlier steps before its own.
    pub(super) fn with_earlier_notes(mut self, mut notes: Vec<String>) -> Self {
        notes.append(&mut self.notes);
        self.notes = notes;
        self
    }
}
