//! One widget for each kind of configuration field. Each shows and sets a field by its binding;
//! none knows which node type it serves.

mod agent;
mod condition;
mod labels;
mod lists;
mod pick;
mod plain;
mod text_area;
mod tool;
mod variants;
mod written;

use leptos::prelude::*;
use model::nodes::{self, FieldKind, FieldSpec};
use ui::field::Choice;

pub(super) use labels::{FieldLabels, line};
pub(super) use lists::{free_name, name_field, rows};
pub(super) use plain::{choice, number, toggle};
pub(super) use text_area::Lines;
pub(super) use written::written;

use self::{
    agent::{agent, agent_inputs},
    lists::{branches, lanes, links, named_values, operations},
    pick::{pick_of_kind, template_version},
    plain::{NumberRange, people, range},
    tool::{arguments, tool},
    variants::{documents, output},
    written::body,
};
use super::{field_binding::FieldBinding, subject::Subject};

/// The widget of a field of the configuration, by its kind.
pub(super) fn widget(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let binding = FieldBinding::for_config(subject, spec.name);
    let labels = FieldLabels::from_spec(spec);
    match spec.kind {
        FieldKind::Text => written(binding, labels, Lines::One),
        FieldKind::Prompt => {
            let refers = subject.node.with_untracked(|node| node.data.config.refers(spec.name));
            let labels = if refers { labels.with_values() } else { labels };
            written(binding, labels, Lines::Many)
        }
        FieldKind::Integer { min, max } => {
            #[expect(clippy::cast_precision_loss, reason = "bounds are far below 2^52")]
            let bounds = NumberRange { min: min as f64, max: max as f64, step: 1.0 };
            range(binding, labels, bounds)
        }
        FieldKind::Number { min, max, step } => {
            range(binding, labels, NumberRange { min, max, step })
        }
        FieldKind::Choice { options } => {
            let option = |option: &nodes::Choice| Choice::new(option.value, option.label);
            choice(binding, labels, options.iter().map(option).collect())
        }
        FieldKind::Boolean => toggle(binding, labels),
        FieldKind::Documents => documents(binding, labels),
        FieldKind::People => people(binding, labels),
        FieldKind::Output => output(binding, labels),
        FieldKind::Lanes => lanes(binding, labels),
        FieldKind::Branches => branches(binding, labels),
        FieldKind::Results | FieldKind::Pairs => named_values(binding, labels),
        FieldKind::Operations => operations(binding, labels),
        FieldKind::Body => body(binding, labels),
        FieldKind::Tool => tool(binding, labels),
        FieldKind::ToolArguments => arguments(binding, labels),
        FieldKind::Agent => agent(binding, labels),
        FieldKind::AgentInputs => agent_inputs(binding, labels),
        FieldKind::ExternalRefs => links(binding, labels),
        FieldKind::TemplateVersion => template_version(binding, labels),
        FieldKind::Model | FieldKind::Reference | FieldKind::Secret | FieldKind::Template => {
            pick_of_kind(subject, spec)
        }
    }
}
