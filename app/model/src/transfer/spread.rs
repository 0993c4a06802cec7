//! Spreads imported cards until none lies on another, in the order they had: cards of other
//! products are smaller than ours, and some files have no positions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    canvas::{
        geometry::{Point, Size},
        layout::{NODE_GAP, RANK_GAP, layout},
        ports::NODE_WIDTH,
    },
    nodes::NodeKind,
};

/// About how large a card is: what is read has not been drawn yet.
pub(super) const CARD: Size = Size { width: NODE_WIDTH, height: 96.0 };
/// From one card to the next, where they are spread.
const STEP: Size = Size { width: NODE_WIDTH + 60.0, height: CARD.height + NODE_GAP };
/// Cards that would have to be spread further lie in one place.
const MOST: f64 = 6.0;
/// A file of more nodes is refused anyway.
const MOST_NODES: usize = 1_000;

/// A node among those that lie in the same place.
struct Card {
    /// Its place among all nodes.
    index: usize,
    /// Where it lies; none where the file does not say it, or says that of another.
    at: Option<Point>,
    /// Whether others may lie on it.
    holds: bool,
}

/// Gives every node a place; a note where that is another one than the file says.
pub(super) fn spread(nodes: &mut [Value], edges: &[Value]) -> Option<String> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let parent = node.get("parentId").and_then(Value::as_str).unwrap_or_default();
        groups.entry(parent.to_owned()).or_default().push(index);
    }
    let mut moved = false;
    for (parent, group) in groups {
        let mut cards: Vec<Card> = group.iter().filter_map(|index| card(*index, nodes)).collect();
        if cards.len() > MOST_NODES {
            continue;
        }
        let unplaced = lift_stacked(&mut cards);
        let links = links(&cards, nodes, edges);
        let factors = factors(&cards);
        let places = if unplaced * 2 > cards.len() {
            layout(&vec![CARD; cards.len()], &links)
        } else {
            places(&cards, factors.0, factors.1)
        };
        moved |= cards.len() > 1 && (unplaced > 0 || factors != (1.0, 1.0));
        for (card, place) in cards.iter().zip(places) {
            nodes[card.index]["position"] = json!({ "x": place.x, "y": place.y });
            if card.holds {
                grow(&mut nodes[card.index], factors.0, factors.1);
            }
        }
        let holder = nodes.iter_mut().find(|node| !parent.is_empty() && node["id"] == *parent);
        if let Some(holder) = holder {
            grow(holder, factors.0, factors.1);
        }
    }
    moved.then(|| "the file: its steps overlapped and were spread out.".to_owned())
}

/// The node as a card; none when where it lies cannot be read, which is told of later.
fn card(index: usize, nodes: &[Value]) -> Option<Card> {
    let node = &nodes[index];
    let at = match node.get("position") {
        None | Some(Value::Null) => None,
        Some(place) => Some(Point::new(place.get("x")?.as_f64()?, place.get("y")?.as_f64()?)),
    };
    let kind = NodeKind::from_key(node["type"].as_str().unwrap_or_default());
    let holds = kind == NodeKind::Note || kind.holds_nodes() || node.get("size").is_some();
    Some(Card { index, at, holds })
}

/// Takes their place from cards that lie where another lies; how many have none.
fn lift_stacked(cards: &mut [Card]) -> usize {
    for later in 1..cards.len() {
        let (before, rest) = cards.split_at_mut(later);
        let card = &mut rest[0];
        let is_stacked =
            |other: &Card| pair(other, card).is_some_and(|(across, down)| across.min(down) > MOST);
        if before.iter().any(is_stacked) {
            card.at = None;
        }
    }
    cards.iter().filter(|card| card.at.is_none()).count()
}

/// By how much two cards that lie on each other would have to be spread, across or down.
fn pair(one: &Card, other: &Card) -> Option<(f64, f64)> {
    if one.holds || other.holds {
        return None;
    }
    let apart = one.at? - other.at?;
    let (across, down) = (apart.x.abs(), apart.y.abs());
    let touch = across < CARD.width && down < CARD.height;
    touch.then(|| (STEP.width / across, STEP.height / down))
}

/// By how much all is spread, across and down.
fn factors(cards: &[Card]) -> (f64, f64) {
    let mut factors: (f64, f64) = (1.0, 1.0);
    for (place, card) in cards.iter().enumerate() {
        for (across, down) in cards[..place].iter().filter_map(|other| pair(other, card)) {
            if across <= down {
                factors.0 = factors.0.max(across);
            } else {
                factors.1 = factors.1.max(down);
            }
        }
    }
    factors
}

/// The places, spread by so much; cards that had none in a row below the others.
fn places(cards: &[Card], across: f64, down: f64) -> Vec<Point> {
    let known = || cards.iter().filter_map(|card| card.at);
    let left = known().map(|at| at.x).reduce(f64::min).unwrap_or_default();
    let top = known().map(|at| at.y).reduce(f64::min).unwrap_or_default();
    let bottom = known().map(|at| at.y).reduce(f64::max).unwrap_or_default();
    let spread = |at: Point| {
        if (across, down) == (1.0, 1.0) {
            return at;
        }
        let (x, y) = (left + (at.x - left) * across, top + (at.y - top) * down);
        Point::new(x.round(), y.round())
    };
    let below = spread(Point::new(left, bottom)).y + CARD.height + RANK_GAP;
    let mut next = left;
    let place = |card: &Card| match card.at {
        Some(at) => spread(at),
        None => {
            let at = Point::new(next, below);
            next += STEP.width;
            at
        }
    };
    cards.iter().map(place).collect()
}

