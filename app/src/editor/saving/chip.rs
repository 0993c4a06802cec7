//! Whether what was drawn is kept, in a few words.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use model::{
    problem::{Problem, ProblemKind},
    saving::Standing,
};

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
            Standing::Changed if !saving.is_by_itself() => {
                Some("Kept in this browser. Press to save it.".to_owned())
            }
            Standing::Conflict(_) => Some("The same was changed elsewhere. Choose.".to_owned()),
            _ => None,
        })
    };
    view! {
        <button
            type="button"
            class="saved"
            data-state=move || now().state
            data-tip=why
            aria-label=move || now().words
            aria-description=why
            on:click=move |_| saving.press()
        >
            <Glyph icon=Signal::derive(move || now().icon) size=14 />
            <span role="status">{move || now().words}</span>
        </button>
    }
}

/// That the session is over, and the way to another one.
#[component]
pub fn SignedOutNotice(
    /// How the draft is kept.
    saving: Saving,
) -> impl IntoView {
    let is_signed_out = Memo::new(move |was: Option<&bool>| {
        saving.with(|keeper| match keeper.standing() {
            Standing::Refused(problem) => problem.kind == ProblemKind::SignedOut,
            // Another try is no answer: the way out stays under the hand that presses it.
            Standing::Saving => was.is_some_and(|was| *was),
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
    view! {
        <Show when=move || is_signed_out.get()>
            <div class="restore" role="status">
                <p>"Your session has ended. What you change is kept in this browser until you are back."</p>
                <a
                    class="button"
                    data-look="primary"
                    data-size="small"
                    href=move || routes::sign_in_to(&here.get())
                    target="_blank"
                    rel="noopener"
                >
                    "Sign in"
                </a>
            </div>
        </Show>
    }
}

/// Why the server does not take the draft, and what to do about it.
#[component]
pub fn RefusedNotice(
    /// How the draft is kept.
    saving: Saving,
) -> impl IntoView {
    let why = Memo::new(move |was: Option<&Option<String>>| {
        saving.with(|keeper| match keeper.standing() {
            Standing::Refused(problem) if problem.kind != ProblemKind::SignedOut => {
                Some(words_of(problem))
            }
            // Until there is an answer to another try, the last one stands.
            Standing::Saving | Standing::Changed => was.cloned().flatten(),
            _ => None,
        })
    });
    view! {
        <Show when=move || why.with(Option::is_some)>
            <div class="restore" role="alert">
                <p>{move || format!("Not saved. {}", why.get().unwrap_or_default())}</p>
            </div>
        </Show>
    }
}

/// What is wrong, thing by thing where there are several.
fn words_of(problem: &Problem) -> String {
    match (problem.kind, problem.errors.as_slice()) {
        (ProblemKind::Invalid, errors @ [_, ..]) => {
            errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => problem.detail.clone(),
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
