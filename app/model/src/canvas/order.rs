//! The order in which cards are read and focused.

use std::collections::BTreeSet;

use super::geometry::Point;

/// The indexes of cards so that each comes after its predecessors; among equals from left to right,
/// then from top to bottom. Cards on a cycle come last, in the same order. `links` are pairs of
/// indexes; those out of range count for nothing.
pub fn reading_order(corners: &[Point], links: &[(usize, usize)]) -> Vec<usize> {
    let mut left_to_right: Vec<usize> = (0..corners.len()).collect();
    left_to_right.sort_by(|a, b| {
        let (a, b) = (corners[*a], corners[*b]);
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    });
    let mut rank = vec![0; corners.len()];
    for (place, card) in left_to_right.iter().enumerate() {
        rank[*card] = place;
    }
    let inner: BTreeSet<(usize, usize)> = links
        .iter()
        .filter_map(|(source, target)| Some((*rank.get(*source)?, *rank.get(*target)?)))
        .filter(|(source, target)| source != target)
        .collect();

    let mut waits = vec![0_usize; corners.len()];
    for (_, target) in &inner {
        waits[*target] += 1;
    }
    let mut free: BTreeSet<usize> = (0..waits.len()).filter(|card| waits[*card] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(card) = free.pop_first() {
        order.push(card);
        for (_, target) in inner.range((card, 0)..(card + 1, 0)) {
            waits[*target] -= 1;
            if waits[*target] == 0 {
                free.insert(*target);
            }
        }
    }
    let cyclic = (0..waits.len()).filter(|card| waits[*card] > 0);
    order.iter().copied().chain(cyclic).map(|place| left_to_right[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predecessors_come_first_even_when_drawn_to_the_right() {
        let corners = [Point::new(0.0, 0.0), Point::new(900.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(1, 0)]), [1, 0]);
    }

    #[test]
    fn equals_are_read_from_the_top() {
        let corners = [Point::new(10.0, 200.0), Point::new(10.0, 0.0), Point::new(0.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(2, 0), (2, 1), (9, 0)]), [2, 1, 0]);
    }

    #[test]
    fn a_cycle_loses_no_card() {
        let corners = [Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(2.0, 0.0)];

        assert_eq!(reading_order(&corners, &[(0, 1), (1, 0), (2, 2)]), [2, 0, 1]);
    }
}
