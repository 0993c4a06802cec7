//! The chip that shows whether the text is saved.

use leptos::prelude::*;
use model::autosave::Progress;
use ui::{
    failure::sign_in_after,
    icon::{Glyph, Icon},
};

use super::saving::Saving;

/// The value of `data-state`, the icon and the text of the chip.
fn chip_parts(progress: &Progress) -> (&'static str, Icon, &'static str) {
    match progress {
        Progress::Saved => ("saved", Icon::CircleCheck, "Saved"),
        Progress::Changed => ("changed", Icon::CircleDashed, "Unsaved"),
        Progress::Saving => ("saving", Icon::LoaderCircle, "Saving…"),
        Progress::Offline => ("offline", Icon::WifiOff, "Unsaved (offline)"),
        Progress::Refused(_) => ("failed", Icon::TriangleAlert, "Not saved"),
        Progress::Conflict(_) => ("conflict", Icon::CircleAlert, "Conflict"),
    }
}

/// Shows whether the text is saved, being saved, unsaved or in conflict; a press saves at once.
#[component]
pub(super) fn KeptChip(saving: Saving) -> impl IntoView {
    let now = move || saving.with_progress(chip_parts);
    let why = move || {
        saving.with_progress(|progress| match progress {
            Progress::Refused(problem) => Some(problem.detail.clone()),
            Progress::Offline => Some(
                "Your text is kept in this browser and saved when you are back online.".to_owned(),
            ),
            _ => None,
        })
    };
    let refusal = move || {
        saving.with_progress(|progress| match progress {
            Progress::Refused(problem) => {
                let (why, door) = (problem.detail.clone(), sign_in_after(problem));
                Some(view! { {why} {door} })
            }
            _ => None,
        })
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
            on:click=move |_| saving.flush()
        >
            <Glyph icon=Signal::derive(move || now().1) size=14 />
            <span role="status">{move || now().2}</span>
        </button>
    }
}
