//! The selected node in full: what it made, from what, how often it tried, what happened.

mod attempts;
mod calls;
mod input;
mod output;
mod prompt;
pub mod question;
mod talk;

use diagram::kind_icon;
use frame::{activity::words::chip_of, comments::button::CommentsButton};
use leptos::prelude::*;
use model::{
    comment::subject::CommentSubject,
    execution::{
        failure::Failure,
        state::NodeStatus,
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::NodeKind,
};
use ui::{
    badge::StatusChip,
    button::IconButton,
    empty::EmptyState,
    format::pluralize,
    icon::{Glyph, Icon},
    tabs::{LiveTabPanel, Tab, Tabs},
};

use crate::{
    again::RunFromHere,
    dock::log::LogList,
    node_actions::NodeActions,
    relations::{ChildLinks, TakenOver},
    rounds::{count_begun, number_of, rounds_of},
    shown::trouble::fault_words,
    status::status_of,
    store::ExecutionStore,
};
use calls::Calls;
use prompt::Prompt;
use question::{NodeDecision, NodeQuestions};
use talk::AgentTalk;

pub use attempts::Attempts;
pub use input::Input;
pub use output::Output;

const TABS: [Tab; 5] = [
    Tab { key: "output", label: "Output" },
    Tab { key: "input", label: "Input" },
    Tab { key: "prompt", label: "Prompt" },
    Tab { key: "attempts", label: "Attempts" },
    Tab { key: "events", label: "Events" },
];

/// The tabs that only steps of some types have, behind their input.
fn own_tabs(kind: Option<NodeKind>) -> &'static [Tab] {
    const TALK: Tab = Tab { key: "talk", label: "Conversation" };
    const CALLS: Tab = Tab { key: "calls", label: "Calls" };
    if kind == Some(NodeKind::Agent) {
        &[TALK, CALLS]
    } else if kind == Some(NodeKind::Tool) {
        &[CALLS]
    } else {
        &[]
    }
}

/// The tabs of a step of this type.
fn tabs(kind: Option<NodeKind>) -> Vec<Tab> {
    let mut tabs = TABS.to_vec();
    tabs.splice(2..2, own_tabs(kind).iter().cloned());
    tabs
}

/// The panel beside the canvas; without a choice it follows the work.
#[component]
pub fn NodePanel(store: ExecutionStore) -> impl IntoView {
    let focus = store.focus();
    let node = store.node(focus.into());
    let shown = RwSignal::new("output");
    let id = Signal::derive(move || focus.get().unwrap_or_else(|| NodeId(String::new())));
    let kind = Memo::new(move |_| {
        node.with(|node| node.as_ref().map(|node| NodeKind::from_key(&node.kind)))
    });
    Effect::new(move || {
        if !tabs(kind.get()).iter().any(|tab| tab.key == shown.get_untracked()) {
            shown.set("output");
        }
    });
    let has = move |key: &'static str| own_tabs(kind.get()).iter().any(|tab| tab.key == key);
    let told = Memo::new(move |_| fault_words(&store.view.read(), &store.workflow.read()));
    let go_to_source = move |source: NodeId| {
        shown.set("output");
        store.go_to(Some(source));
    };
    view! {
        <aside class="monitor__panel" aria-label="Selected step" translate="no">
            <Show
                when=move || focus.get().is_some()
                fallback=|| {
                    view! {
                        <EmptyState
                            icon=Icon::MousePointer2
                            title="No step has run yet"
                            text="Select a step to see its output."
                        />
                    }
                }
            >
                <PanelHead store=store node=node />
                <RoundPicker store=store node=id />
                <NodeDecision store=store node=node />
                <NodeQuestions store=store node=node />
                <Failed node=node told=told />
                <StaleNote store=store node=id />
                <TakenOver store=store node=node />
                <ChildLinks store=store node=node />
                <NodeActions store=store node=node />
                <RunFromHere store=store node=id />
                {move || {
                    let tabs = tabs(kind.get());
                    view! { <Tabs id="node" label="About this step" tabs=tabs selected=shown /> }
                }}
                <LiveTabPanel id="node" key="output" selected=shown>
                    <Output store=store node=node />
                </LiveTabPanel>
                <LiveTabPanel id="node" key="input" selected=shown>
                    <Input store=store node=id on_source=go_to_source />
                </LiveTabPanel>
                <Show when=move || has("talk")>
                    <LiveTabPanel id="node" key="talk" selected=shown>
                        <AgentTalk store=store node=node />
                    </LiveTabPanel>
                </Show>
                <Show when=move || has("calls")>
                    <LiveTabPanel id="node" key="calls" selected=shown>
                        <Calls store=store node=node />
                    </LiveTabPanel>
                </Show>
                <LiveTabPanel id="node" key="prompt" selected=shown>
                    <Prompt store=store node=node />
                </LiveTabPanel>
                <LiveTabPanel id="node" key="attempts" selected=shown>
                    <Attempts store=store node=node />
                </LiveTabPanel>
                <LiveTabPanel id="node" key="events" selected=shown>
                    <LogList store=store of=Signal::derive(move || Some(id.get())) />
                </LiveTabPanel>
            </Show>
        </aside>
    }
}

