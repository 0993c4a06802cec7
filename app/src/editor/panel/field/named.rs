//! Names with values that may refer: results, headers, parameters.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    Told,
    rows::{Rows, free_name},
    written::WrittenWidget,
};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::field::TextField,
};

/// Names, each with a value.
#[component]
pub(super) fn NamedWidget(spot: Spot, told: Told) -> impl IntoView {
    let fresh =
        |pairs: &[Value]| json!({ "name": free_name(pairs, "name", "name").0, "value": "" });
    view! { <Rows spot=spot told=told noun="value" fresh=fresh row=row /> }
}

fn row(spot: Spot) -> AnyView {
    let name = spot.part("name");
    let text = tied(
        name,
        |text| text.as_str().unwrap_or_default().to_owned(),
        |text: &String| Ok(Value::from(text.trim())),
    );
    let told = Told::new("Value", "");
    view! {
        <div class="config__leave" on:focusout=move |_| name.subject.on_settle.run(())>
            <TextField name=name.id() label="Name" value=text error=name.error />
        </div>
        <WrittenWidget spot=spot.part("value").or_empty() told=told />
    }
    .into_any()
}
