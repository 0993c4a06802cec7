//! The way from change to change of two compared texts: the first is scrolled to when they are
//! shown, buttons lead to the others.

use leptos::{html, prelude::*};
use web::client::scroll::show_change;

use super::look::Look;
use crate::{button::IconButton, icon::Icon};

/// How many changes there are to go through, and which one is shown, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    at: usize,
    of: usize,
}

impl Place {
    /// The change after this one; after the last comes the first.
    fn next(self) -> usize {
        if self.at + 1 >= self.of { 0 } else { self.at + 1 }
    }

    /// The change before this one; before the first comes the last.
    fn previous(self) -> usize {
        self.at.checked_sub(1).unwrap_or(self.of.saturating_sub(1))
    }
}

/// Scrolls to the first change, and has buttons that lead to the next and the previous one. Nothing
/// is drawn where there is no other change.
#[component]
pub(super) fn ChangeSteps(
    /// The box with both texts.
    within: NodeRef<html::Div>,
    /// How they are shown; the way begins anew with another look.
    look: RwSignal<Look>,
) -> impl IntoView {
    let place = RwSignal::new(None::<Place>);
    let show = move |at: usize| {
        let found =
            within.try_get_untracked().flatten().and_then(|within| show_change(&within, at));
        place.try_set(found.map(|of| Place { at: at.min(of.saturating_sub(1)), of }));
    };
    Effect::new(move || {
        look.track();
        // By the next frame both texts are on the page.
        request_animation_frame(move || show(0));
    });
    let step = move |to: fn(Place) -> usize| {
        if let Some(now) = place.get_untracked() {
            show(to(now));
        }
    };
    let several = move || place.get().filter(|place| place.of > 1);
    let words = move || {
        several().map(|Place { at, of }| format!("Change {} of {of}", at + 1)).unwrap_or_default()
    };
    view! {
        <div class="diff__steps" hidden=move || several().is_none()>
            <span class="muted small num" role="status">
                {words}
            </span>
            <IconButton
                icon=Icon::ChevronUp
                label="Previous change"
                on_press=move |()| step(Place::previous)
            />
            <IconButton
                icon=Icon::ChevronDown
                label="Next change"
                on_press=move |()| step(Place::next)
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_through_the_changes_is_a_circle() {
        let place = |at| Place { at, of: 3 };

        assert_eq!([0, 1, 2].map(|at| place(at).next()), [1, 2, 0]);
        assert_eq!([0, 1, 2].map(|at| place(at).previous()), [2, 0, 1]);
    }
}
