//! The words of a field, and what is drawn around its widget.

use leptos::prelude::*;
use model::nodes::FieldSpec;
use ui::{
    button::{Button, ButtonSize},
    field::{FieldInput, FormField},
};

use crate::panel::field_binding::{FieldBinding, bind_text};

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
    pub(super) fn help(&self) -> MaybeProp<String> {
        Some(self.help.clone()).filter(|help| !help.is_empty()).into()
    }
}

impl FieldBinding {
    /// The bound field with these labels.
    pub fn field(self, labels: FieldLabels, input: FieldInput) -> FormField {
        let help = labels.help();
        FormField::new(self.id(), labels.label, input)
            .help(help)
            .error(self.error)
            .required(labels.required)
    }

    /// The field as it is drawn. When it is left, the edit is settled.
    pub fn settled(self, field: FormField) -> AnyView {
        view! {
            <div class="config__leave" on:focusout=move |_| self.subject.on_settle.run(())>
                {field}
            </div>
        }
        .into_any()
    }
}

/// One line of words that do not refer; empty ones leave the field out.
pub fn line(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let text = FieldInput::line(bind_text(binding));
    binding.settled(binding.field(labels, text))
}

/// The button under a field that mends what is wrong with it. It goes away with what is wrong, so
/// whoever shows it moves the focus.
pub(super) fn mend_button(words: String, on_press: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <div class="config__mend">
            <Button size=ButtonSize::Small on_press=move |()| on_press()>
                {words}
            </Button>
        </div>
    }
    .into_any()
}
