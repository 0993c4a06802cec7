//! The label and the help that a widget shows.

use model::nodes::FieldSpec;

/// The label and the help of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldLabels {
    /// The words above the widget.
    pub label: String,
    /// A sentence under the widget; empty for none.
    pub help: String,
    /// Whether the node cannot run without the field, which is marked.
    pub required: bool,
}

impl FieldLabels {
    /// The labels of an optional field.
    pub fn new(label: &str, help: &str) -> Self {
        Self { label: label.to_owned(), help: help.to_owned(), required: false }
    }

    /// The labels of a field of a node type.
    pub(super) fn from_spec(spec: &FieldSpec) -> Self {
        Self { required: spec.required, ..Self::new(spec.label, spec.help) }
    }

    /// The same, with how values get into the text. Only the editor offers them: dialogs of a run show
    /// the help of the type alone.
    pub(super) fn with_values(self) -> Self {
        Self { help: format!("{} Type $ to insert a value.", self.help), ..self }
    }

    /// The help, or nothing where it is empty.
    pub fn help(&self) -> Option<String> {
        (!self.help.is_empty()).then(|| self.help.clone())
    }
}
