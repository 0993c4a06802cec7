//! One widget for each kind of configuration field. Each shows a spot and puts into it what is
//! typed or chosen; none knows which node type it serves.

mod body;
mod branches;
mod caret;
mod choice;
mod completion;
mod documents;
mod full;
mod lanes;
mod named;
mod number;
mod operations;
mod output;
mod pick;
mod preview;
mod rows;
mod template;
mod toggle;
mod variant;
mod written;

use leptos::prelude::*;
use model::{
    nodes::{FieldKind, FieldSpec},
    ports::Kind,
};

pub(super) use choice::ChoiceWidget;
pub(super) use lanes::LabelWidget;
pub(super) use number::NumberWidget;
pub(super) use rows::{Rows, free_name};
pub(super) use toggle::ToggleWidget;
pub(super) use written::{Lines, WrittenWidget};

use self::{
    body::BodyWidget,
    branches::BranchesWidget,
    documents::DocumentsWidget,
    lanes::LanesWidget,
    named::NamedWidget,
    number::RangeWidget,
    operations::OperationsWidget,
    output::OutputWidget,
    pick::{PickWidget, model_choices, reference_choices, secret_choices},
    template::{VersionWidget, template_choices},
};
use super::subject::Subject;
use crate::ui::field::Choice;

/// What is said around a widget.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Words above it.
    pub label: String,
    /// A sentence under it; none when empty.
    pub help: String,
    /// The node cannot run without it.
    pub required: bool,
}

impl Told {
    /// The words of an optional field.
    pub fn new(label: &str, help: &str) -> Self {
        Self { label: label.to_owned(), help: help.to_owned(), required: false }
    }

    fn of(spec: &FieldSpec) -> Self {
        Self { required: spec.required, ..Self::new(spec.label, spec.help) }
    }

    /// The help, when there is any.
    pub fn help(&self) -> Option<String> {
        (!self.help.is_empty()).then(|| self.help.clone())
    }
}

/// The widget of a field of the configuration.
pub(super) fn widget(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let (spot, told) = (subject.config(spec.name), Told::of(spec));
    match spec.kind {
        FieldKind::Text => view! { <WrittenWidget spot=spot told=told /> }.into_any(),
        FieldKind::Prompt => {
            view! { <WrittenWidget spot=spot told=told lines=Lines::Many /> }.into_any()
        }
        FieldKind::Integer { min, max } => {
            #[expect(clippy::cast_precision_loss, reason = "bounds are far below 2^52")]
            let range = (min as f64, max as f64, 1.0);
            view! { <RangeWidget spot=spot told=told range=range /> }.into_any()
        }
        FieldKind::Number { min, max, step } => {
            view! { <RangeWidget spot=spot told=told range=(min, max, step) /> }.into_any()
        }
        FieldKind::Choice { options } => {
            let option = |choice: &model::nodes::Choice| Choice::new(choice.value, choice.label);
            let options = options.iter().map(option).collect();
            view! { <ChoiceWidget spot=spot told=told options=options /> }.into_any()
        }
        FieldKind::Boolean => view! { <ToggleWidget spot=spot told=told /> }.into_any(),
        FieldKind::Documents => view! { <DocumentsWidget spot=spot told=told /> }.into_any(),
        FieldKind::Output => view! { <OutputWidget spot=spot told=told /> }.into_any(),
        FieldKind::Lanes => view! { <LanesWidget spot=spot told=told /> }.into_any(),
        FieldKind::Branches => view! { <BranchesWidget spot=spot told=told /> }.into_any(),
        FieldKind::Results | FieldKind::Pairs => {
            view! { <NamedWidget spot=spot told=told /> }.into_any()
        }
        FieldKind::Operations => view! { <OperationsWidget spot=spot told=told /> }.into_any(),
        FieldKind::Body => view! { <BodyWidget spot=spot told=told /> }.into_any(),
        FieldKind::TemplateVersion => view! { <VersionWidget spot=spot told=told /> }.into_any(),
        FieldKind::Model | FieldKind::Reference | FieldKind::Secret | FieldKind::Template => {
            pick(subject, spec)
        }
    }
}

/// The widgets that choose one of what there is, or name something else.
fn pick(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let (spot, told) = (subject.config(spec.name), Told::of(spec));
    let choices = match spec.kind {
        FieldKind::Model => {
            let paints = subject.node.with_untracked(|node| {
                let outputs = node.data.config.spec().outputs;
                outputs.iter().any(|port| port.port_type.kind() == Kind::Image)
            });
            Signal::derive(move || model_choices(subject, paints))
        }
        FieldKind::Secret => Signal::derive(move || secret_choices(subject)),
        FieldKind::Template => Signal::derive(move || template_choices(subject)),
        _ => Signal::derive(move || reference_choices(subject, spec.name)),
    };
    // A template's name is a text even when there is none.
    let spot = if spec.kind == FieldKind::Template { spot.or_empty() } else { spot };
    view! { <PickWidget spot=spot told=told choices=choices /> }.into_any()
}
