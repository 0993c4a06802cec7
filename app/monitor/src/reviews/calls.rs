//! What an agent asks a person: whether it may make calls, and whether it may go on.

use leptos::prelude::*;
use model::agent::approval::{CallToApprove, LimitToRaise, ReviewKind};
use serde_json::Value;
use ui::{
    badge::{Tag, Tone},
    icon::Icon,
};

use super::{
    content::{Keep, data, render_beginning},
    draft::Draft,
    edited::editor::DataEditor,
};

/// The calls that an agent wants to make, each to be looked at, changed or left out.
#[component]
pub(super) fn CallCards(
    items: Vec<Value>,
    draft: Draft,
    /// Whether the person may decide.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let several = items.len() > 1;
    let row = move |(place, item): (usize, Value)| {
        let keep = move || {
            (several && open.get())
                .then(|| view! { <Keep place=place draft=draft word="Run call" /> })
        };
        let shown = move || {
            if draft.is_cut(place) {
                return render_beginning(&item, place, draft, open.get());
            }
            let item = draft.item(place);
            let edited = draft.data(place).filter(|_| open.get());
            match read_call(&item).zip(edited) {
                Some((call, edited)) => {
                    let name = format!("call-{}-{place}", draft.review);
                    let editor = view! { <DataEditor name=name label="Arguments" data=edited /> };
                    render_call(call, editor.into_any())
                }
                None => render_readable(&item),
            }
        };
        view! {
            <li class="decision__item">
                {keep}
                {shown}
            </li>
        }
    };
    let rows = items.into_iter().enumerate().map(row).collect_view();
    view! { <ul class="decision__items">{rows}</ul> }
}

fn read_call(item: &Value) -> Option<CallToApprove> {
    serde_json::from_value(item.clone()).ok()
}

/// What is asked with an item, to be read; none for content.
pub(super) fn render_request(kind: ReviewKind, item: &Value) -> Option<AnyView> {
    match kind {
        ReviewKind::ToolCalls => Some(render_readable(item)),
        ReviewKind::Limit => Some(render_limit(item)),
        ReviewKind::Content | ReviewKind::HandOver => None,
    }
}

fn render_readable(item: &Value) -> AnyView {
    match read_call(item) {
        Some(call) => {
            let arguments = format!("{:#}", Value::Object(call.arguments.clone()));
            render_call(call, data(arguments))
        }
        None => data(format!("{item:#}")),
    }
}

/// A call with its arguments as `arguments` shows them.
fn render_call(call: CallToApprove, arguments: AnyView) -> AnyView {
    let effect = if call.writes {
        view! {
            <Tag tone=Tone::Warning icon=Icon::Pencil>
                "Can make changes"
            </Tag>
        }
        .into_any()
    } else {
        view! { <Tag icon=Icon::Eye>"Only reads"</Tag> }.into_any()
    };
    let title = Some(call.title).filter(|title| !title.trim().is_empty() && *title != call.tool);
    let title = title.map(|title| view! { <span dir="auto">{title}</span> });
    let tool = call.tool.clone();
    view! {
        <article class="call-card" aria-label=tool data-testid="call-to-approve">
            <p class="call-card__head">
                <code class="call-card__tool">{call.tool}</code>
                {title}
                {effect}
            </p>
            {arguments}
        </article>
    }
    .into_any()
}

fn render_limit(item: &Value) -> AnyView {
    let limit = serde_json::from_value::<LimitToRaise>(item.clone());
    let words = limit.map(|limit| limit.words).unwrap_or_default();
    view! {
        <p class="call-card" data-testid="limit-to-raise">
            {words}
            " Allow the same amount again?"
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_says_what_it_does_to_what_and_a_limit_what_is_asked() {
        let call = json!({
            "call_id": "c1", "tool": "github.createIssue", "title": "Create an issue",
            "arguments": {"title": "<b>Tea</b>"}, "writes": true, "binding": "ab",
        });
        let limit = json!({"limit": "turns", "words": "It has used its 20 turns."});
        let html = |kind, item: &Value| {
            Owner::new().with(|| render_request(kind, item).map(|view| view.to_html()))
        };

        let html_of_call = html(ReviewKind::ToolCalls, &call).unwrap_or_default();
        for words in ["github.createIssue", "Create an issue", "Can make changes"] {
            assert!(html_of_call.contains(words), "{words} is not in {html_of_call}");
        }
        assert!(!html_of_call.contains("<b>"), "{html_of_call}");
        let html_of_limit = html(ReviewKind::Limit, &limit).unwrap_or_default();
        assert!(html_of_limit.contains("It has used its 20 turns."), "{html_of_limit}");
        assert!(html(ReviewKind::Content, &call).is_none());
    }
}
