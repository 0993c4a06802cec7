//! Decisions in the monitor: the bar that asks for them, and the panel of the step that waits.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    execution::{
        state::Action,
        view::{ExecutionView, NodeView},
    },
    id::{NodeId, ReviewId, UserId},
    pages::ReviewCard,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    format::pluralize,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::client::focus::focus;

use super::store::ExecutionStore;
use crate::reviews::{
    decision::{DecisionPanel, heading_of},
    words,
};

/// What the bar says, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ask {
    words: String,
    verb: &'static str,
    node: NodeId,
    review: ReviewId,
}

/// The bar of an execution in which decisions are waited for; those of the person come first.
fn ask(view: &ExecutionView, cards: &[ReviewCard], person: Option<UserId>) -> Option<Ask> {
    let open: Vec<(&NodeView, ReviewId)> =
        view.nodes.iter().filter_map(|node| Some((node, node.review.as_ref()?.id))).collect();
    let own = |(_, id): &&(&NodeView, ReviewId)| {
        let card = cards.iter().find(|card| card.id == *id);
        card.zip(person).is_some_and(|(card, person)| words::why_not(card, person).is_none())
    };
    let mine: Vec<_> = open.iter().filter(own).collect();
    // Whose the others are is known once they are loaded.
    let is_known = |(_, id): &(&NodeView, ReviewId)| cards.iter().any(|card| card.id == *id);
    if mine.is_empty() && !open.iter().all(is_known) {
        return None;
    }
    let (node, review) = *mine.first().copied().or(open.first())?;
    let (words, verb) = match mine.len() {
        0 => {
            let waiting = pluralize(open.len() as u64, "review is", "reviews are");
            (format!("{waiting} waiting for others"), "View")
        }
        1 => ("Your review is needed".to_owned(), "Review"),
        several => (format!("{several} reviews are waiting for you"), "Review"),
    };
    Some(Ask { words, verb, node: node.id.clone(), review })
}

/// Says that a decision is waited for, and leads to it.
#[component]
pub fn DecisionBar(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let person = use_session().map(|session| session.read(|view| view.user_id));
    let asked = Memo::new(move |_| {
        // What waited then need not wait now.
        let present = store.shown_at.read().is_none();
        let ask = || store.view.with(|view| store.reviews.with(|cards| ask(view, cards, person)));
        present.then(ask).flatten()
    });
    let bar = move || {
        asked.get().map(|Ask { words, verb, node, review }| {
            let go = move |()| {
                store.chosen.set(Some(node.clone()));
                request_animation_frame(move || focus(&heading_of(review)));
            };
            view! {
                <div class="monitor__trouble" data-state="awaiting_review">
                    <Glyph icon=Icon::UserCheck size=18 />
                    <p translate="no">{words}</p>
                    <Button
                        size=ButtonSize::Small
                        look=ButtonLook::Primary
                        icon=Icon::ArrowRight
                        on_press=go
                    >
                        {verb}
                    </Button>
                </div>
            }
        })
    };
    view! { <div role="status">{bar}</div> }
}

/// Which version of a step's outputs counts since, when a person chose another one.
fn used_since(node: &NodeView) -> Option<String> {
    let restored = node.artifacts.iter().find_map(|artifact| artifact.restored.as_ref())?;
    Some(format!("{} has restored version {} since.", restored.by.name, restored.version))
}

/// What those said who approved before the last one, in the decision that was taken last.
fn earlier_comments(store: ExecutionStore, node: Memo<Option<NodeView>>) -> Vec<String> {
    let id = node.with(|node| node.as_ref().map(|node| node.id.clone()));
    let is_last = |card: &&ReviewCard| card.end.is_some() && Some(&card.node_id) == id.as_ref();
    store.reviews.with(|cards| {
        let card = cards.iter().rfind(is_last);
        card.map(|card| words::approval_comments(&card.approvals)).unwrap_or_default()
    })
}

/// Why nobody can ask for changes in what the step shows.
fn no_changes(store: ExecutionStore, node: Memo<Option<NodeView>>) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let (view, workflow) = (store.view.read(), store.workflow.read());
        let why_not = |node: &NodeView| view.why_not_to(node, &workflow, Action::AskForChanges);
        node.with(|node| node.as_ref().and_then(why_not)).map(str::to_owned)
    })
}

/// The decision that the step waits for, or the last one that was taken on it.
#[component]
pub fn NodeDecision(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The step in the panel, with its decision or review.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let find = move |id: ReviewId| {
        store.reviews.with(|cards| cards.iter().find(|card| card.id == id).cloned())
    };
    let open = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref()?.review.as_ref().map(|review| review.id))?;
        let id = store.shown_at.read().is_none().then_some(id)?;
        find(id).map(|card| card.id)
    });
    let stale = store.stale();
    let outdated = Signal::derive(move || {
        let is_stale = |node: &NodeView| stale.with(|stale| stale.contains(&node.id));
        node.with(|node| node.as_ref().is_some_and(is_stale))
    });
    let no_changes = no_changes(store, node);
    let panel = move || {
        let id = open.get()?;
        let first = untrack(|| find(id))?;
        let card = Signal::derive(move || {
            let known = find(id).unwrap_or_else(|| first.clone());
            ReviewCard { no_changes: no_changes.get(), ..known }
        });
        Some(view! {
            // Who has begun to decide stays with this step, whatever happens elsewhere.
            <div on:focusin=move |_| store.stay_at(node)>
                <DecisionPanel
                    card=card
                    on_change=move |()| store.fetch()
                    drafts=store.drafts
                    outdated=outdated
                />
            </div>
        })
    };
    let decided = Memo::new(move |_| {
        let shown = |node: &NodeView| node.decided.clone().filter(|_| node.review.is_none());
        node.with(|node| node.as_ref().and_then(shown))
    });
    let replaced = Memo::new(move |_| node.with(|node| node.as_ref().and_then(used_since)));
    let past = move || {
        decided.get().map(|was| {
            let said = earlier_comments(store, node).into_iter().chain(was.reason.clone());
            let said = said.map(|words| view! { <p class="decided__said" dir="auto">{words}</p> });
            let said = said.collect_view();
            let since = replaced
                .get()
                .map(|words| view! { <p class="decided__said" data-since="">{words}</p> });
            view! {
                <div class="decided" data-verdict=was.verdict.as_str() data-testid="decided">
                    <Glyph icon=Icon::UserCheck size=18 />
                    <div>
                        <p>
                            <b>{words::decision(&was)}</b>
                            " "
                            <span class="small muted">
                                <RelativeTime at=was.at />
                            </span>
                        </p>
                        {said}
                        {since}
                    </div>
                </div>
            }
        })
    };
    view! {
        {panel}
        {past}
    }
}
