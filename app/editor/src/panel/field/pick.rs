//! A choice from what there is, such as models, secrets or values, or something else that is typed.

use std::sync::Arc;

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    access::Permission,
    mcp::arguments::Shape,
    panel::Candidate,
    ports::{Fit, Kind, PortType, compatible},
};
use ui::field::{Choice, SelectField};
use web::{client::signal::SetNew, routes, settings_page::SettingsPage};

use super::{
    labels::FieldLabels,
    typed::{TypedWidget, bind_typed},
};
use crate::panel::{field_binding::FieldBinding, subject::Subject};

/// The value of "Something else" in the list; no name or reference begins with a blank.
const ELSE: &str = " else";

/// A list whose first choice leaves the field out and whose last one opens a text field.
#[component]
pub(super) fn PickWidget(
    binding: FieldBinding,
    labels: FieldLabels,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    /// What the field holds.
    #[prop(default = Arc::new(Shape::Text))]
    shape: Arc<Shape>,
) -> impl IntoView {
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
    let options = move || {
        let other = Choice::new(ELSE, "Other…");
        choices.get().into_iter().chain([other]).collect::<Vec<_>>()
    };
    let help = labels.help();
    let shape = StoredValue::new(shape);
    view! {
        <SelectField
            name=format!("{}-pick", binding.id())
            label=labels.label
            value=listed
            options=Signal::derive(options)
            help=MaybeProp::derive(move || help.clone())
            required=labels.required
        />
        <Show when=move || written.get()>
            <TypedWidget
                binding=binding
                labels=FieldLabels::new("Custom value", "")
                shape=shape.get_value()
            />
        </Show>
    }
}

/// The models of the workspace, after the default one.
pub(super) fn model_choices(subject: Subject, paints: bool) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let offers = if paints { &stock.image_models } else { &stock.text_models };
        let usual = offers.first().map_or(String::new(), |offer| format!(" · {}", offer.label));
        let usual = Choice::new("", format!("Workspace default{usual}"));
        let named = offers.iter().map(|offer| Choice::new(&offer.value, &offer.label));
        std::iter::once(usual).chain(named).collect()
    })
}

/// The secrets of the workspace, after "None".
pub(super) fn secret_choices(subject: Subject) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let named = stock.secrets.iter().map(|name| Choice::from(name.as_str()));
        std::iter::once(Choice::new("", "None")).chain(named).collect()
    })
}

/// A link to the page on which secrets are added and changed, for those who may.
pub(super) fn secrets_link() -> Option<AnyView> {
    let session = use_session().filter(|session| session.may(Permission::ManageSecrets))?;
    let href = routes::settings(session.workspace(), SettingsPage::Secrets);
    Some(view! { <a class="link small" href=href>"Manage secrets"</a> }.into_any())
}

/// The outputs of earlier nodes whose type fits the field.
pub(super) fn reference_choices(subject: Subject, field: &'static str) -> Vec<Choice> {
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
