//! A button that copies a text into the clipboard.

use leptos::{prelude::*, task::spawn_local};
use web::client::clipboard::copy_text;

use super::{
    button::{Button, ButtonSize},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};

/// A button that copies a text, and says whether the browser did.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// The word on the button.
    verb: &'static str,
    /// What the text is in one word, for the person who has to copy it without the button.
    what: &'static str,
    /// Whose it is, for screen readers.
    #[prop(optional)]
    of: String,
    /// How large the button is drawn.
    #[prop(default = ButtonSize::Small)]
    size: ButtonSize,
) -> impl IntoView {
    let toasts = use_toasts();
    let copy = move |()| {
        let text = text.clone();
        spawn_local(async move {
            if copy_text(&text).await {
                toasts.show(ToastKind::Done, "Copied.");
            } else {
                let words =
                    format!("Your browser didn't copy the {what}. Select it and copy it yourself.");
                toasts.show(ToastKind::Failed, words);
            }
        });
    };
    let whose =
        (!of.is_empty()).then(|| view! { <span class="unseen">{format!(" for {of}")}</span> });
    view! {
        <Button size=size icon=Icon::Copy on_press=copy>
            {verb}
            {whose}
        </Button>
    }
    .into_any()
}
