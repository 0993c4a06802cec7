//! A workflow at the size of a stamp: one tile a step, columns in the order of the flow.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Rect},
    graph::{Course, course, lies_in, loop_of},
    nodes::NodeKind,
    workflow::{Node, Workflow},
};

use crate::view::kind_icon;

const TILE: f64 = 36.0;
const COLUMN: f64 = 62.0;
const ROW: f64 = 50.0;
const MARGIN: f64 = 8.0;

/// Where a step's tile is.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    kind: String,
    at: Point,
}

/// The tiles by node id, inside a box that begins at the origin.
#[derive(Debug, Clone, PartialEq)]
struct Sheet {
    spots: BTreeMap<String, Spot>,
    width: f64,
    height: f64,
}

/// How many lines there are on the longest path to each node. In a circle they are counted as far as
/// there are nodes.
pub fn longest_paths<K: Ord + Copy>(
    nodes: impl Iterator<Item = K>,
    lines: &[(K, K)],
) -> BTreeMap<K, usize> {
    let mut ranks: BTreeMap<K, usize> = nodes.map(|node| (node, 0)).collect();
    let most = ranks.len();
    // As many rounds as there are nodes settle every acyclic flow.
    for _ in 0..most {
        let mut moved = false;
        for (from, to) in lines {
            let Some(next) = ranks.get(from).map(|rank| (rank + 1).min(most)) else { continue };
            if let Some(rank) = ranks.get_mut(to).filter(|rank| **rank < next) {
                (*rank, moved) = (next, true);
            }
        }
        if !moved {
            break;
        }
    }
    ranks
}

/// How many steps come before each node on the longest way to it. What follows a loop comes after
/// all that lies in the loop, so that the loop's frame is around nothing else.
fn ranks(workflow: &Workflow) -> BTreeMap<&str, usize> {
    let onward = workflow.edges.iter().filter(|edge| course(workflow, edge) != Course::Result);
    let onward = onward.map(|edge| (edge.source.as_str(), edge.target.as_str()));
    let lines: Vec<_> = onward.chain(after_loops(workflow)).collect();
    longest_paths(workflow.nodes.iter().map(|node| node.id.as_str()), &lines)
}

/// For each edge from a loop on, a pair of each node in the loop with the node after it.
fn after_loops(workflow: &Workflow) -> Vec<(&str, &str)> {
    let leaving = workflow.edges.iter().filter(|edge| course(workflow, edge) == Course::Plain);
    let pairs = leaving.flat_map(|edge| {
        let held =
            workflow.nodes.iter().filter(move |node| lies_in(workflow, &node.id, &edge.source));
        held.map(move |node| (node.id.as_str(), edge.target.as_str()))
    });
    pairs.collect()
}

#[expect(clippy::cast_precision_loss, reason = "a workflow has at most a hundred nodes")]
fn sheet(workflow: &Workflow) -> Sheet {
    let ranks = ranks(workflow);
    let mut columns = BTreeMap::<usize, Vec<_>>::new();
    // A frame is no step, and its area would hide them here.
    for node in workflow.nodes.iter().filter(|node| node.kind() != NodeKind::Frame) {
        let rank = ranks.get(node.id.as_str()).copied().unwrap_or_default();
        columns.entry(rank).or_default().push(node);
    }
    let tallest = columns.values().map(Vec::len).max().unwrap_or(1).max(1) as f64;
    let mut spots = BTreeMap::new();
    for (column, nodes) in columns.values_mut().enumerate() {
        nodes.sort_by(|a, b| a.position.y.total_cmp(&b.position.y));
        let above = (tallest - nodes.len() as f64) / 2.0 * ROW;
        for (row, node) in nodes.iter().enumerate() {
            let at = Point::new(MARGIN + column as f64 * COLUMN, MARGIN + above + row as f64 * ROW);
            let kind = node.data.config.key().to_owned();
            spots.insert(node.id.to_string(), Spot { kind, at });
        }
    }
    let wide = columns.len().max(1) as f64;
    let length = |count: f64, step: f64| (count - 1.0) * step + TILE + 2.0 * MARGIN;
    Sheet { spots, width: length(wide, COLUMN), height: length(tallest, ROW) }
}

/// The line between two tiles: from side to side, or below the tiles when it leads back.
fn line(sheet: &Sheet, source: &str, target: &str) -> Option<String> {
    let (from, to) = (sheet.spots.get(source)?.at, sheet.spots.get(target)?.at);
    let from = from + Point::new(TILE, TILE / 2.0);
    let to = to + Point::new(0.0, TILE / 2.0);
    let (Point { x: a, y: b }, Point { x: c, y: d }) = (from, to);
    if c > a {
        let middle = (a + c) / 2.0;
        return Some(format!("M{a} {b}C{middle} {b} {middle} {d} {c} {d}"));
    }
    let (floor, out, back, middle) = (b.max(d) + TILE, a + TILE, c - TILE, (a + c) / 2.0);
    Some(format!("M{a} {b}C{out} {b} {out} {floor} {middle} {floor}S{back} {d} {c} {d}"))
}

