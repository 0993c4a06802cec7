//! The lanes of a parallel node.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    Told,
    rows::{Rows, free_name},
};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::TextField,
};

/// Lanes by their names; what they are called in edges stays as it is.
#[component]
pub(super) fn LanesWidget(spot: Spot, told: Told) -> impl IntoView {
    let fresh = |lanes: &[Value]| {
        let (id, number) = free_name(lanes, "id", "lane");
        json!({ "id": id, "label": format!("Lane {number}") })
    };
    view! { <Rows spot=spot told=told noun="lane" fresh=fresh row=row /> }
}

fn row(spot: Spot) -> AnyView {
    view! { <LabelWidget spot=spot.part("label") /> }.into_any()
}

/// The words for one of several.
#[component]
pub fn LabelWidget(
    /// The place of the words.
    spot: Spot,
    /// Called when the field is left, still within what was typed.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let text = tied(
        spot,
        |text| text.as_str().unwrap_or_default().to_owned(),
        |text: &String| Ok(Value::from(text.as_str())),
    );
    let leave = move |_| {
        if let Some(on_leave) = on_leave {
            on_leave.try_run(());
        }
        spot.subject.on_settle.run(());
    };
    view! {
        <div class="config__leave" on:focusout=leave>
            <TextField name=spot.id() label="Name" value=text error=spot.error />
        </div>
    }
}
