//! The preview of the text, formatted by the server a moment after it was typed.

use api::{documents::format_text, html::SafeHtml};
use frame::formatted_text::FormattedText;
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use model::{document::beginning, problem::Problem};
use ui::failure::sign_in_after;
use web::client::own_until_cleanup;

/// The text is formatted when nothing has been typed for so long.
const PAUSE_MS: u32 = 250;

/// The text as formatted and cleaned by the server, of a long one the beginning. While it is behind
/// what has been typed it is marked as busy.
#[component]
pub(super) fn Preview(content: RwSignal<String>, text: SafeHtml) -> impl IntoView {
    let html = RwSignal::new(text);
    let (behind, failure) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    // Answers may overtake each other: only the one to the latest request counts.
    let asked = StoredValue::new(0_u32);
    let begun = Memo::new(move |_| content.with(|text| beginning(text).to_owned()));
    let cut = Memo::new(move |_| content.with(|text| text.len() > begun.read().len()));
    let format = move || {
        asked.update_value(|count| *count = count.wrapping_add(1));
        let (question, text) = (asked.get_value(), begun.get_untracked());
        spawn_local(async move {
            let answer = format_text(text).await;
            if asked.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(formatted) => {
                    html.try_set(formatted);
                    behind.try_set(false);
                    failure.try_set(None);
                }
                Err(error) => drop(failure.try_set(Some(error.0))),
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        begun.track();
        if before.is_some() {
            behind.set(true);
            own_until_cleanup(Timeout::new(PAUSE_MS, format));
        }
    });
    let why = move || {
        failure.get().map(|problem| {
            let door = sign_in_after(&problem);
            view! { "The preview is out of date. " {problem.detail} {door} }
        })
    };
    let shown = move || match html.get() {
        html if html.is_empty() => {
            view! { <p class="muted">"Nothing to preview yet."</p> }.into_any()
        }
        html => view! { <FormattedText html=html /> }.into_any(),
    };
    view! {
        <section
            class="writing__preview card"
            aria-label="Preview"
            tabindex="0"
            aria-busy=move || behind.get().to_string()
        >
            <p class="field__error" role="status">
                {why}
            </p>
            {shown}
            <Show when=move || cut.get()>
                <p class="writing__cut muted small">
                    "The preview shows the beginning of a long text. The document page shows all of it."
                </p>
            </Show>
        </section>
    }
}
