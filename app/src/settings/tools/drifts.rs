//! Tools that are no longer as workflows have pinned them: what has changed, and the way to accept it.

use api::tools::accept_tool_drift;
use frame::sending::Sending;
use leptos::prelude::*;
use model::mcp::{drift::ToolDrift, page::DriftAcceptance, tool::ToolDefinition};
use ui::{
    button::RowButton,
    card::Card,
    failure::FormError,
    toast::{ToastKind, use_toasts},
};

use super::{controls::Controls, tool_list::Definition};

/// All changes that nobody has accepted; nothing where there are none.
#[component]
pub(super) fn Drifts(drifts: Vec<ToolDrift>, controls: Controls) -> impl IntoView {
    if drifts.is_empty() {
        return ().into_any();
    }
    let rows = drifts.into_iter().map(|drift| view! { <Drift drift=drift controls=controls /> });
    let rows = rows.collect_view();
    view! {
        <Card title="Changed tools">
            <p class="muted">
                "These tools changed since your workflows pinned them. Steps don't call them until an admin accepts the change."
            </p>
            <ul class="tools__drifts" data-testid="drifts">{rows}</ul>
        </Card>
    }
    .into_any()
}

#[component]
fn Drift(drift: ToolDrift, controls: Controls) -> impl IntoView {
    let changes = drift.changes.iter().map(|change| {
        view! { <li dir="auto">{change.clone()}</li> }
    });
    let changes = changes.collect_view();
    let concerned = match drift.workflows.as_slice() {
        [] => "Pinned only by runs, not by a published workflow.".to_owned(),
        names => format!("Pinned by {}.", names.join(", ")),
    };
    let both = both(drift.pinned.as_ref(), drift.now.as_ref());
    let tool = drift.tool.clone();
    let accept = acceptance(&drift).filter(|_| controls.may_manage).map(|accepted| {
        view! { <Accept accepted=accepted reload=controls.reload /> }
    });
    view! {
        <li class="tools__drift">
            <h3><code class="tools__key">{tool}</code></h3>
            <ul class="tools__changes">{changes}</ul>
            <p class="muted small" dir="auto">{concerned}</p>
            {both}
            {accept}
        </li>
    }
    .into_any()
}

/// What is accepted; none where the server has the tool no longer.
fn acceptance(drift: &ToolDrift) -> Option<DriftAcceptance> {
    Some(DriftAcceptance {
        tool: drift.tool.clone(),
        pinned_hash: drift.pinned_hash.clone(),
        now_hash: drift.now_hash.clone()?,
    })
}

/// What was pinned and what the tool is now, below each other.
fn both(pinned: Option<&ToolDefinition>, now: Option<&ToolDefinition>) -> AnyView {
    let part = |title: &'static str, definition: Option<&ToolDefinition>| {
        definition.cloned().map(|definition| {
            view! {
                <p class="tools__schema-title">{title}</p>
                <Definition definition=definition />
            }
        })
    };
    view! {
        <details class="tools__more">
            <summary>"Compare definitions"</summary>
            {part("Pinned", pinned)}
            {part("Now", now)}
        </details>
    }
    .into_any()
}

#[component]
fn Accept(accepted: DriftAcceptance, reload: Callback<()>) -> impl IntoView {
    let (sending, toasts) = (Sending::default(), use_toasts());
    let of = format!(" {}", accepted.tool);
    let accept = move |()| {
        sending.send(accept_tool_drift(accepted.clone()), move |()| {
            toasts.show(ToastKind::Done, "Accepted. Retry the steps that stopped.");
            reload.try_run(());
        });
    };
    view! {
        <FormError error=sending.problem />
        <RowButton verb="Accept" of=of busy=sending.busy on_press=accept />
    }
    .into_any()
}