#[component]
fn PanelHead(store: ExecutionStore, node: Memo<Option<NodeView>>) -> impl IntoView {
    let of_node = move |read: fn(&NodeView) -> String| {
        Memo::new(move |_| node.with(|node| node.as_ref().map(read).unwrap_or_default()))
    };
    let label = of_node(|node| node.label.clone());
    let kind = of_node(|node| node.kind.clone());
    let status = Signal::derive(move || {
        let execution = store.view.with(|view| view.status);
        let of_node = |node: &NodeView| status_of(node, execution);
        node.with(|node| node.as_ref().map_or_else(|| chip_of(execution), of_node))
    });
    let detail = Signal::derive(move || {
        let (done, all) = node.with(|node| node.as_ref().map(NodeView::items_done))?;
        (all > 1).then(|| format!("{done}/{all}"))
    });
    let icon = Signal::derive(move || kind_icon(&kind.get()));
    // What is said about a step is said about each of its rounds.
    let step = Memo::new(move |_| {
        let id = |node: &NodeView| NodeId(node.id.without_round().to_owned());
        node.with(|node| node.as_ref().map(id))
    });
    let comments = move || {
        step.get().map(|step| {
            let subject = CommentSubject::Execution { id: store.id(), node_id: Some(step) };
            view! { <CommentsButton subject=subject about=label /> }
        })
    };
    view! {
        <div class="panel-head" data-kind=move || kind.get()>
            <span class="panel-head__tile">
                <Glyph icon=icon size=18 />
            </span>
            <h2 class="panel-head__title">{move || label.get()}</h2>
            <StatusChip status=status detail=detail />
            {comments}
            <Show when=move || store.chosen.get().is_some()>
                <IconButton
                    icon=Icon::X
                    label="Follow the running step"
                    on_press=move |()| store.chosen.set(None)
                />
            </Show>
        </div>
    }
}

/// That the node was made from something that no longer counts.
#[component]
fn StaleNote(store: ExecutionStore, node: Signal<NodeId>) -> impl IntoView {
    let stale = store.stale();
    let is_stale = Memo::new(move |_| stale.with(|stale| stale.contains(&node.get())));
    view! {
        <Show when=move || is_stale.get()>
            <p class="panel-stale">
                <Glyph icon=Icon::RefreshCw size=16 />
                "Stale: an earlier step has a newer version."
            </p>
        </Show>
    }
}

/// Why the node failed.
#[component]
pub fn Failed(
    /// The node in the panel; nothing is shown where none of it failed.
    node: Memo<Option<NodeView>>,
    /// What the page says of a failure elsewhere; the same is not said again.
    #[prop(optional, into)]
    told: Signal<Option<String>>,
) -> impl IntoView {
    let failure = Memo::new(move |_| node.with(|node| what_failed(node.as_ref()?)));
    move || {
        failure.get().map(|(title, failure)| {
            let charged = failure.may_have_happened.then(|| {
                view! { <p class="small">"The call may have gone through and been charged."</p> }
            });
            let is_told = |told: &String| told.ends_with(&failure.message);
            let why = (!told.with(|told| told.as_ref().is_some_and(is_told))).then(|| {
                view! {
                    <p>{failure.message.clone()}</p>
                    <p>{failure.advice()}</p>
                }
            });
            view! {
                <div class="failure">
                    <Glyph icon=Icon::CircleX size=20 />
                    <div class="failure__words">
                        <p class="failure__title">{title}</p>
                        {why}
                        {charged}
                        <p class="failure__code">"Code " <code>{failure.code}</code></p>
                    </div>
                </div>
            }
        })
    }
}

/// What of a node failed, and why: all of it, or items that it had enough without.
fn what_failed(node: &NodeView) -> Option<(String, Failure)> {
    match node.status {
        NodeStatus::Failed => Some(("This step failed".to_owned(), node.failure.clone()?)),
        NodeStatus::Completed => {
            let first = node.failed_jobs().find_map(|job| job.failure.clone())?;
            let failed = node.failed_jobs().count() as u64;
            Some((pluralize(failed, "item failed", "items failed"), first))
        }
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview
        | NodeStatus::Skipped
        | NodeStatus::Cancelled => None,
    }
}

/// The rounds to choose from: the node of each, and the words of its entry.
fn choices(view: &ExecutionView, drawn: &str) -> Vec<(NodeId, String)> {
    let words = |node: &NodeView| {
        let state = status_of(node, view.status).word();
        (node.id.clone(), format!("Round {}: {}", number_of(&node.id), state.to_lowercase()))
    };
    rounds_of(view, drawn).map(words).collect()
}

/// Lets a person look at one round of a step that lies in a loop; nothing for other steps.
#[component]
pub fn RoundPicker(
    store: ExecutionStore,
    /// The step, in one round or as it was drawn.
    #[prop(into)]
    node: Signal<NodeId>,
) -> impl IntoView {
    let drawn = Memo::new(move |_| node.with(|id| NodeId(id.without_round().to_owned())));
    let all = Memo::new(move |_| store.view.with(|view| choices(view, drawn.read().as_str())));
    let begun = move || {
        let view = store.view.read();
        view.node(&drawn.read()).map_or(0, |node| count_begun(&view, node))
    };
    let chosen = move || node.with(|id| id.to_string());
    let options = move || {
        let option = |(id, words): (NodeId, String)| {
            let value = id.to_string();
            let selected = chosen() == value;
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        };
        all.get().into_iter().map(option).collect_view()
    };
    view! {
        <Show when=move || !all.read().is_empty()>
            <label class="round-picker">
                <span class="small subtle">"Showing"</span>
                <select
                    class="input"
                    prop:value=chosen
                    on:change=move |event| {
                        store.chosen.set(Some(NodeId(event_target_value(&event))));
                    }
                >
                    <option value=move || drawn.get().to_string()>
                        {move || format!("All rounds ({})", begun())}
                    </option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn one_round_can_be_chosen_by_its_number_and_state() {
        let choices = choices(&sample::looped(), "copy");

        let words: Vec<_> = choices.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["Round 1: completed", "Round 2: queued"]);
        assert_eq!(number_of(&"copy@outer[2]/inner[0]".into()), "3.1");
    }
}
