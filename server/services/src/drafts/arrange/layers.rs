//! Layers from left to right: which cards are beside each other by `dagre`, and how far apart by
//! their sizes and the names between them.

use std::collections::{BTreeMap, BTreeSet};

use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, RankDir,
    graph::{Graph, GraphOptions},
};
use model::{
    canvas::geometry::{Point, Size},
    workflow::Node,
};

const BETWEEN_CARDS: f64 = 40.0;
/// Between two layers, at least.
const BETWEEN_LAYERS: f64 = 96.0;
/// Between the names of ports that face each other.
const BETWEEN_NAMES: f64 = 8.0;
const GRID: f64 = 16.0;

/// Cards that are placed together; positions are relative to the upper left corner of their box.
#[derive(Default)]
pub(super) struct Block<'a> {
    /// Each card and where it begins.
    pub(super) cards: Vec<(&'a Node, Point)>,
    /// How large the box is.
    pub(super) size: Size,
    /// How far port names reach to the left; below 0 is outside of the box.
    pub(super) left: f64,
    /// How far port names reach to the right, from the left side of the box.
    pub(super) right: f64,
}

impl<'a> Block<'a> {
    /// Adds another block with its upper left corner at `corner`, and grows the box around it.
    pub(super) fn add(&mut self, block: Block<'a>, corner: Point) {
        let Size { width, height } = block.size;
        let (right, bottom) = (corner.x + width, corner.y + height);
        self.size = Size::new(self.size.width.max(right), self.size.height.max(bottom));
        self.left = self.left.min(corner.x + block.left);
        self.right = self.right.max(corner.x + block.right);
        self.cards.extend(block.cards.into_iter().map(|(card, at)| (card, corner + at)));
    }
}

/// The next multiple of the grid's step, in canvas units.
pub(super) fn round_up(along: f64) -> f64 {
    (along / GRID).ceil() * GRID
}

/// Blocks in layers, each to the right of all it follows. `links` are pairs of their keys, source
/// first, those that leave a block higher before the others.
pub(super) fn arrange_layers<'a>(
    blocks: BTreeMap<usize, Block<'a>>,
    links: &[(usize, usize)],
) -> Block<'a> {
    let mut graph =
        Graph::with_options(GraphOptions { directed: true, multigraph: false, compound: false });
    // Of equally good orders `dagre` keeps the one in which nodes are added.
    let order = depth_first_order(blocks.keys().copied(), links);
    for (key, block) in order.iter().filter_map(|key| Some((key, blocks.get(key)?))) {
        let Size { width, height } = block.size;
        graph.set_node(key.to_string(), Some(NodeLabel { width, height, ..NodeLabel::default() }));
    }
    for key in &order {
        for (source, target) in links.iter().filter(|(source, _)| source == key) {
            let (source, target) = (source.to_string(), target.to_string());
            graph.set_edge(source, target, Some(EdgeLabel::default()), None);
        }
    }
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: BETWEEN_CARDS,
        ranksep: BETWEEN_LAYERS,
        tie_keep_first: true,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));
    let mut layers = BTreeMap::<i32, Vec<(f64, Block<'a>)>>::new();
    for (key, block) in blocks {
        let Some(label) = graph.node(&key.to_string()) else { continue };
        let (Some(rank), Some(y)) = (label.rank, label.y) else { continue };
        layers.entry(rank).or_default().push((y - label.height / 2.0, block));
    }
    side_by_side(layers.into_values().collect())
}

/// The keys in depth-first order along the links, those that leave a block higher first. It starts
/// from keys that no link leads to; keys of a circle that nothing leads into come last.
fn depth_first_order(keys: impl Iterator<Item = usize>, links: &[(usize, usize)]) -> Vec<usize> {
    let (later, first): (Vec<usize>, Vec<usize>) =
        keys.partition(|key| links.iter().any(|(_, target)| target == key));
    let mut open: Vec<usize> = first.into_iter().chain(later).rev().collect();
    let (mut order, mut seen) = (vec![], BTreeSet::new());
    while let Some(key) = open.pop() {
        if seen.insert(key) {
            order.push(key);
            let next = links.iter().rev().filter(|(source, _)| *source == key);
            open.extend(next.map(|(_, target)| *target));
        }
    }
    order
}

/// Puts layers beside each other on the grid, each block at its `y`, as far apart as the names of
/// the ports between them need.
fn side_by_side(layers: Vec<Vec<(f64, Block<'_>)>>) -> Block<'_> {
    let top = layers.iter().flatten().map(|(y, _)| *y).fold(f64::INFINITY, f64::min);
    let mut all = Block::default();
    for layer in layers {
        let into = layer.iter().map(|(_, block)| -block.left).fold(0.0, f64::max);
        let names = all.right - all.size.width + into + BETWEEN_NAMES;
        let gap = names.max(BETWEEN_LAYERS);
        let x = if all.cards.is_empty() { 0.0 } else { round_up(all.size.width + gap) };
        for (y, block) in layer {
            all.add(block, Point::new(x, ((y - top) / GRID).round() * GRID));
        }
    }
    all
}
