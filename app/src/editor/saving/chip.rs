//! Whether what was drawn is kept, in a few words.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use model::{problem::ProblemKind, saving::Standing};

use super::Saving;
use crate::{
    routes,
    ui::icon::{Glyph, Icon},
};

/// What the chip shows.
struct Shown {
    state: &'static str,
    icon: Icon,
    words: String,
}

fn shown(standing: &Standing, revision: i64) -> Shown {
    let shown = |state, icon, words: &str| Shown { state, icon, words: words.to_owned() };
    match standing {
        Standing::Saved => shown("saved", Icon::CircleCheck, &format!("Saved · draft r{revision}")),
        Standing::Changed => shown("changed", Icon::CircleDashed, "Unsaved"),
        Standing::Saving => shown("saving", Icon::LoaderCircle, "Saving…"),
        Standing::Offline => shown("offline", Icon::WifiOff, "Unsaved (offline)"),
        Standing::Refused(_) => shown("failed", Icon::TriangleAlert, "Not saved"),
        Standing::Conflict(_) => shown("conflict", Icon::CircleAlert, "Conflict"),
    }
}

/// Saved, saving, unsaved or in conflict; pressing it tries again or shows the conflict.
#[component]
pub fn SavedChip(
    /// How the draft is kept.
    saving: Saving,
) -> impl IntoView {
    let now = move || saving.with(|keeper| shown(keeper.standing(), keeper.revision()));
    let why = move || {
        saving.with(|keeper| match keeper.standing() {
            Standing::Refused(problem) => Some(problem.detail.clone()),
            Standing::Offline => Some("It is tried again, and kept in this browser.".to_owned()),
            Standing::Conflict(_) => Some("Somebody else changed the same. Choose.".to_owned()),
            _ => None,
        })
    };
    let is_signed_out = Memo::new(move |_| {
        saving.with(|keeper| match keeper.standing() {
            Standing::Refused(problem) => problem.kind == ProblemKind::SignedOut,
            _ => false,
        })
    });
    let here = use_location().pathname;
    // Who comes back from signing in elsewhere finds the draft saved.
    let back = window_event_listener(ev::focus, move |_| {
        if is_signed_out.get_untracked() {
            saving.flush();
        }
    });
    on_cleanup(move || back.remove());
    let door = move || {
        is_signed_out.get().then(|| {
            view! {
                <a class="saved__door" href=routes::sign_in_to(&here.get()) target="_blank" rel="noopener">
                    "Sign in"
                </a>
            }
        })
    };
    view! {
        {door}
        <button
            type="button"
            class="saved"
            data-state=move || now().state
            data-tip=why
            aria-description=why
            on:click=move |_| saving.press()
        >
            <Glyph icon=Signal::derive(move || now().icon) size=14 />
            <span role="status">{move || now().words}</span>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chip_says_where_the_draft_stands() {
        assert_eq!(shown(&Standing::Saved, 12).words, "Saved · draft r12");
        assert_eq!(shown(&Standing::Saving, 12).words, "Saving…");
        assert_eq!(shown(&Standing::Offline, 12).words, "Unsaved (offline)");
    }
}
