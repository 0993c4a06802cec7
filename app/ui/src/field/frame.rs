//! The frame of a field: label, help and error.

use leptos::prelude::*;

use crate::{
    failure::sign_in_link,
    icon::{Glyph, Icon},
};

/// Label above, help and error below an input whose id is `name`.
///
/// The input inside should use [`described_by`] and [`invalid`].
#[component]
pub fn FieldFrame(
    /// Id and name of the input.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with the value, if anything.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether that is so because nobody is signed in.
    #[prop(optional, into)]
    signed_out: Signal<bool>,
    /// Whether it is marked as required.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Shown at the right of the label, e.g. the value of a slider.
    #[prop(optional, into)]
    aside: ViewFn,
    /// The input, with `name` as its id.
    children: Children,
) -> impl IntoView {
    let state = move || error.read().is_some().then_some("error");
    view! {
        <div class="field" data-state=state>
            <div class="field__head">
                <label class="field__label" for=name.clone()>
                    {move || label.get()}
                    <Show when=move || required.get()>
                        <span class="field__required" aria-hidden="true">
                            "*"
                        </span>
                    </Show>
                </label>
                {aside.run()}
            </div>
            {children()}
            <FieldNotes name=name help=help error=error signed_out=signed_out />
        </div>
    }
    .into_any()
}

/// Help and error under an input, with the ids that `described_by` names.
#[component]
pub fn FieldNotes(
    /// Id and name of the input.
    name: String,
    /// One sentence of help.
    help: MaybeProp<String>,
    /// What is wrong with the value, if anything.
    error: Signal<Option<String>>,
    /// Whether that is so because nobody is signed in.
    #[prop(optional, into)]
    signed_out: Signal<bool>,
) -> impl IntoView {
    let help_id = format!("{name}-help");
    let error_id = format!("{name}-error");
    view! {
        {move || {
            let id = help_id.clone();
            help.get().map(|help| view! { <p class="field__help" id=id>{help}</p> })
        }}
        {move || {
            let id = error_id.clone();
            error
                .get()
                .map(|error| {
                    let door = signed_out.get().then(sign_in_link);
                    view! {
                        <p class="field__error" id=id>
                            <Glyph icon=Icon::CircleAlert size=14 />
                            <span>{error} {door}</span>
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// The ids of the help and error that are shown now, for `aria-describedby`.
pub fn described_by(
    name: &str,
    help: MaybeProp<String>,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
    let name = name.to_owned();
    move || {
        let help = help.get().is_some().then(|| format!("{name}-help"));
        let error = error.read().is_some().then(|| format!("{name}-error"));
        let ids: Vec<String> = help.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// The value of `aria-invalid`.
pub fn invalid(error: Signal<Option<String>>) -> Option<&'static str> {
    error.read().is_some().then_some("true")
}
