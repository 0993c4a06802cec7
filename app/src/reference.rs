//! The page that describes the REST interface: plain HTML in our style, without scripts.

use leptos::prelude::*;
use leptos_meta::HashedStylesheet;

/// A route of the REST interface, as the page describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, with placeholders in braces.
    pub path: String,
    /// What it does, in one sentence.
    pub says: String,
    /// The least role that may call it.
    pub role: String,
    /// The names of its query parameters.
    pub query: Vec<String>,
    /// The name of the schema of its body; none without a body.
    pub body: Option<String>,
    /// The name of the schema of its answer; none for an empty answer.
    pub gives: Option<String>,
}

/// The whole document: routes by what they are about.
pub fn reference(options: LeptosOptions, groups: Vec<(String, Vec<Entry>)>) -> String {
    let group = |(name, entries): (String, Vec<Entry>)| {
        view! {
            <section class="reference-group">
                <h2>{name}</h2>
                <ul class="reference-routes">{entries.into_iter().map(route).collect_view()}</ul>
            </section>
        }
    };
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"API – Atelier"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options id="style" />
            </head>
            <body>
                <main class="page reference-page">
                    <h1>"API reference"</h1>
                    <p class="muted">
                        "Send a token as " <code>"Authorization: Bearer atl_…"</code>
                        ". Errors are problem+json with a code, what happened and what to do. \
                         Schemas of all types: "
                        <a href="/api/openapi.json">"OpenAPI 3.1"</a>
                        ". Schema of step files: "
                        <a href="/api/schemas/steps.json">"JSON Schema"</a> "."
                    </p>
                    {groups.into_iter().map(group).collect_view()}
                </main>
            </body>
        </html>
    };
    Owner::new().with(|| format!("<!DOCTYPE html>{}", page.to_html()))
}

fn route(entry: Entry) -> impl IntoView {
    let fact = |name: &'static str, value: String| {
        view! { <dt>{name}</dt><dd><code>{value}</code></dd> }
    };
    let query = (!entry.query.is_empty()).then(|| fact("Query", entry.query.join(", ")));
    view! {
        <li class="reference-route">
            <p class="reference-route__address">
                <strong>{entry.method}</strong> " " <code>{entry.path}</code>
            </p>
            <p>{entry.says}</p>
            <dl class="reference-route__facts">
                {fact("Role", entry.role)}
                {query}
                {entry.body.map(|body| fact("Body", body))}
                {entry.gives.map(|gives| fact("Response", gives))}
            </dl>
        </li>
    }
}
