//! The button under a field that mends what is wrong with it.

use leptos::prelude::*;
use ui::button::{Button, ButtonSize};

/// The button; it goes away with what is wrong, so whoever shows it moves the focus.
#[component]
pub(super) fn MendButton(
    /// What it does.
    words: String,
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="config__mend">
            <Button size=ButtonSize::Small on_press=on_press>
                {words}
            </Button>
        </div>
    }
}
