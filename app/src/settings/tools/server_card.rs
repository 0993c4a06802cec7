//! A server of tools: whether it answers, how it is reached, and what it offers.

use std::collections::BTreeMap;

use api::tools::{check_tool_server, connect_tool_server};
use frame::action::ActionButton;
use leptos::prelude::*;
use model::mcp::{
    auth::AuthMethod,
    server::{ServerHealth, ServerKind, ServerView, UnusedTool},
};
use ui::{
    badge::{Tag, Tone},
    button::{ButtonLook, RowButton},
    card::Card,
    icon::Icon,
    relative_time::RelativeTime,
};
use web::client::page::open_anew;

use super::{controls::Controls, tool_list::ToolList};

/// More tools than these that are not available for one reason are only counted.
const MOST_NAMED: usize = 10;

/// What there is to know of a server beyond what it said, in a sentence.
fn purpose(server: &ServerView) -> Option<String> {
    if let Some(operator) = &server.operator {
        return Some(format!("Set up by the operator: {operator}."));
    }
    let words = match server.kind {
        ServerKind::Sample => {
            "Sample answers, marked as samples. Connect a server with this name to replace it."
        }
        ServerKind::Agent => "Your default text model answers with JSON.",
        ServerKind::Http | ServerKind::JsonRpc | ServerKind::OpenApi | ServerKind::Stdio => {
            return None;
        }
    };
    Some(words.to_owned())
}

/// A server with its tools.
#[component]
pub(super) fn ServerCard(
    server: ServerView,
    controls: Controls,
    /// Whether only tools that words name are shown: they are open then.
    is_search: bool,
) -> impl IntoView {
    let tags = tags(&server);
    let purpose = purpose(&server).map(|words| view! { <p class="muted" dir="auto">{words}</p> });
    let instructions = server.instructions.clone().map(|words| {
        view! {
            <details class="tools__more">
                <summary>"Server description"</summary>
                <p class="tools__words" dir="auto">{words}</p>
            </details>
        }
    });
    let (name, health) = (server.name.clone(), server.health.clone());
    let facts = facts(&server);
    let buttons = controls.may_manage.then(|| buttons(&server, controls)).flatten();
    let tools = server.tools.clone();
    // What verbs ask is a model, which only runs pay for.
    let is_tried = controls.may_try && server.enabled && server.kind != ServerKind::Agent;
    let trying = is_tried.then_some(controls.trying);
    view! {
        <Card title=name>
            <div class="tools__state">
                {tags}
                {health.map(|health| view! { <Health health=health /> })}
            </div>
            {purpose}
            {facts}
            {instructions}
            <ToolList tools=tools is_open=is_search trying=trying />
            {unused(&server.unused)}
            {buttons}
        </Card>
    }
    .into_any()
}

/// What the server lists and nobody can call.
fn unused(tools: &[UnusedTool]) -> Option<AnyView> {
    // Of many that are left out for one reason only their number is shown.
    let mut by_reason = BTreeMap::<&str, Vec<&str>>::new();
    for tool in tools {
        by_reason.entry(&tool.reason).or_default().push(&tool.name);
    }
    let rows = by_reason.into_iter().flat_map(|(reason, names)| {
        let many = names.len() > MOST_NAMED;
        let count = format!("{} tools", names.len());
        let shown = if many { vec![count] } else { names.into_iter().map(str::to_owned).collect() };
        let words = format!(" {} available. {reason}", if many { "aren't" } else { "isn't" });
        shown
            .into_iter()
            .map(move |name| view! { <li dir="auto"><b>{name}</b> {words.clone()}</li> })
    });
    let rows = rows.collect_view();
    let list = || view! { <ul class="tools__unused">{rows}</ul> }.into_any();
    (!tools.is_empty()).then(list)
}

fn tags(server: &ServerView) -> AnyView {
    let tone = match server.kind {
        ServerKind::Sample => Tone::Warning,
        ServerKind::Http
        | ServerKind::JsonRpc
        | ServerKind::OpenApi
        | ServerKind::Stdio
        | ServerKind::Agent => Tone::Neutral,
    };
    let kind = server.kind.label();
    let off = (!server.enabled).then(|| view! { <Tag tone=Tone::Warning>"Switched off"</Tag> });
    let lacks_sign_in = (server.enabled && server.lacks_sign_in())
        .then(|| view! { <Tag tone=Tone::Warning>"Needs a sign-in"</Tag> });
    let unknown = (server.enabled && server.health.is_none() && server.tools.is_empty())
        .then(|| view! { <Tag>"Not checked yet"</Tag> });
    view! {
        <Tag tone=tone>{kind}</Tag>
        {off}
        {lacks_sign_in}
        {unknown}
    }
    .into_any()
}

