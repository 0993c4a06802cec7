//! The part of a server's form that is for HTTP APIs: the document, and the operations that become tools.

use api::tools::preview_api;
use frame::form::Form;
use leptos::prelude::*;
use model::mcp::{
    api::{ApiDocument, ApiPreview, MOST_OPERATIONS, OperationView},
    page::SecretChoice,
    server::ServerForm,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    field::{LongTextField, SearchField},
    icon::Icon,
};

use super::rows::Headers;

/// The document, and what it offers once it is loaded.
#[component]
pub(super) fn ApiFields(
    form: Form<ServerForm>,
    headers: Headers,
    secrets: StoredValue<Vec<SecretChoice>>,
) -> impl IntoView {
    let preview = RwSignal::new(None::<ApiPreview>);
    let load = move |()| {
        let document = form.filled().document.unwrap_or_default();
        form.sending.send(preview_api(ApiDocument { document }), move |loaded| {
            let offered = |name: &String| loaded.operations.iter().any(|one| one.tool == *name);
            let defaults = loaded.operations.iter().filter(|one| one.is_default);
            let defaults: Vec<String> = defaults.map(|one| one.tool.clone()).collect();
            form.value.update(|form| {
                form.operations.retain(offered);
                if form.operations.is_empty() {
                    form.operations = defaults;
                }
                if form.url.is_empty() {
                    form.url = loaded.url.clone().unwrap_or_default();
                }
            });
            headers.suggest(&loaded.headers, secrets);
            preview.set(Some(loaded));
        });
    };
    let offered =
        move || preview.get().map(|loaded| view! { <Operations loaded=loaded form=form /> });
    view! {
        <LongTextField name="server_document" label="OpenAPI document or curl command"
            value=form.optional("document", |form| &mut form.document)
            placeholder="https://api.example.com/openapi.json"
            help="Enter the document's URL, or paste the document (JSON or YAML) or a curl command. Keys in a curl command aren't saved." />
        <Button size=ButtonSize::Small icon=Icon::RefreshCw busy=form.sending.busy on_press=load>
            "Load operations"
        </Button>
        {offered}
    }
    .into_any()
}

/// The operations, each to be chosen.
#[component]
fn Operations(loaded: ApiPreview, form: Form<ServerForm>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let ApiPreview { title, operations, unused, .. } = loaded;
    let operations = StoredValue::new(operations);
    let rows = move || {
        let typed = words.get().to_lowercase();
        let matches = |one: &&OperationView| {
            let text = format!("{} {} {}", one.tool, one.request, one.description);
            text.to_lowercase().contains(typed.trim())
        };
        let rows = operations.with_value(|all| {
            let found = all.iter().filter(matches).cloned();
            found.map(|one| view! { <Operation one=one form=form /> }).collect_view()
        });
        view! { <ul class="tools__operations">{rows}</ul> }
    };
    let chosen = move || form.value.with(|form| form.operations.len());
    let unused = unused.into_iter().map(|one| {
        view! { <li dir="auto"><b>{one.name}</b> " " {one.reason}</li> }
    });
    let unused = unused.collect_view();
    view! {
        <fieldset class="tools__rows">
            <legend>"Operations" {(!title.is_empty()).then(|| format!(" of {title}"))}</legend>
            <p class="muted small" role="status">
                {chosen} {format!(" chosen, at most {MOST_OPERATIONS}.")}
            </p>
            <SearchField name="operation_search" label="Search operations" value=words
                on_input=move |typed: String| words.set(typed) />
            {rows}
            <ul class="tools__unused">{unused}</ul>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Operation(one: OperationView, form: Form<ServerForm>) -> impl IntoView {
    let (shown, toggled) = (one.tool.clone(), one.tool.clone());
    let is_chosen = move || form.value.with(|form| form.operations.contains(&shown));
    let toggle = move |_| {
        form.value.update(|form| match form.operations.iter().position(|name| *name == toggled) {
            Some(place) => drop(form.operations.remove(place)),
            None => form.operations.push(toggled.clone()),
        });
    };
    let (tone, effect) =
        if one.is_read { (Tone::Good, "Only reads") } else { (Tone::Warning, "Writes") };
    view! {
        <li>
            <label class="tools__operation">
                <input type="checkbox" prop:checked=is_chosen on:change=toggle />
                <span dir="auto">
                    <code>{one.tool}</code> " " <Tag tone=tone>{effect}</Tag>
                    <br />
                    <span class="muted small">{one.request} " " {one.description}</span>
                </span>
            </label>
        </li>
    }
    .into_any()
}
