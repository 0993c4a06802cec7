//! The tools of a server, each with what the server says of it: words of somebody else, shown as text
//! only.

use frame::dialog_form::Editing;
use leptos::prelude::*;
use model::mcp::{
    server::ToolView,
    tool::{ToolAnnotations, ToolDefinition},
};
use ui::{
    badge::{Tag, Tone},
    button::RowButton,
    format::pluralize,
};

/// The tools of a server by name.
#[component]
pub(super) fn ToolList(
    tools: Vec<ToolView>,
    /// Whether the list is open at first.
    is_open: bool,
    /// The dialog in which a tool is tried; none if none may be.
    trying: Option<Editing<ToolView>>,
) -> impl IntoView {
    if tools.is_empty() {
        return ().into_any();
    }
    let count = pluralize(tools.len() as u64, "tool", "tools");
    let rows = tools.into_iter().map(|tool| view! { <Tool tool=tool trying=trying /> });
    let rows = rows.collect_view();
    view! {
        <details class="tools__list" open=is_open>
            <summary>{count}</summary>
            <ul>{rows}</ul>
        </details>
    }
    .into_any()
}

#[component]
fn Tool(tool: ToolView, trying: Option<Editing<ToolView>>) -> impl IntoView {
    let known = tool.clone();
    let attempt = trying.map(|trying| {
        let of = format!(" {}", tool.key);
        view! { <RowButton verb="Try" of=of on_press=move |()| trying.begin(Some(known.clone())) /> }
    });
    let ToolView { key, definition, .. } = tool;
    let title = definition.title.clone().map(|title| {
        view! { <span class="muted" dir="auto">{title}</span> }
    });
    let own_name = (!key.ends_with(&format!(".{}", definition.name))).then(|| {
        let words = format!("Name on the server: {}.", definition.name);
        view! { <p class="muted small" dir="auto">{words}</p> }
    });
    let effects = effects(definition.annotations);
    view! {
        <li>
            <details class="tools__tool">
                <summary>
                    <code class="tools__key">{key}</code>
                    {title}
                    {effects}
                </summary>
                {own_name}
                <Definition definition=definition />
                {attempt}
            </details>
        </li>
    }
    .into_any()
}

/// What a tool does and takes, in the words of its server.
#[component]
pub(super) fn Definition(definition: ToolDefinition) -> impl IntoView {
    let ToolDefinition { description, input_schema, output_schema, .. } = definition;
    let description = (!description.is_empty())
        .then(|| view! { <p class="tools__words" dir="auto">{description}</p> });
    let result = output_schema.map(|schema| {
        view! { <Schema title="Result" text=format!("{schema:#}") /> }
    });
    view! {
        {description}
        <Schema title="Arguments" text=format!("{input_schema:#}") />
        {result}
    }
    .into_any()
}

#[component]
fn Schema(title: &'static str, text: String) -> impl IntoView {
    view! {
        <p class="tools__schema-title">{title}</p>
        <pre class="tools__schema" tabindex="0" role="group" aria-label=title>
            {text}
        </pre>
    }
    .into_any()
}

/// What the server says of a tool's effects; where it says nothing, the worst is assumed.
fn effects(annotations: ToolAnnotations) -> AnyView {
    let (tone, word) = match annotations {
        ToolAnnotations { read_only: Some(true), .. } => (Tone::Good, "Only reads"),
        ToolAnnotations { idempotent: Some(true), .. } => (Tone::Neutral, "Safe to repeat"),
        ToolAnnotations { destructive: Some(true), .. } => (Tone::Bad, "Can delete"),
        ToolAnnotations { .. } => (Tone::Warning, "Writes"),
    };
    view! { <Tag tone=tone>{word}</Tag> }.into_any()
}