/// Whether a server answered when it was last asked.
#[component]
fn Health(health: ServerHealth) -> impl IntoView {
    let at = health.checked_at;
    let state = match &health.error {
        None => view! { <Tag tone=Tone::Good icon=Icon::CircleCheck>"Connected"</Tag> }.into_any(),
        Some(_) => {
            view! { <Tag tone=Tone::Bad icon=Icon::CircleX>"Not responding"</Tag> }.into_any()
        }
    };
    let speaks = health.protocol.map(|revision| format!("MCP {revision}"));
    let took = health.latency_ms.map(|ms| format!("{ms} ms"));
    let details: Vec<String> = speaks.into_iter().chain(took).collect();
    let details = (!details.is_empty()).then(|| format!(" · {}", details.join(" · ")));
    let error = health.error.map(|words| {
        view! { <p class="tools__error" dir="auto">{words}</p> }
    });
    view! {
        {state}
        <span class="muted small">"Checked " <RelativeTime at=at /> {details}</span>
        {error}
    }
    .into_any()
}

/// How a server is reached, what is sent along, and how its tools are called else.
fn facts(server: &ServerView) -> Option<AnyView> {
    let row = |name: &'static str, value: AnyView| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd class="tools__fact" dir="auto">{value}</dd>
            </div>
        }
        .into_any()
    };
    let mut rows = vec![];
    if let Some(url) = server.url.clone() {
        rows.push(row("URL", url.into_any()));
    }
    if let Some(document) = server.document.clone() {
        rows.push(row("Document", document.into_any()));
    }
    if let Some(given) = server.authorization.clone() {
        let by = given.connected_by.map(|name| format!(" by {name}"));
        let at = given.connected_at;
        let words = view! { "Connected" {by} " " <RelativeTime at=at /> };
        rows.push(row("OAuth", words.into_any()));
    }
    if !server.headers.is_empty() {
        let sent = server.headers.iter().map(|header| {
            let words = format!("{} from {}", header.name, header.secret);
            view! { <Tag icon=Icon::Lock>{words}</Tag> " " }
        });
        rows.push(row("Headers", sent.collect_view().into_any()));
    }
    if !server.aliases.is_empty() {
        let names = server.aliases.iter().map(|(name, alias)| {
            let words = format!("{}.{name} → {}", server.name, alias.tool);
            view! { <div>{words}</div> }
        });
        rows.push(row("Aliases", names.collect_view().into_any()));
    }
    if !server.allowed.is_empty() {
        rows.push(row("Only these tools", server.allowed.join(", ").into_any()));
    }
    if server.calls_per_minute > 0 {
        rows.push(row("Calls per minute", server.calls_per_minute.into_any()));
    }
    (!rows.is_empty()).then(|| view! { <dl class="facts">{rows}</dl> }.into_any())
}

/// What admins do with a server; samples and agent verbs are as they are.
fn buttons(server: &ServerView, controls: Controls) -> Option<AnyView> {
    let of = format!(" {}", server.name);
    let is_checkable = server.enabled && (server.id.is_some() || server.operator.is_some());
    let check = is_checkable.then(|| {
        let (name, reload) = (server.name.clone(), controls.reload);
        let done = move |()| {
            reload.try_run(());
        };
        view! {
            <ActionButton
                verb="Check now"
                of=of.clone()
                icon=Icon::RefreshCw
                send=move || check_tool_server(name.clone())
                done=done
            />
        }
    });
    let signs_in = server.auth.method == AuthMethod::SignIn;
    let connect = server.id.filter(|_| server.enabled && signs_in).map(|id| {
        let (verb, look) = if server.lacks_sign_in() {
            ("Connect", ButtonLook::Primary)
        } else {
            ("Connect again", ButtonLook::default())
        };
        view! {
            <ActionButton
                verb=verb
                of=of.clone()
                look=look
                send=move || connect_tool_server(id)
                done=move |address: String| open_anew(&address)
            />
        }
    });
    let own = server.id.map(|id| {
        let known = server.clone();
        let change = move |()| controls.editing.begin(Some(known.clone()));
        view! {
            <RowButton verb="Edit" of=of.clone() on_press=change />
            <RowButton
                verb="Delete"
                of=of
                look=ButtonLook::Ghost
                on_press=move |()| controls.doomed.set(Some(id))
            />
        }
    });
    (check.is_some() || own.is_some()).then(|| {
        view! { <footer class="settings__actions settings__foot">{connect} {check} {own}</footer> }.into_any()
    })
}
