//! What an import gives, and whether it completes what is drawn.

use serde_json::{Map, Value};

use crate::{
    parameter::{Parameter, ParameterKind},
    text::name::{is_name, label},
    workflow::Workflow,
};

/// A workflow that was imported, with notes for the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The workflow in the canonical format.
    pub workflow: Workflow,
    /// What was dropped or read in another way, each with its path.
    pub notes: Vec<String>,
    /// Whether a launch may give more than is read: it is kept with the run.
    pub takes_any_input: bool,
}

/// A field that takes any JSON, and may be left out.
pub(super) fn any_input(name: String) -> Parameter {
    let (kind, label) = (ParameterKind::Json, label(&name));
    Parameter { name, label, kind, ..Parameter::default() }
}

/// The note that nothing reads an input.
pub(super) fn unread_note(path: &str, name: &str) -> String {
    format!("{path}: no step reads {name}.")
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
    /// Takes what a launch gives and nothing reads into its form, with a note of each, where it may be
    /// given.
    pub fn keep_unread(&mut self, given: &Map<String, Value>) {
        if !self.takes_any_input {
            return;
        }
        for name in given.keys().filter(|name| is_name(name)) {
            if self.workflow.parameter(name).is_none() {
                self.workflow.parameters.push(any_input(name.clone()));
                self.notes.push(unread_note(&format!("input.{name}"), name));
            }
        }
    }

    /// The same with notes of earlier steps before its own.
    pub(super) fn with_earlier_notes(mut self, mut notes: Vec<String>) -> Self {
        notes.append(&mut self.notes);
        self.notes = notes;
        self
    }
}
