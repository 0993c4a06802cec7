//! The difference of two versions: of texts, structured data or pictures, inline or side by side.

use leptos::{html, prelude::*};
use model::{
    api::compare::{Change, Comparison, Side},
    text::markdown::is_markdown,
};
use serde_json::Value;
use web::routes;

use super::{
    look::Look, pictures::PictureDifference, rendered::text_of, steps::ChangeSteps,
    text::TextDifference,
};

/// Two versions, and what is different.
#[component]
pub fn Difference(
    /// The difference as the server found it.
    comparison: Comparison,
    /// Whether the first change is scrolled to, with buttons that lead to the others.
    #[prop(optional)]
    leads: bool,
) -> impl IntoView {
    let within = NodeRef::<html::Div>::new();
    let formatted = is_formatted(&comparison);
    let look = RwSignal::new(Look::from_cookie(formatted));
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
        <div class="diff" node_ref=within data-look=move || look.get().key()>
            <LookSwitch look=look formatted=formatted />
            {leads.then(|| view! { <ChangeSteps within=within look=look /> })}
            {shown}
        </div>
    }
    .into_any()
}

/// Whether one of two texts is written in Markdown.
fn is_formatted(comparison: &Comparison) -> bool {
    match comparison {
        Comparison::Text { pieces } => {
            [Side::Before, Side::After].iter().any(|side| is_markdown(&text_of(pieces, *side)))
        }
        Comparison::Json { .. } | Comparison::Image { .. } => false,
    }
}

/// The switch between the looks; styles hide those that are side by side on narrow screens.
#[component]
fn LookSwitch(
    look: RwSignal<Look>,
    /// Whether there is Markdown that can be rendered.
    formatted: bool,
) -> impl IntoView {
    let button = move |one: Look, words: &'static str| {
        let pressed = move || if look.get() == one { "true" } else { "false" };
        let choose = move |_| {
            look.set(one);
            one.remember();
        };
        view! {
            <button
                type="button"
                class="segments__item"
                data-look=one.key()
                aria-pressed=pressed
                on:click=choose
            >
                {words}
            </button>
        }
    };
    view! {
        <div
            class="segments diff__looks"
            role="group"
            aria-label="View"
            data-formatted=formatted.then_some("")
        >
            {formatted.then(|| button(Look::Rendered, "Preview"))} {button(Look::Inline, "Inline")}
            {button(Look::Sides, "Side by side")}
        </div>
    }
}

/// The places in structured data that differ, each by its path.
#[component]
fn DataDifference(changes: Vec<Change>) -> impl IntoView {
    if changes.is_empty() {
        return view! { <p class="muted">"No differences."</p> }.into_any();
    }
    let change = |Change { path, before, after }: Change| {
        let path = if path.is_empty() { "Everything".to_owned() } else { path };
        view! {
            <dt>
                <code>{path}</code>
            </dt>
            <dd>
                <span class="diff__side" dir="auto" translate="no">
                    {before.map(|value| view! { <del>{format_value(value)}</del> })}
                </span>
                <span class="diff__side" dir="auto" translate="no">
                    {after.map(|value| view! { <ins>{format_value(value)}</ins> })}
                </span>
            </dd>
        }
    };
    view! { <dl class="diff__changes">{changes.into_iter().map(change).collect_view()}</dl> }
        .into_any()
}

fn format_value(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
