//! How the text will be read, a moment after it was written.

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{documents::format_text, html::SafeHtml},
    client::keep,
    documents::markdown::Markdown,
    ui::{
        button::{Button, ButtonSize},
        failure::sign_in_after,
    },
};

/// The text is formatted when nothing was typed for so long.
const PAUSE_MS: u32 = 250;
/// A longer text is formatted only when asked for: it takes a while, and much of the line.
const MOST_BYTES: usize = 200_000;

/// The text as the server formats and cleans it, and whether that is what is written now.
#[component]
pub(super) fn Preview(content: RwSignal<String>, text: SafeHtml) -> impl IntoView {
    let html = RwSignal::new(text);
    let (behind, failure) = (RwSignal::new(false), RwSignal::new(None::<String>));
    // Answers may overtake each other: only the one to the latest question counts.
    let asked = StoredValue::new(0_u32);
    let format = move || {
        asked.update_value(|count| *count = count.wrapping_add(1));
        let (question, text) = (asked.get_value(), content.get_untracked());
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
                Err(error) => drop(failure.try_set(Some(error.0.detail))),
            }
        });
    };
    let long = Memo::new(move |_| content.with(|text| text.len() > MOST_BYTES));
    Effect::new(move |before: Option<()>| {
        content.track();
        if before.is_none() {
            return;
        }
        behind.set(true);
        if !long.get_untracked() {
            keep(Timeout::new(PAUSE_MS, format));
        }
    });
    let why = move || {
        failure.get().map(|detail| {
            let door = sign_in_after(&detail);
            view! { "The preview is not up to date. " {detail} {door} }
        })
    };
    let note = move || {
        let ask = move || behind.get() && long.get();
        view! {
            <Show when=ask>
                <div class="writing__ask">
                    <p class="muted small">"The text is long: its preview is made when you ask."</p>
                    <Button size=ButtonSize::Small on_press=move |()| format()>
                        "Update the preview"
                    </Button>
                </div>
            </Show>
            <p class="field__error" role="status">
                {why}
            </p>
        }
    };
    let shown = move || match html.get() {
        html if html.is_empty() => {
            view! { <p class="muted">"Nothing is written yet."</p> }.into_any()
        }
        html => view! { <Markdown html=html /> }.into_any(),
    };
    view! {
        <section
            class="writing__preview card"
            aria-label="Preview"
            aria-busy=move || (behind.get() && !long.get()).to_string()
        >
            {note()}
            {shown}
        </section>
    }
}
