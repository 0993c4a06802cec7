//! The form of an agent that a step describes for itself.

use frame::agent_form::{faults::Faults, fields::AgentFields, form::AgentFieldset};
use leptos::prelude::*;
use model::agent::definition::AgentDefinition;

use super::config::{change, read};
use crate::{catalogue::use_catalogue, panel::subject::Subject};

/// The form. It is filled in anew when the agent is changed elsewhere, such as by undo.
#[component]
pub(super) fn DescribedAgent(subject: Subject) -> impl IntoView {
    let own = Memo::new(move |_| {
        read(subject, |config| config.own.as_deref().cloned()).flatten().unwrap_or_default()
    });
    let known = StoredValue::new(own.get_untracked());
    let fillings = RwSignal::new(0u32);
    Effect::new(move || {
        let now = own.get();
        if known.with_value(|known| *known != now) {
            known.set_value(now);
            fillings.update(|count| *count += 1);
        }
    });
    move || {
        fillings.track();
        view! { <Form subject=subject known=known /> }
    }
}

#[component]
fn Form(
    subject: Subject,
    /// What the form shows, or has set.
    known: StoredValue<AgentDefinition>,
) -> impl IntoView {
    let fields = known.with_value(AgentFields::new);
    let filled = Memo::new(move |_| fields.definition());
    Effect::new(move |before: Option<()>| {
        let filled = filled.get();
        let (Some(()), Ok(definition)) = (before, filled) else { return };
        known.set_value(definition.clone());
        change(subject, "own", |config| config.own = Some(Box::new(definition)));
    });
    // What cannot be read is told first: the rest is judged of what was read before.
    let faults = Signal::derive(move || match filled.get() {
        Ok(_) => subject.faults_of_parts("own"),
        Err(problems) => problems,
    });
    let catalogue = use_catalogue();
    let (models, workflows) = subject.stock.with_value(|stock| {
        let models = stock.text_models.iter().map(|offer| offer.value.clone());
        let workflows = stock.templates.iter().map(|offer| offer.name.clone());
        (models.collect::<Vec<String>>(), workflows.collect::<Vec<String>>())
    });
    let tools = Memo::new(move |_| catalogue.choices(&workflows));
    view! {
        <div class="config__inset" on:focusout=move |_| subject.on_settle.run(())>
            <AgentFieldset
                fields=fields
                faults=Faults::new(faults)
                tools=tools
                models=models
            />
        </div>
    }
}
