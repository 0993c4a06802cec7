//! The order in which cards are read and focused.

use std::{collections::BTreeSet, iter::successors};

use super::geometry::Point;

/// The indexes of cards so that each comes after its predecessors, and right after a card all that
/// lies in it; among equals from left to right, then from top to bottom. Where cards wait for each
/// other the leftmost goes on. `links` are pairs of indexes, and `around` says in which card each
/// lies; those out of range count for nothing.
pub fn reading_order(
    corners: &[Point],
    links: &[(usize, usize)],
    around: &[Option<usize>],
) -> Vec<usize> {
    let outer = |card: usize| {
        let outer = around.get(card).copied().flatten();
        outer.filter(|outer| *outer < corners.len())
    };
    let paths: Vec<Vec<usize>> =
        (0..corners.len()).map(|card| path(card, corners.len(), outer)).collect();
    // What leads into a card or out of it leads to what it lies in, too.
    let beside = |(source, target): &(usize, usize)| {
        let (from, to) = (paths.get(*source)?, paths.get(*target)?);
        from.iter().zip(to).find(|(from, to)| from != to).map(|(from, to)| (*from, *to))
    };
    let links: Vec<(usize, usize)> = links.iter().filter_map(beside).collect();
    let mut places = vec![0; corners.len()];
    for (place, card) in one_by_one(corners, &links).into_iter().enumerate() {
        places[card] = place;
    }
    let mut order: Vec<usize> = (0..corners.len()).collect();
    order.sort_by_cached_key(|card| paths[*card].iter().map(|at| places[*at]).collect::<Vec<_>>());
    order
}

/// The cards around one of `count`, from the outermost on, and itself. Cards that lie in each other
/// lie in nothing.
fn path(card: usize, count: usize, outer: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let around = |card: usize| {
        let mut all = successors(outer(card), |at| outer(*at)).take(count);
        outer(card).filter(|_| all.all(|other| other != card))
    };
    let mut path: Vec<usize> = successors(Some(card), |at| around(*at)).collect();
    path.reverse();
    path
}

/// The order of the cards by these links alone, each of which leads from one to another.
fn one_by_one(corners: &[Point], links: &[(usize, usize)]) -> Vec<usize> {
    let mut left_to_right: Vec<usize> = (0..corners.len()).collect();
    left_to_right.sort_by(|a, b| {
        let (a, b) = (corners[*a], corners[*b]);
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    });
    let mut rank = vec![0; corners.len()];
    for (place, card) in left_to_right.iter().enumerate() {
        rank[*card] = place;
    }
    let links: BTreeSet<(usize, usize)> =
        links.iter().map(|(source, target)| (rank[*source], rank[*target])).collect();

    let mut waits = vec![0_usize; corners.len()];
    for (_, target) in &links {
        waits[*target] += 1;
    }
    let (mut free, mut waiting): (BTreeSet<usize>, BTreeSet<usize>) =
        (0..waits.len()).partition(|card| waits[*card] == 0);
    let mut order = Vec::with_capacity(waits.len());
    while let Some(card) = free.pop_first().or_else(|| waiting.pop_first()) {
        order.push(left_to_right[card]);
        for (_, target) in links.range((card, 0)..(card + 1, 0)) {
            waits[*target] -= 1;
            if waits[*target] == 0 && waiting.remove(target) {
                free.insert(*target);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predecessors_come_first_even_when_drawn_to_the_right() {
        let corners = [Point::new(0.0, 0.0), Point::new(900.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(1, 0)], &[]), [1, 0]);
    }

    #[test]
    fn equals_are_read_from_the_top() {
        let corners = [Point::new(10.0, 200.0), Point::new(10.0, 0.0), Point::new(0.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(2, 0), (2, 1), (9, 0)], &[]), [2, 1, 0]);
    }

    #[test]
    fn a_cycle_loses_no_card() {
        let corners = [Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(2.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(0, 1), (1, 0), (2, 2)], &[]), [2, 0, 1]);
        assert_eq!(reading_order(&corners, &[], &[Some(1), Some(0), Some(9)]), [0, 1, 2]);
    }

    #[test]
    fn what_lies_in_a_card_follows_it_at_once() {
        let at = |x: f64| Point::new(x, 0.0);
        // A frame with two cards in it, one before it, one after it, and one below the frame.
        let corners = [at(48.0), at(400.0), at(0.0), at(-400.0), at(900.0), at(10.0)];
        let around = [Some(2), Some(2), None, None, None, None];

        let order = reading_order(&corners, &[(3, 0), (0, 1), (1, 4)], &around);

        assert_eq!(order, [3, 2, 0, 1, 5, 4]);
    }

    #[test]
    fn a_loop_comes_before_its_body_and_what_follows_after_that() {
        let at = |x: f64| Point::new(x, 0.0);
        let corners = [at(500.0), at(600.0), at(0.0)];
        let around = [None, Some(0), None];

        let order = reading_order(&corners, &[(0, 1), (1, 0), (0, 2)], &around);

        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn what_leaves_a_frame_and_comes_back_waits_for_the_frame() {
        let at = |x: f64| Point::new(x, 0.0);
        let corners = [at(48.0), at(800.0), at(0.0), at(400.0), at(1_200.0)];
        let around = [Some(2), Some(2), None, None, None];

        let order = reading_order(&corners, &[(0, 3), (3, 1), (1, 4)], &around);

        assert_eq!(order, [2, 0, 1, 3, 4]);
    }
}
