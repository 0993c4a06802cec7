//! A plain layout by rank, for when the server's better one cannot be asked: every card to the
//! right of all it follows, the cards of a column in the order of what they follow.

use super::geometry::{Point, Rect, Size};

/// Between two columns.
pub const RANK_GAP: f64 = 96.0;
/// Between two cards of a column.
pub const NODE_GAP: f64 = 40.0;
/// How often columns are put in order again.
const SWEEPS: usize = 4;

/// A link to a card: its place among all, and the card that is followed.
#[derive(Clone, Copy)]
struct Link {
    place: usize,
    source: usize,
}

/// The corners of cards of these sizes. `links` are pairs of indexes, source first; links that
/// leave a card higher come before the others. Links in a circle are followed as far as there are
/// cards, and those out of range are left out.
pub fn layout(sizes: &[Size], links: &[(usize, usize)]) -> Vec<Point> {
    let links: Vec<(usize, usize)> = links
        .iter()
        .copied()
        .filter(|(source, target)| source.max(target) < &sizes.len() && source != target)
        .collect();
    let mut into = vec![vec![]; sizes.len()];
    for (place, (source, target)) in links.iter().enumerate() {
        into[*target].push(Link { place, source: *source });
    }
    let mut columns = columns(&ranks(sizes.len(), &links), &into);
    for _ in 0..SWEEPS {
        sort(&mut columns, &into);
    }
    place(sizes, &columns)
}

/// The corner of the first place that is free for a card: where it is, or below what lies there.
pub fn free_place_below(card: Rect, taken: &[Rect]) -> Point {
    let mut at = card;
    // Each step leaves at least one of them above for good.
    for _ in taken {
        let met = taken.iter().filter(|other| at.touches(**other));
        let Some(bottom) = met.map(|other| other.bottom()).reduce(f64::max) else { break };
        at.origin.y = bottom + NODE_GAP;
    }
    at.origin
}

/// How many cards come before each on the longest way to it.
fn ranks(count: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut ranks = vec![0; count];
    for _ in 0..count {
        let mut settled = true;
        for (source, target) in links {
            let after = (ranks[*source] + 1).min(count);
            if ranks[*target] < after {
                ranks[*target] = after;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    ranks
}

/// The cards of each rank, in the order of the links to them.
fn columns(ranks: &[usize], into: &[Vec<Link>]) -> Vec<Vec<usize>> {
    let mut cards: Vec<usize> = (0..ranks.len()).collect();
    cards.sort_by_key(|card| into[*card].first().map(|link| link.place));
    let mut columns = vec![vec![]; ranks.iter().max().map_or(0, |most| most + 1)];
    for card in cards {
        columns[ranks[card]].push(card);
    }
    columns.retain(|column| !column.is_empty());
    columns
}

/// Each column by the middle of the places of what its cards follow.
#[expect(clippy::cast_precision_loss, reason = "a column has fewer than 2^52 cards")]
fn sort(columns: &mut [Vec<usize>], into: &[Vec<Link>]) {
    let mut place = vec![0.0; into.len()];
    for column in columns {
        let wanted = |card: usize, own: usize| {
            let mut before: Vec<f64> = into[card].iter().map(|link| place[link.source]).collect();
            before.sort_by(f64::total_cmp);
            before.get(before.len() / 2).copied().unwrap_or(own as f64)
        };
        let mut keyed: Vec<(f64, usize)> =
            column.iter().enumerate().map(|(own, card)| (wanted(*card, own), *card)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        *column = keyed.into_iter().map(|(_, card)| card).collect();
        for (own, card) in column.iter().enumerate() {
            place[*card] = own as f64;
        }
    }
}

/// Columns from left to right, each around the same middle.
fn place(sizes: &[Size], columns: &[Vec<usize>]) -> Vec<Point> {
    let mut corners = vec![Point::default(); sizes.len()];
    let mut x = 0.0;
    for column in columns {
        let heights = column.iter().map(|card| sizes[*card].height + NODE_GAP);
        let mut y = -(heights.sum::<f64>() - NODE_GAP) / 2.0;
        for card in column {
            corners[*card] = Point::new(x, y.round());
            y += (sizes[*card].height + NODE_GAP).ceil();
        }
        x += column.iter().map(|card| sizes[*card].width).fold(0.0, f64::max) + RANK_GAP;
    }
    corners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graphs() -> impl Strategy<Value = (Vec<Size>, Vec<(usize, usize)>)> {
        let sizes = proptest::collection::vec((240.0..260.0, 56.0..300.0), 1..40);
        let links = proptest::collection::vec((0usize..42, 0usize..42), 0..60);
        (sizes, links).prop_map(|(sizes, links)| {
            (sizes.into_iter().map(|(width, high)| Size::new(width, high)).collect(), links)
        })
    }

    proptest! {
        #[test]
        fn no_two_cards_overlap((sizes, links) in graphs()) {
            let corners = layout(&sizes, &links);
            let cards: Vec<Rect> =
                corners.iter().zip(&sizes).map(|(at, size)| Rect { origin: *at, size: *size }).collect();
            for (index, card) in cards.iter().enumerate() {
                for other in &cards[index + 1..] {
                    prop_assert!(!card.touches(*other), "{card:?} {other:?}");
                }
            }
        }

        #[test]
        fn every_link_without_a_circle_leads_to_the_right((sizes, links) in graphs()) {
            let forward: Vec<_> = links.into_iter().filter(|(source, target)| source < target).collect();
            let corners = layout(&sizes, &forward);
            for (source, target) in forward.iter().filter(|(_, target)| *target < sizes.len()) {
                prop_assert!(corners[*source].x + sizes[*source].width < corners[*target].x);
            }
        }
    }

    #[test]
    fn cards_that_follow_one_stand_in_the_order_of_its_links() {
        let sizes = [Size::new(240.0, 80.0); 4];

        let corners = layout(&sizes, &[(0, 3), (0, 1), (0, 2)]);

        assert!(corners[3].y < corners[1].y && corners[1].y < corners[2].y);
    }

    #[test]
    fn a_card_takes_the_first_place_below_those_that_are_there() {
        let size = Size::new(240.0, 80.0);
        let card = |x: f64, y: f64| Rect { origin: Point::new(x, y), size };
        let taken = [card(100.0, 0.0), card(0.0, 130.0), card(900.0, 0.0)];

        assert_eq!(free_place_below(card(0.0, 20.0), &taken), Point::new(0.0, 250.0));
        assert_eq!(free_place_below(card(500.0, 20.0), &taken), Point::new(500.0, 20.0));
    }
}
