//! The lanes of forks among other cards: one below the other and placed as one, so that they keep
//! their order and nothing else gets between them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    iter::once,
    ptr,
};

use model::{
    canvas::{
        frame::band,
        geometry::{Point, Rect, Size},
    },
    graph::{Lane, Nodes, enclosing},
    id::NodeId,
    workflow::Node,
};

use super::{
    Sheet, Wire,
    layers::{Block, arrange_layers, round_up},
};

/// Between the bands of two lanes.
const BETWEEN_BANDS: f64 = 16.0;

/// A fork whose lanes are placed as one.
struct Stack<'f> {
    /// The first of its cards.
    head: usize,
    fork: &'f [Lane],
    /// The cards in each of its lanes, from the top.
    lanes: Vec<Vec<usize>>,
}

impl<'a> Sheet<'a> {
    /// Arranges cards in layers; the lanes of each fork form one stack among them.
    pub(super) fn block(&self, cards: &[&'a Node], forks: &[&[Lane]]) -> Block<'a> {
        let links = self.links(cards);
        let (heads, stacks) = self.stacks(cards, &links, forks);
        let singles = cards.iter().enumerate().filter(|(place, _)| heads[*place] == *place);
        let mut blocks: BTreeMap<usize, Block<'a>> =
            singles.map(|(place, card)| (place, self.single(card))).collect();
        for Stack { head, fork, lanes } in stacks {
            let others: Vec<&[Lane]> =
                forks.iter().copied().filter(|other| !ptr::eq(*other, fork)).collect();
            let lane = |lane: &Vec<usize>| {
                let cards: Vec<&Node> = lane.iter().map(|place| cards[*place]).collect();
                self.block(&cards, &others)
            };
            blocks.insert(head, stack_lanes(lanes.iter().map(lane)));
        }
        let links = links.iter().map(|(source, target)| (heads[*source], heads[*target]));
        let links: Vec<(usize, usize)> =
            links.filter(|(source, target)| source != target).collect();
        arrange_layers(blocks, &links)
    }

    fn single(&self, card: &'a Node) -> Block<'a> {
        let drawn = self.bounds(card);
        let (left, right) = self.span(card);
        let from = drawn.origin.x;
        let cards = vec![(card, Point::default())];
        Block { cards, size: drawn.size, left: left - from, right: right - from }
    }

    /// Which cards follow which, by their places among the cards, those that leave a card higher
    /// first: an edge into or out of something inside a card is the card's.
    fn links(&self, cards: &[&Node]) -> Vec<(usize, usize)> {
        let places: BTreeMap<&NodeId, usize> =
            cards.iter().enumerate().map(|(place, card)| (&card.id, place)).collect();
        let within = |id: &NodeId| {
            let node = self.nodes.node(id)?;
            let mut around = once(node).chain(enclosing(&self.nodes, node));
            around.find_map(|at| places.get(&at.id).copied())
        };
        let link = |wire: &Wire<'_>| {
            let (source, target) = (within(wire.source)?, within(wire.target)?);
            (source != target).then_some((source, wire.row, target))
        };
        let mut links: Vec<(usize, usize, usize)> = self.wires.iter().filter_map(link).collect();
        links.sort_by_key(|(source, row, _)| (*source, *row));
        links.into_iter().map(|(source, _, target)| (source, target)).collect()
    }

    /// The stacks, and for each card the first of those it is placed with.
    fn stacks<'f>(
        &self,
        cards: &[&'a Node],
        links: &[(usize, usize)],
        forks: &[&'f [Lane]],
    ) -> (Vec<usize>, Vec<Stack<'f>>) {
        let mut heads: Vec<usize> = (0..cards.len()).collect();
        let mut stacks: Vec<Stack<'f>> = vec![];
        let mut found: Vec<(&'f [Lane], Vec<Vec<usize>>)> =
            forks.iter().map(|fork| (*fork, self.places_in_lanes(cards, fork))).collect();
        // Where one lane contains all of these cards, its band surrounds more than them.
        found.retain(|(_, lanes)| lanes.iter().all(|lane| lane.len() < cards.len()));
        // What stands in a lane of another fork is placed in that.
        found.sort_by_key(|(_, lanes)| Reverse(lanes.iter().map(Vec::len).sum::<usize>()));
        for (fork, lanes) in found {
            let all: BTreeSet<usize> = lanes.iter().flatten().copied().collect();
            let Some(head) = all.first().copied() else { continue };
            let is_free = |place: &usize| stacks.iter().all(|stack| stack.head != heads[*place]);
            let places = heads.iter().enumerate();
            let joined: Vec<usize> =
                places.map(|(place, own)| if all.contains(&place) { head } else { *own }).collect();
            if all.iter().all(is_free) && !leads_back(links, &joined, head) {
                heads = joined;
                stacks.push(Stack { head, fork, lanes });
            }
        }
        (heads, stacks)
    }

    /// The places of the cards in each lane that has some, from the top.
    fn places_in_lanes(&self, cards: &[&'a Node], fork: &[Lane]) -> Vec<Vec<usize>> {
        let standing = |lane: &Lane| -> Vec<usize> {
            let places = cards.iter().enumerate();
            places.filter(|(_, card)| self.stands_in(card, lane)).map(|(place, _)| place).collect()
        };
        fork.iter().map(standing).filter(|lane| !lane.is_empty()).collect()
    }

    /// Whether a card stands in a lane, or is a frame around what does.
    fn stands_in(&self, card: &'a Node, lane: &Lane) -> bool {
        if lane.nodes.contains(&card.id) {
            return true;
        }
        let inner = self.members(Some(&card.id)).iter().copied();
        let mut steps = inner.filter(|inner| self.is_card(inner)).peekable();
        steps.peek().is_some() && steps.all(|inner| self.stands_in(inner, lane))
    }
}

/// Whether links lead out of what is placed as one at `head` and back into it: it cannot be.
fn leads_back(links: &[(usize, usize)], heads: &[usize], head: usize) -> bool {
    let (mut open, mut seen) = (vec![head], BTreeSet::new());
    while let Some(from) = open.pop() {
        let leaving = links.iter().filter(|(source, _)| heads[*source] == from);
        for to in leaving.map(|(_, target)| heads[*target]).filter(|to| *to != from) {
            if to == head {
                return true;
            }
            if seen.insert(to) {
                open.push(to);
            }
        }
    }
    false
}

/// Puts lanes below each other, with room for the band of each.
fn stack_lanes<'a>(lanes: impl Iterator<Item = Block<'a>>) -> Block<'a> {
    let mut all = Block::default();
    let mut bottom = 0.0;
    for lane in lanes {
        let band = band(Rect { origin: Point::default(), size: lane.size });
        let corner = Point::new(round_up(-band.origin.x), round_up(bottom - band.origin.y));
        let far = corner + Point::new(band.right(), band.bottom());
        all.add(lane, corner);
        all.size = Size::new(all.size.width.max(far.x), far.y);
        bottom = far.y + BETWEEN_BANDS;
    }
    // Port names of the next layer must not cover the bands.
    all.right = all.right.max(all.size.width);
    all
}
