//! On or off.

use leptos::prelude::*;

use super::value::FieldValue;

/// Something that is on or off at once, as a checkbox with the role of a switch.
#[component]
pub fn SwitchField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    #[prop(into)] label: Signal<String>,
    /// Whether it is on, both ways.
    #[prop(into)]
    value: FieldValue<bool>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
) -> impl IntoView {
    let help_id = format!("{name}-help");
    let described = {
        let help_id = help_id.clone();
        move || help.get().map(|_| help_id.clone())
    };
    view! {
        <div class="field">
            <label class="switch">
                <input
                    type="checkbox"
                    role="switch"
                    class="switch__input"
                    id=name.clone()
                    name=name
                    checked=value.shown.get_untracked()
                    prop:checked=move || value.shown.get()
                    aria-describedby=described
                    on:change=move |event| value.change.set(event_target_checked(&event))
                />
                <span class="switch__track" aria-hidden="true"></span>
                <span class="switch__label">{move || label.get()}</span>
            </label>
            {move || {
                let id = help_id.clone();
                help.get().map(|help| view! { <p class="field__help" id=id>{help}</p> })
            }}
        </div>
    }
    .into_any()
}
