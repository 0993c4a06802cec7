//! On or off.

use leptos::prelude::*;
use serde_json::Value;

use super::Told;
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::SwitchField,
};

/// Something that is on or off.
#[component]
pub fn ToggleWidget(
    /// The place it changes.
    spot: Spot,
    /// What is said around it.
    told: Told,
) -> impl IntoView {
    let read = |on: &bool| Ok(Value::Bool(*on));
    let value = tied(spot, |value| value.as_bool().unwrap_or_default(), read);
    let help = told.help();
    view! {
        <SwitchField
            name=spot.id()
            label=told.label
            value=value
            help=MaybeProp::derive(move || help.clone())
        />
    }
}
