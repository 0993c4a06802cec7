//! The words of a note, with their looks.

use leptos::prelude::*;
use ui::markdown::{MarkdownText, Setting};

/// What a note says. Links show where they lead and are opened from the panel: a card is one thing
/// to choose, with nothing to press in it.
#[component]
pub(super) fn NoteWords(text: String) -> impl IntoView {
    view! {
        <div class="note">
            <MarkdownText text=text setting=Setting::Card />
        </div>
    }
    .into_any()
}
