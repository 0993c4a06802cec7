//! A server of tools: whether it answers, how it is reached, and what it offers.

use api::tools::check_tool_server;
use frame::action::ActionButton;
use leptos::prelude::*;
use model::mcp::server::{ServerHealth, ServerKind, ServerView, UnusedTool};
use ui::{
    badge::{Tag, Tone},
    button::{ButtonLook, RowButton},
    card::Card,
    icon::Icon,
    relative_time::RelativeTime,
};

use super::{controls::Controls, tool_list::ToolList};

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
        ServerKind::Http | ServerKind::JsonRpc | ServerKind::Stdio => return None,
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
    view! {
        <Card title=name>
            <div class="tools__state">
                {tags}
                {health.map(|health| view! { <Health health=health /> })}
            </div>
            {purpose}
            {facts}
            {instructions}
            <ToolList tools=tools is_open=is_search />
            {unused(&server.unused)}
            {buttons}
        </Card>
    }
    .into_any()
}

/// What the server lists and nobody can call.
fn unused(tools: &[UnusedTool]) -> Option<AnyView> {
    let rows = tools.iter().map(|tool| {
        let words = format!(" isn't available. {}", tool.reason);
        view! { <li dir="auto"><b>{tool.name.clone()}</b> {words}</li> }
    });
    let rows = rows.collect_view();
    let list = || view! { <ul class="tools__unused">{rows}</ul> }.into_any();
    (!tools.is_empty()).then(list)
}

fn tags(server: &ServerView) -> AnyView {
    let tone = match server.kind {
        ServerKind::Sample => Tone::Warning,
        ServerKind::Http | ServerKind::JsonRpc | ServerKind::Stdio | ServerKind::Agent => {
            Tone::Neutral
        }
    };
    let kind = server.kind.label();
    let off = (!server.enabled).then(|| view! { <Tag tone=Tone::Warning>"Switched off"</Tag> });
    let unknown = (server.enabled && server.health.is_none() && server.tools.is_empty())
        .then(|| view! { <Tag>"Not checked yet"</Tag> });
    view! {
        <Tag tone=tone>{kind}</Tag>
        {off}
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
        view! { <footer class="settings__actions settings__foot">{check} {own}</footer> }.into_any()
    })
}