/// What holds others grows with the room between them.
fn grow(node: &mut Value, across: f64, down: f64) {
    for (side, factor) in [("width", across), ("height", down)] {
        if let Some(length) = node.pointer(&format!("/size/{side}")).and_then(Value::as_f64)
            && factor > 1.0
        {
            node["size"][side] = json!((length * factor).round());
        }
    }
}

/// Pairs of cards by their place among these.
fn links(cards: &[Card], nodes: &[Value], edges: &[Value]) -> Vec<(usize, usize)> {
    let id = |card: &Card| nodes[card.index]["id"].as_str().map(str::to_owned);
    let at: BTreeMap<String, usize> =
        cards.iter().enumerate().filter_map(|(place, card)| Some((id(card)?, place))).collect();
    let end = |edge: &Value, end: &str| at.get(edge[end].as_str()?).copied();
    let pairs = edges.iter().filter_map(|edge| Some((end(edge, "source")?, end(edge, "target")?)));
    pairs.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(places: &[Option<(f64, f64)>]) -> Vec<Value> {
        let node = |(number, place): (usize, &Option<(f64, f64)>)| {
            let mut node = json!({ "id": number.to_string(), "type": "transform" });
            if let Some((x, y)) = place {
                node["position"] = json!({ "x": x, "y": y });
            }
            node
        };
        places.iter().enumerate().map(node).collect()
    }

    fn spread_out(places: &[Option<(f64, f64)>]) -> (Vec<(f64, f64)>, Option<String>) {
        let mut nodes = nodes(places);
        let edge = |at: usize| json!({ "source": at.to_string(), "target": (at + 1).to_string() });
        let edges: Vec<Value> = (1..places.len()).map(|at| edge(at - 1)).collect();
        let note = spread(&mut nodes, &edges);
        let side = |node: &Value, side: &str| node["position"][side].as_f64().unwrap_or(f64::NAN);
        (nodes.iter().map(|node| (side(node, "x"), side(node, "y"))).collect(), note)
    }

    fn overlap(places: &[(f64, f64)]) -> bool {
        places.iter().enumerate().any(|(at, one)| {
            places[..at].iter().any(|other| {
                (one.0 - other.0).abs() < CARD.width && (one.1 - other.1).abs() < CARD.height
            })
        })
    }

    #[test]
    fn cards_that_lie_apart_stay_where_they_are() {
        let places = [Some((0.0, 0.5)), Some((250.0, 0.0)), Some((0.0, 150.0))];

        let (found, note) = spread_out(&places);

        assert_eq!((found, note), (vec![(0.0, 0.5), (250.0, 0.0), (0.0, 150.0)], None));
    }

    #[test]
    fn cards_in_narrow_steps_are_spread_in_their_order() {
        let row: Vec<_> = (0..5).map(|at| Some((f64::from(at) * 200.0, 0.0))).collect();
        let (found, note) = spread_out(&row);
        assert_eq!(
            found.iter().map(|at| at.0).collect::<Vec<_>>(),
            [0.0, 300.0, 600.0, 900.0, 1200.0]
        );
        assert!(note.is_some());

        let column: Vec<_> = (0..3).map(|at| Some((7.0, f64::from(at) * 50.0))).collect();
        let (found, _) = spread_out(&column);
        assert!(!overlap(&found) && found.iter().all(|at| at.0 == 7.0), "{found:?}");
    }

    #[test]
    fn nodes_without_a_place_follow_each_other_and_single_ones_lie_below() {
        let (found, _) = spread_out(&[None, None, None]);
        assert!(
            !overlap(&found) && found[0].0 < found[1].0 && found[1].0 < found[2].0,
            "{found:?}"
        );
        let (origin, _) = spread_out(&[Some((0.0, 0.0)); 4]);
        assert!(!overlap(&origin), "{origin:?}");

        let (found, _) = spread_out(&[Some((0.0, 0.0)), Some((400.0, 0.0)), None]);
        assert_eq!(found[..2], [(0.0, 0.0), (400.0, 0.0)]);
        assert!(!overlap(&found) && found[2].1 > 96.0, "{found:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_card_lies_on_another_and_those_that_had_places_keep_their_order(
            places in proptest::collection::vec(
                proptest::option::weighted(0.9, (-600..600_i32, -600..600_i32)), 1..12),
        ) {
            let places: Vec<_> =
                places.iter().map(|at| at.map(|(x, y)| (f64::from(x), f64::from(y)))).collect();

            let (found, note) = spread_out(&places);

            proptest::prop_assert!(!overlap(&found), "{places:?} {found:?}");
            if note.is_none() && !places.contains(&None) {
                let before: Vec<_> = places.iter().flatten().copied().collect();
                proptest::prop_assert_eq!(before, found);
            }
        }
    }
}
