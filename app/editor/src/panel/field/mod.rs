//! One widget for each kind of configuration field. Each shows and sets a field by its binding;
//! none knows which node type it serves.

mod agent;
mod body;
mod branches;
mod choice;
mod documents;
mod full;
mod labels;
mod lanes;
mod named;
mod number;
mod operations;
mod output;
mod people;
mod pick;
mod preview;
mod rows;
mod template;
mod text_area;
mod toggle;
mod tool;
mod typed;
mod variant;
mod version;
mod written;

use leptos::prelude::*;
use model::{
    nodes::{FieldKind, FieldSpec},
    ports::Kind,
};
use ui::field::Choice;

pub(super) use choice::ChoiceWidget;
pub(super) use labels::FieldLabels;
pub(super) use lanes::LabelWidget;
pub(super) use number::NumberWidget;
pub(super) use rows::{Rows, free_name};
pub(super) use text_area::Lines;
pub(super) use toggle::ToggleWidget;
pub(super) use written::WrittenWidget;

use self::{
    agent::{AgentInputsWidget, AgentWidget},
    body::BodyWidget,
    branches::BranchesWidget,
    documents::DocumentsWidget,
    lanes::LanesWidget,
    named::NamedWidget,
    number::{NumberRange, RangeWidget},
    operations::OperationsWidget,
    output::OutputWidget,
    people::PeopleWidget,
    pick::{PickWidget, model_choices, reference_choices, secret_choices, secrets_link},
    template::{VersionWidget, template_choices},
    tool::{ArgumentsWidget, LinksWidget, ToolWidget},
};
use super::{field_binding::FieldBinding, subject::Subject};

/// The widget of a field of the configuration, by its kind.
pub(super) fn widget(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let binding = FieldBinding::for_config(subject, spec.name);
    let labels = FieldLabels::from_spec(spec);
    match spec.kind {
        FieldKind::Text => view! { <WrittenWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Prompt => {
            let refers = subject.node.with_untracked(|node| node.data.config.refers(spec.name));
            let labels = if refers { labels.with_values() } else { labels };
            view! { <WrittenWidget binding=binding labels=labels lines=Lines::Many /> }.into_any()
        }
        FieldKind::Integer { min, max } => {
            #[expect(clippy::cast_precision_loss, reason = "bounds are far below 2^52")]
            let range = NumberRange { min: min as f64, max: max as f64, step: 1.0 };
            view! { <RangeWidget binding=binding labels=labels range=range /> }.into_any()
        }
        FieldKind::Number { min, max, step } => {
            let range = NumberRange { min, max, step };
            view! { <RangeWidget binding=binding labels=labels range=range /> }.into_any()
        }
        FieldKind::Choice { options } => {
            let option = |choice: &model::nodes::Choice| Choice::new(choice.value, choice.label);
            let options = options.iter().map(option).collect();
            view! { <ChoiceWidget binding=binding labels=labels options=options /> }.into_any()
        }
        FieldKind::Boolean => view! { <ToggleWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Documents => {
            view! { <DocumentsWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::People => view! { <PeopleWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Output => view! { <OutputWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Lanes => view! { <LanesWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Branches => {
            view! { <BranchesWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::Results | FieldKind::Pairs => {
            view! { <NamedWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::Operations => {
            view! { <OperationsWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::Body => view! { <BodyWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::Tool => view! { <ToolWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::ToolArguments => {
            view! { <ArgumentsWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::Agent => view! { <AgentWidget binding=binding labels=labels /> }.into_any(),
        FieldKind::AgentInputs => {
            view! { <AgentInputsWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::ExternalRefs => {
            view! { <LinksWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::TemplateVersion => {
            view! { <VersionWidget binding=binding labels=labels /> }.into_any()
        }
        FieldKind::Model | FieldKind::Reference | FieldKind::Secret | FieldKind::Template => {
            pick_widget(subject, spec)
        }
    }
}

/// The widget that offers what there is, such as models or secrets, or takes something else.
fn pick_widget(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let binding = FieldBinding::for_config(subject, spec.name);
    let labels = FieldLabels::from_spec(spec);
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
    // The field with a template's name is never left out; it is an empty text instead.
    let binding = if spec.kind == FieldKind::Template { binding.or_empty() } else { binding };
    let beside = if spec.kind == FieldKind::Secret { secrets_link() } else { None };
    view! {
        <PickWidget binding=binding labels=labels choices=choices />
        {beside}
    }
    .into_any()
}
