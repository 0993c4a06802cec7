//! A choice from what there is, such as models, secrets or values, or something else that is typed.

use std::sync::Arc;

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    access::Permission,
    mcp::arguments::Shape,
    nodes::{FieldKind, FieldSpec},
    pages::TemplateOffer,
    panel::{Candidate, value_of},
    ports::{Fit, Kind, PortType, compatible},
};
use ui::field::{Choice, FormField};
use web::{client::signal::SetNew, routes, settings_page::SettingsPage};

use super::{
    labels::FieldLabels,
    plain::version,
    text_area::Lines,
    written::{bind_typed, typed},
};
use crate::panel::{field_binding::FieldBinding, subject::Subject};

/// The value of "Something else" in the list; no name or reference begins with a blank.
const ELSE: &str = " else";

/// A list of what a value of this shape may be, whose first choice leaves the field out and whose
/// last one opens a text field.
pub(super) fn pick(
    binding: FieldBinding,
    labels: FieldLabels,
    choices: Signal<Vec<Choice>>,
    shape: Arc<Shape>,
) -> AnyView {
    let known = move |text: &str| choices.read_untracked().iter().any(|known| known.value == text);
    let written =
        RwSignal::new(binding.value.with_untracked(|now| !known(shape.to_text(now).as_str())));
    let picked = bind_typed(binding, &shape);
    let listed = RwSignal::new(picked.get_untracked());
    Effect::new(move || {
        let now = picked.get();
        listed.set_new(if written.get() { ELSE.to_owned() } else { now });
    });
    Effect::new(move |before: Option<()>| {
        let chosen = listed.get();
        if before.is_some() {
            written.set_new(chosen == ELSE);
            if chosen != ELSE && chosen != picked.get_untracked() {
                picked.set(chosen);
                binding.subject.on_settle.run(());
            }
        }
    });
    let options = Signal::derive(move || {
        let other = Choice::new(ELSE, "Other…");
        choices.get().into_iter().chain([other]).collect::<Vec<_>>()
    });
    let (help, name) = (labels.help(), format!("{}-pick", binding.id()));
    let list = FormField::choice(name, labels.label, listed, options);
    let custom = move || typed(binding, FieldLabels::new("Custom value", ""), &shape, Lines::One);
    view! {
        {list.help(help).required(labels.required)}
        <Show when=move || written.get()>{custom()}</Show>
    }
    .into_any()
}

/// The list of what a field of a node type can be picked from.
pub(super) fn pick_of_kind(subject: Subject, spec: &'static FieldSpec) -> AnyView {
    let binding = FieldBinding::for_config(subject, spec.name);
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
        {pick(binding, FieldLabels::from_spec(spec), choices, Arc::new(Shape::Text))}
        {beside}
    }
    .into_any()
}

/// The models of the workspace, after the default one.
fn model_choices(subject: Subject, paints: bool) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let offers = if paints { &stock.image_models } else { &stock.text_models };
        let usual = offers.first().map_or(String::new(), |offer| format!(" · {}", offer.label));
        let usual = Choice::new("", format!("Workspace default{usual}"));
        let named = offers.iter().map(|offer| Choice::new(&offer.value, &offer.label));
        std::iter::once(usual).chain(named).collect()
    })
}

/// The secrets of the workspace, after "None".
fn secret_choices(subject: Subject) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let named = stock.secrets.iter().map(|name| Choice::from(name.as_str()));
        std::iter::once(Choice::new("", "None")).chain(named).collect()
    })
}

/// A link to the page on which secrets are added and changed, for those who may.
fn secrets_link() -> Option<AnyView> {
    let session = use_session().filter(|session| session.may(Permission::ManageSecrets))?;
    let href = routes::settings(session.workspace(), SettingsPage::Secrets);
    Some(view! { <a class="link small" href=href>"Manage secrets"</a> }.into_any())
}

/// The outputs of earlier nodes whose type fits the field.
fn reference_choices(subject: Subject, field: &'static str) -> Vec<Choice> {
    // Tracked, because a change elsewhere in the workflow may add candidates.
    subject.workflow.track();
    let wanted = subject.node.with_untracked(|node| {
        let inputs = node.data.config.spec().inputs;
        inputs.iter().find(|port| port.name == field).map(|port| port.port_type)
    });
    let wanted = wanted.unwrap_or(PortType::One(Kind::Any));
    let fits = |from: PortType| !matches!(compatible(from, wanted), Fit::Err(_));
    let candidates = subject.candidates(field).into_iter();
    let candidates = candidates.filter(|candidate| fits(candidate.port_type));
    let candidates = candidates.map(|candidate| candidate_choice(&candidate));
    std::iter::once(Choice::new("", "Input")).chain(candidates).collect()
}

/// A value in a list, with where it comes from and its type.
pub(super) fn candidate_choice(candidate: &Candidate) -> Choice {
    let words = format!("{} · {} ({})", candidate.from, candidate.label, candidate.port_type);
    Choice::new(candidate.reference(), words)
}

/// The published templates of the workspace, by name.
fn template_choices(subject: Subject) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let named = stock.templates.iter().map(|offer| Choice::from(offer.name.as_str()));
        std::iter::once(Choice::new("", "Choose a workflow")).chain(named).collect()
    })
}

/// The version of the template in the field beside it.
pub(super) fn template_version(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let subject = binding.subject;
    let newest = Memo::new(move |_| {
        let named = subject.node.with(|node| value_of(&node.data.config, "template"));
        let named = named.as_str().unwrap_or_default().to_owned();
        subject.stock.with_value(|stock| newest_version(&stock.templates, &named))
    });
    version(binding, labels, newest)
}

fn newest_version(offers: &[TemplateOffer], named: &str) -> Option<i32> {
    let same = |offer: &&TemplateOffer| offer.name == named || offer.id.to_string() == named;
    offers.iter().find(same).map(|offer| offer.version)
}

#[cfg(test)]
mod tests {
    use model::id::TemplateId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_template_is_named_by_its_name_or_its_id() {
        let id = TemplateId(Uuid::from_u128(1));
        let offers = [TemplateOffer { id, name: "Ads".to_owned(), version: 2 }];

        assert_eq!(newest_version(&offers, "Ads"), Some(2));
        assert_eq!(newest_version(&offers, &id.to_string()), Some(2));
        assert_eq!(newest_version(&offers, "Other"), None);
    }
}
