//! The execution as a graph: states, texts, pictures and prices on the cards of its workflow.

use std::collections::{BTreeMap, BTreeSet};

use diagram::{
    Diagram,
    view::{DiagramEdge, DiagramNode, EdgeState},
    workflow::{diagram_edges, diagram_nodes},
};
use leptos::prelude::*;
use model::{
    execution::{
        state::{self, NodeStatus},
        view::{EdgeView, ExecutionView},
    },
    id::NodeId,
    nodes::NodeConfig,
    workflow::{Node, Workflow},
};
use web::client::focus::focus;

use crate::{
    reviews::{decision::heading_of, words},
    rounds::gather_rounds,
    shown::cards::{run_on_card, stand_still},
    store::ExecutionStore,
};

/// The ids of the nodes to keep in view: the one that failed, else those that work, else those that
/// wait; none when it is over and nothing failed.
fn nodes_at_work(view: &ExecutionView) -> Vec<String> {
    let of = |wanted: fn(NodeStatus) -> bool| -> Vec<String> {
        view.nodes
            .iter()
            .filter(|node| wanted(node.status))
            .map(|node| node.id.without_round().to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    if let Some(failed) = &view.failed_node {
        return vec![failed.without_round().to_owned()];
    }
    let working = of(|status| status == NodeStatus::Running);
    if view.ended_at.is_none() && working.is_empty() {
        of(|status| {
            matches!(status, NodeStatus::Ready | NodeStatus::Waiting | NodeStatus::AwaitingReview)
        })
    } else {
        working
    }
}

/// Who decides at each review.
fn reviewers(workflow: &Workflow) -> BTreeMap<NodeId, String> {
    let of_review = |node: &Node| {
        let NodeConfig::Review(config) = &node.data.config else { return None };
        Some((node.id.clone(), words::who(&config.assignment())))
    };
    workflow.nodes.iter().filter_map(of_review).collect()
}

/// The canvas of the monitor.
#[component]
pub fn Graph(store: ExecutionStore) -> impl IntoView {
    let who = store.page.with_value(|page| reviewers(&page.workflow));
    let (nodes, edges, label) = store.page.with_value(|page| {
        let label = format!("Steps of {}", page.name);
        (diagram_nodes(&page.workflow), diagram_edges(&page.workflow), label)
    });
    let stale = store.stale();
    let nodes = Memo::new(move |_| {
        let (view, past) = (store.view.read(), store.shown_at.get());
        let workflow = store.workflow.read();
        let texts = store.written_texts();
        let ahead = store.ahead.get().unwrap_or(0);
        let run = |node: &DiagramNode| {
            let known = view.nodes.get(&node.id);
            let run = known.map(|known| {
                let all = gather_rounds(&view, known);
                let mut run = run_on_card(&workflow, &view, known, &all, &texts, ahead);
                if let Some(moment) = past {
                    stand_still(&mut run, &all, moment);
                }
                run.stale = stale.with(|stale| stale.contains(&known.id));
                if let (Some(_), Some(note)) = (&all.review, &mut run.note) {
                    note.extend(who.get(&known.id).map(|who| format!(" · {who}")));
                }
                run
            });
            DiagramNode { run, ..node.clone() }
        };
        nodes.iter().map(run).collect::<Vec<_>>()
    });
    let edges = Memo::new(move |_| {
        let view = store.view.read();
        let drawn =
            |edge: &DiagramEdge| DiagramEdge { state: edge_state(edge, &view), ..edge.clone() };
        edges.iter().map(drawn).collect::<Vec<_>>()
    });
    let selected =
        Signal::derive(move || store.chosen.get().map(|id| id.without_round().to_owned()));
    let led_to = Signal::derive(move || store.led_to.get().map(|id| id.without_round().to_owned()));
    let choose = move |id: String| {
        let id = NodeId(id);
        let asks = store.view.with_untracked(|view| {
            gather_rounds(view, view.node(&id)?).review.as_ref().map(|review| review.id)
        });
        store.chosen.set(Some(id));
        if let Some(review) = asks {
            request_animation_frame(move || focus(&heading_of(review)));
        }
    };
    let follow = Signal::derive(move || store.view.with(nodes_at_work));
    view! {
        <div class="monitor__canvas" translate="no">
            <Diagram
                label=label
                nodes=nodes
                edges=edges
                selected=selected
                led_to=led_to
                on_select=choose
                follow=follow
            />
        </div>
    }
}

/// How an edge is drawn.
pub fn edge_state(edge: &DiagramEdge, view: &ExecutionView) -> EdgeState {
    // An edge in a loop has been taken when it was in any round.
    let known = view.edges.get(&edge.id).into_iter().chain(view.edges.runs_of(&edge.id));
    let urgency = |known: &&EdgeView| match known.state {
        state::EdgeState::Live => 0,
        state::EdgeState::Dead => 1,
        state::EdgeState::Pending => 2,
    };
    let settled = known.min_by_key(urgency);
    let into = |status| view.nodes.get(&edge.target).is_some_and(|node| node.status == status);
    match settled.map(|known| known.state) {
        Some(state::EdgeState::Dead) => EdgeState::NotTaken,
        Some(state::EdgeState::Live) if into(NodeStatus::Running) => EdgeState::Active,
        Some(state::EdgeState::Live) => EdgeState::Done,
        None if gives_back(edge, view) => EdgeState::Done,
        Some(state::EdgeState::Pending) | None => EdgeState::Idle,
    }
}

/// Whether it leads a result back to the loop around it; nothing is told of such edges.
fn gives_back(edge: &DiagramEdge, view: &ExecutionView) -> bool {
    view.nodes
        .get(&edge.source)
        .filter(|node| node.status == NodeStatus::Completed)
        .and_then(|node| node.inside.as_ref())
        .is_some_and(|owner| owner.without_round() == edge.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_view_follows_what_works_and_stays_at_what_failed() {
        assert_eq!(nodes_at_work(&sample::running().view), ["copy", "image"]);
        assert_eq!(nodes_at_work(&sample::failed().view), ["image"]);
        assert!(nodes_at_work(&sample::completed().view).is_empty());
    }
}

#[cfg(test)]
mod edges_tests {
    use diagram::workflow::diagram_edges;

    use super::*;
    use crate::sample;

    #[test]
    fn edges_flow_into_what_runs_and_stay_when_done() {
        let page = sample::running();
        let edges = diagram_edges(&page.workflow);

        let states: Vec<_> = edges.iter().map(|edge| edge_state(edge, &page.view)).collect();

        assert_eq!(
            states,
            [EdgeState::Active, EdgeState::Active, EdgeState::Idle, EdgeState::Idle]
        );
    }
}
