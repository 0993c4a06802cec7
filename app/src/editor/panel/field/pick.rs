//! One of what there is, or something else that is written: models, secrets, values.

use leptos::prelude::*;
use model::ports::{Fit, Kind, PortType, compatible};
use serde_json::Value;

use super::{Told, written::WrittenWidget};
use crate::{
    client::signal::SetNew,
    editor::panel::{
        spot::{Spot, tied},
        subject::Subject,
    },
    ui::field::{Choice, SelectField},
};

/// Stands for "something else" in the list; no name or reference begins with a blank.
const ELSE: &str = " else";

/// One of the choices, of which the first one leaves the field out, or something else.
#[component]
pub(super) fn PickWidget(
    spot: Spot,
    told: Told,
    #[prop(into)] choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let known = move |text: &str| choices.read_untracked().iter().any(|known| known.value == text);
    let written = RwSignal::new(spot.value.with_untracked(|now| !known(shown(now).as_str())));
    let picked = tied(spot, shown, |text: &String| Ok(meant(text)));
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
                spot.subject.on_settle.run(());
            }
        }
    });
    let options = move || {
        let other = Choice::new(ELSE, "Something else…");
        choices.get().into_iter().chain([other]).collect::<Vec<_>>()
    };
    let help = told.help();
    let box_told = Told::new("Written", "");
    view! {
        <SelectField
            name=format!("{}-pick", spot.id())
            label=told.label
            value=listed
            options=Signal::derive(options)
            help=MaybeProp::derive(move || help.clone())
            required=told.required
        />
        <Show when=move || written.get()>
            <WrittenWidget spot=spot told=box_told.clone() />
        </Show>
    }
}

fn shown(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn meant(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// The workspace's models, the one taken without a choice first.
pub(super) fn model_choices(subject: Subject, paints: bool) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let offers = if paints { &stock.image_models } else { &stock.text_models };
        let usual = offers.first().map_or(String::new(), |offer| format!(" · {}", offer.label));
        let usual = Choice::new("", format!("Workspace default{usual}"));
        let named = offers.iter().map(|offer| Choice::new(&offer.value, &offer.label));
        std::iter::once(usual).chain(named).collect()
    })
}

/// The workspace's secrets.
pub(super) fn secret_choices(subject: Subject) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let named = stock.secrets.iter().map(|name| Choice::from(name.as_str()));
        std::iter::once(Choice::new("", "None")).chain(named).collect()
    })
}

/// What is given before the node and fits the field, with its type.
pub(super) fn reference_choices(subject: Subject, field: &'static str) -> Vec<Choice> {
    // Tracked, so that what is drawn elsewhere is offered.
    subject.workflow.track();
    let wanted = subject.node.with_untracked(|node| {
        let inputs = node.data.config.spec().inputs;
        inputs.iter().find(|port| port.name == field).map(|port| port.port_type)
    });
    let wanted = wanted.unwrap_or(PortType::One(Kind::Any));
    let fits = |from: PortType| !matches!(compatible(from, wanted), Fit::Err(_));
    let offers = subject.offered(field).into_iter().filter(|offer| fits(offer.port_type));
    let choice = |offer: model::panel::Offered| {
        let words = format!("{} · {} ({})", offer.from, offer.label, offer.port_type);
        Choice::new(format!("${{{}}}", offer.path), words)
    };
    std::iter::once(Choice::new("", "What comes in")).chain(offers.map(choice)).collect()
}