/// A frame around each loop and what lies directly in it.
fn frames(workflow: &Workflow, sheet: &Sheet) -> Vec<Rect> {
    let tile = |spot: &Spot| Rect::new(spot.at.x - 6.0, spot.at.y - 6.0, TILE + 12.0, TILE + 12.0);
    let frame = |owner: &Node| {
        let held = workflow.nodes.iter().filter(|n| loop_of(workflow, &n.id) == Some(&owner.id));
        let held: Vec<Rect> =
            held.filter_map(|node| sheet.spots.get(node.id.as_str())).map(tile).collect();
        let own = sheet.spots.get(owner.id.as_str()).filter(|_| !held.is_empty())?;
        Rect::bounding_box(held.into_iter().chain([tile(own)]))
    };
    workflow.nodes.iter().filter_map(frame).collect()
}

/// A small picture of a workflow; decorative, the words beside it say what it is.
#[component]
pub fn Miniature(
    /// What to draw.
    workflow: Workflow,
    /// What became of nodes, by their ids: a sign and the value of `data-mark`.
    #[prop(optional)]
    marks: BTreeMap<String, (&'static str, &'static str)>,
) -> impl IntoView {
    let sheet = sheet(&workflow);
    let frames = frames(&workflow, &sheet).into_iter().map(|frame| {
        let (at, size) = (frame.origin, frame.size);
        view! {
            <rect
                class="miniature__frame"
                x=at.x
                y=at.y
                width=size.width
                height=size.height
                rx="14"
            />
        }
    });
    let drawn = workflow.edges.iter().filter(|edge| course(&workflow, edge) != Course::Result);
    let lines = drawn.filter_map(|edge| {
        line(&sheet, edge.source.as_str(), edge.target.as_str())
            .map(|d| view! { <path class="miniature__edge" d=d /> })
    });
    let lines = lines.collect_view();
    let tiles = sheet.spots.iter().map(|(id, spot)| {
        let (sign, mark) = marks.get(id).copied().unzip();
        let sign = sign.map(|sign| {
            view! {
                <circle class="miniature__mark" cx=TILE cy="0" r="9" />
                <text class="miniature__sign" x=TILE y="4" text-anchor="middle">
                    {sign}
                </text>
            }
        });
        let place = format!("translate({} {})", spot.at.x, spot.at.y);
        view! {
            <g transform=place data-kind=spot.kind.clone() data-mark=mark>
                <rect class="miniature__tile" width=TILE height=TILE rx="11" />
                <path
                    class="miniature__icon"
                    transform="translate(9 9) scale(.75)"
                    d=kind_icon(&spot.kind).path()
                />
                {sign}
            </g>
        }
    });
    view! {
        <svg
            class="miniature"
            viewBox=format!("0 0 {} {}", sheet.width, sheet.height)
            style:--w=format!("{}px", sheet.width)
            aria-hidden="true"
            focusable="false"
        >
            {frames.collect_view()}
            {lines}
            {tiles.collect_view()}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    fn workflow(nodes: &[&str], edges: &[(&str, &str)]) -> Workflow {
        let node = |id: &&str| json!({ "id": id, "type": "merge", "position": { "x": 0, "y": 0 }, "data": {} });
        let edge = |(at, (source, target)): (usize, &(&str, &str))| -> Value {
            json!({ "id": format!("e{at}"), "source": source, "target": target })
        };
        serde_json::from_value(json!({
            "nodes": nodes.iter().map(node).collect::<Vec<_>>(),
            "edges": edges.iter().enumerate().map(edge).collect::<Vec<_>>(),
        }))
        .unwrap()
    }

    #[test]
    fn lanes_lie_beside_each_other_and_meet_again() {
        let flow =
            workflow(&["a", "b", "c", "d"], &[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]);

        let sheet = sheet(&flow);

        let at = |id: &str| sheet.spots[id].at;
        assert_eq!(at("b").x, at("c").x);
        assert!(at("b").y < at("c").y);
        assert_eq!(at("a").y, at("d").y);
        assert!((sheet.width, sheet.height) == (176.0, 102.0), "{sheet:?}");
    }

    #[test]
    fn what_follows_a_loop_stands_beside_its_frame() {
        let edge = |id: &str, source: &str, port: &str, target: &str| json!({ "id": id, "source": source, "sourceHandle": port, "target": target });
        let node = |id: &str, kind: &str, inside: Option<&str>| {
            json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": {},
                    "parentId": inside })
        };
        let nodes =
            [("each", "for_each", None), ("write", "merge", Some("each")), ("end", "end", None)];
        let flow: Workflow = serde_json::from_value(json!({
            "nodes": nodes.map(|(id, kind, inside)| node(id, kind, inside)),
            "edges": [edge("a", "each", "item", "write"), edge("b", "each", "output", "end")],
        }))
        .unwrap();

        let sheet = sheet(&flow);

        let frame = frames(&flow, &sheet)[0];
        let end = sheet.spots["end"].at;
        assert!(frame.origin.x + frame.size.width < end.x, "{frame:?} {end:?}");
    }

    #[test]
    fn a_circle_is_still_drawn() {
        let flow = workflow(&["a", "b"], &[("a", "b"), ("b", "a")]);

        assert_eq!(sheet(&flow).spots.len(), 2);
    }
}
