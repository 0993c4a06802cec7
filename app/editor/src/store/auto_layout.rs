//! Automatic layout: by the server, or a simpler one here when the server does not answer.

use std::collections::BTreeSet;

use api::builder;
use leptos::{prelude::*, task::spawn_local};
use model::{
    canvas::{
        frame::{LaneCard, with_lane_cards, with_lane_nodes},
        geometry::{Point, Size},
        layout::layout,
    },
    connect::row,
    edit::Command,
    id::NodeId,
    pages::{Placed, TidyRequest},
    workflow::{self, Edge, Node, Position, Workflow},
};

use super::{canvas_model::CanvasModel, editor::Editor};

/// Lays out the selected cards, or all of them when fewer than two are selected.
pub fn tidy(editor: Editor) {
    let Editor { document, view, .. } = editor;
    if !document.editable.get_untracked() {
        return;
    }
    let canvas_model = view.canvas_model;
    let selection = view.selected_nodes();
    let selection: BTreeSet<NodeId> =
        selection.into_iter().map(|id| canvas_model.visible_card(id)).collect();
    let only: Vec<NodeId> =
        if selection.len() > 1 { selection.into_iter().collect() } else { vec![] };
    let sizes = canvas_model.with_cards(|cards| {
        let size = |size: Size| workflow::Size { width: size.width, height: size.height };
        cards.iter().map(|card| (card.id.clone(), size(card.rect.size))).collect::<Vec<_>>()
    });
    let (workflow, lanes) = document.workflow.with_untracked(|workflow| {
        let (shown, lanes) = with_lane_cards(workflow);
        let at = |id: &NodeId| canvas_model.rect(id).map(|card| card.origin);
        (with_lane_nodes(shown.into_owned(), &lanes, at), lanes)
    });
    spawn_local(async move {
        let request = TidyRequest { workflow: workflow.clone(), sizes, only: only.clone() };
        let placed = match builder::tidy(request).await {
            Ok(placed) => placed,
            Err(_) => layout_locally(canvas_model, &workflow, &only),
        };
        apply_layout(editor, placed, &workflow, &lanes, &only);
    });
}

/// Moves the nodes to where the layout of `asked`, which had `lanes` collapsed, puts them.
fn apply_layout(
    editor: Editor,
    placed: Vec<Placed>,
    asked: &Workflow,
    lanes: &[LaneCard],
    only: &[NodeId],
) {
    // The page may have been left, or the document changed, while the server was asked.
    let Some(now) = editor.document.workflow.try_get_untracked() else { return };
    let placed = expand_lane_moves(&now, placed, asked, lanes);
    let there = placed.iter().filter(|placed| now.node(&placed.id).is_some());
    let there: Vec<&Placed> = there.collect();
    let sizes = there
        .iter()
        .filter_map(|placed| Some(Command::Resize(placed.id.clone(), Some(placed.size?))));
    let moves = there.iter().map(|placed| (placed.id.clone(), placed.position)).collect();
    let steps = std::iter::once(Command::Move(moves)).chain(sizes).collect();
    if editor.run(Command::Many(steps), "tidy") && only.is_empty() {
        editor.view.viewport.fit(editor.view.canvas_model.bounds());
    }
    editor.notices.say("Tidied");
}

/// The layout made here: of the cards that lie in no frame or loop; others stay where they are.
fn layout_locally(canvas_model: CanvasModel, workflow: &Workflow, only: &[NodeId]) -> Vec<Placed> {
    let free = |id: &NodeId| {
        let node = workflow.node(id);
        (only.is_empty() || only.contains(id)) && node.is_some_and(|n| n.parent_id.is_none())
    };
    let cards: Vec<(NodeId, Size)> = canvas_model.with_cards(|cards| {
        let free = cards.iter().filter(|card| free(&card.id));
        free.map(|card| (card.id.clone(), card.rect.size)).collect()
    });
    let place = |id: &NodeId| cards.iter().position(|(own, _)| own == id);
    // An edge from a higher port leads to a higher card, so that lanes keep their order.
    let mut edges: Vec<&Edge> = workflow.edges.iter().collect();
    edges.sort_by_cached_key(|edge| row(workflow, edge));
    let links: Vec<(usize, usize)> = edges
        .iter()
        .filter_map(|edge| Some((place(&edge.source)?, place(&edge.target)?)))
        .collect();
    let sizes: Vec<Size> = cards.iter().map(|(_, size)| *size).collect();
    let corners = layout(&sizes, &links);
    let top_left = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        points.fold((f64::MAX, f64::MAX), |a, b| (a.0.min(b.0), a.1.min(b.1)))
    };
    let was =
        top_left(&mut cards.iter().filter_map(|(id, _)| {
            workflow.node(id).map(|node| (node.position.x, node.position.y))
        }));
    let now = top_left(&mut corners.iter().map(|at| (at.x, at.y)));
    let placed = |((id, _), at): (&(NodeId, Size), &Point)| Placed {
        id: id.clone(),
        position: Position { x: at.x - now.0 + was.0, y: at.y - now.1 + was.1 },
        size: None,
    };
    cards.iter().zip(&corners).map(placed).collect()
}

/// Replaces the move of a collapsed lane's card by equal moves of the nodes in the lane, except
/// those that lie in another frame than the card. `asked` is the workflow that was laid out, `now`
/// the present one.
fn expand_lane_moves(
    now: &Workflow,
    placed: Vec<Placed>,
    asked: &Workflow,
    lanes: &[LaneCard],
) -> Vec<Placed> {
    let own = |placed: Placed| {
        let lane = lanes.iter().find(|lane| lane.id == placed.id);
        let Some((lane, was)) = lane.zip(asked.node(&placed.id)) else { return vec![placed] };
        let by = Point::from(placed.position) - Point::from(was.position);
        let nodes = lane.nodes.iter().filter_map(|id| now.node(id));
        let moved = |node: &Node| Placed {
            id: node.id.clone(),
            position: (Point::from(node.position) + by).into(),
            size: None,
        };
        nodes.filter(|node| node.parent_id == was.parent_id).map(moved).collect()
    };
    placed.into_iter().flat_map(own).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_lane_holds_moves_with_its_card() {
        let node = |id: &str, kind: &str, x: i32, config: serde_json::Value| json!({ "id": id, "type": kind, "position": { "x": x, "y": 0 }, "data": { "config": config } });
        let workflow: Workflow = serde_json::from_value(json!({
            "nodes": [
                node("fork", "parallel", 0, json!({ "collapsed": ["lane_1"] })),
                node("a", "transform", 300, json!({})), node("b", "transform", 600, json!({})),
            ],
            "edges": [
                { "id": "1", "source": "fork", "sourceHandle": "lane_1", "target": "a" },
                { "id": "2", "source": "a", "target": "b" },
            ],
        }))
        .unwrap();
        let (shown, lanes) = with_lane_cards(&workflow);
        let asked = with_lane_nodes(shown.into_owned(), &lanes, |_| Some(Point::new(300.0, 0.0)));
        let place = |id: &str, x: f64, y: f64| Placed {
            id: id.into(),
            position: Position { x, y },
            size: None,
        };

        let found = vec![place("fork", 0.0, 0.0), place("fork/lane_1", 336.0, 16.0)];
        let placed = expand_lane_moves(&workflow, found, &asked, &lanes);

        let expected = [place("fork", 0.0, 0.0), place("a", 336.0, 16.0), place("b", 636.0, 16.0)];
        assert_eq!(placed, expected);
    }
}
