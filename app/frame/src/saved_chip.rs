//! The chip that says whether what is edited is saved.

use leptos::prelude::*;
use model::autosave::Progress;
use ui::{
    failure::sign_in_after,
    icon::{Glyph, Icon},
};

/// The value of `data-state`, the icon and the text of the chip.
fn chip_parts(progress: &Progress<()>) -> (&'static str, Icon, &'static str) {
    match progress {
        Progress::Saved => ("saved", Icon::CircleCheck, "Saved"),
        Progress::Changed => ("changed", Icon::CircleDashed, "Unsaved"),
        Progress::Saving => ("saving", Icon::LoaderCircle, "Saving…"),
        Progress::Offline => ("offline", Icon::WifiOff, "Unsaved (offline)"),
        Progress::Refused(_) => ("failed", Icon::TriangleAlert, "Not saved"),
        Progress::Conflict(_) => ("conflict", Icon::CircleAlert, "Conflict"),
    }
}

/// Shows whether what is edited is saved, being saved, unsaved or in conflict; a press saves at once.
#[component]
pub fn SavedChip(
    #[prop(into)] progress: Signal<Progress<()>>,
    /// What is said while the server cannot be reached.
    offline: &'static str,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let now = move || progress.with(chip_parts);
    let why = move || match &*progress.read() {
        Progress::Refused(problem) => Some(problem.detail.clone()),
        Progress::Offline => Some(offline.to_owned()),
        _ => None,
    };
    let refusal = move || match &*progress.read() {
        Progress::Refused(problem) => {
            let (why, door) = (problem.detail.clone(), sign_in_after(problem));
            Some(view! { {why} {door} })
        }
        _ => None,
    };
    view! {
        <p class="field__error" role="alert">
            {refusal}
        </p>
        <button
            type="button"
            class="saved"
            data-state=move || now().0
            data-tip=why
            aria-description=why
            on:click=move |_| on_press.run(())
        >
            <Glyph icon=Signal::derive(move || now().1) size=14 />
            <span role="status">{move || now().2}</span>
        </button>
    }
}
