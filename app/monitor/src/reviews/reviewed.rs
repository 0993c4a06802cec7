//! What is decided about, by the kind of the review.

use leptos::prelude::*;
use model::agent::approval::ReviewKind;
use serde_json::Value;

use super::{
    calls::{CallCards, render_request},
    content::Content,
    draft::Draft,
};

/// What is decided about: content, calls of an agent, or a limit that it has reached.
#[component]
pub(super) fn Reviewed(
    items: Vec<Value>,
    draft: Draft,
    /// Whether the person may decide.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    match draft.kind {
        ReviewKind::ToolCalls => {
            view! { <CallCards items=items draft=draft open=open /> }.into_any()
        }
        ReviewKind::Limit => {
            let row = |item: &Value| {
                view! { <li class="decision__item">{render_request(ReviewKind::Limit, item)}</li> }
            };
            view! { <ul class="decision__items">{items.iter().map(row).collect_view()}</ul> }
                .into_any()
        }
        ReviewKind::Content | ReviewKind::HandOver => {
            view! { <Content items=items draft=draft open=open /> }.into_any()
        }
    }
}
