//! How two versions differ: of texts, of structured data, of pictures; in one or side by side.

use leptos::prelude::*;
use model::api::compare::{Change, Comparison};
use serde_json::Value;

use super::{pictures::PictureDifference, text::TextDifference};
use crate::{api::page::preference, client::cookie, routes};

const COOKIE: &str = "difference";

/// How a difference is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Both in one.
    Inline,
    /// Beside each other.
    Sides,
}

impl Look {
    /// As this person chose last.
    fn chosen() -> Self {
        match preference(COOKIE).as_deref() {
            Some("sides") => Self::Sides,
            _ => Self::Inline,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Sides => "sides",
        }
    }
}

/// Two versions, and what is different.
#[component]
pub fn Difference(
    /// What was found.
    comparison: Comparison,
) -> impl IntoView {
    let look = RwSignal::new(Look::chosen());
    let shown = match comparison {
        Comparison::Text { pieces } => {
            view! { <TextDifference pieces=pieces look=look /> }.into_any()
        }
        Comparison::Json { changes } => view! { <DataDifference changes=changes /> }.into_any(),
        Comparison::Image { before, after } => {
            let (before, after) = (routes::image(before), routes::image(after));
            return view! { <PictureDifference before=before after=after /> }.into_any();
        }
    };
    view! {
        <div class="diff" data-look=move || look.get().key()>
            <LookSwitch look=look />
            {shown}
        </div>
    }
    .into_any()
}

/// The choice between the two; on narrow screens there is room for one only.
#[component]
fn LookSwitch(look: RwSignal<Look>) -> impl IntoView {
    let button = move |one: Look, words: &'static str| {
        let pressed = move || if look.get() == one { "true" } else { "false" };
        let choose = move |_| {
            look.set(one);
            cookie::remember(COOKIE, one.key());
        };
        view! {
            <button type="button" class="segments__item" aria-pressed=pressed on:click=choose>
                {words}
            </button>
        }
    };
    view! {
        <div class="segments diff__looks" role="group" aria-label="How it is shown">
            {button(Look::Inline, "Inline")} {button(Look::Sides, "Side by side")}
        </div>
    }
}

/// Every place of structured data that differs.
#[component]
fn DataDifference(changes: Vec<Change>) -> impl IntoView {
    if changes.is_empty() {
        return view! { <p class="muted">"They are the same."</p> }.into_any();
    }
    let change = |Change { path, before, after }: Change| {
        let path = if path.is_empty() { "All of it".to_owned() } else { path };
        view! {
            <dt>
                <code>{path}</code>
            </dt>
            <dd>
                <span class="diff__side" dir="auto">
                    {before.map(|value| view! { <del>{written(value)}</del> })}
                </span>
                <span class="diff__side" dir="auto">
                    {after.map(|value| view! { <ins>{written(value)}</ins> })}
                </span>
            </dd>
        }
    };
    view! { <dl class="diff__changes">{changes.into_iter().map(change).collect_view()}</dl> }
        .into_any()
}

fn written(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
