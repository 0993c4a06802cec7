//! How much is drawn: of a card at a zoom, and of all that comes and goes in a frame.

use std::collections::BTreeSet;

/// How many cards at most come, and how many go, in one frame, so that no frame is long.
const SLICE: usize = 24;

/// How much of a card is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything on the card.
    Full,
    /// The title and the state only.
    Brief,
    /// A coloured block without text.
    Block,
}

impl Detail {
    /// The detail that is legible at this zoom.
    pub fn for_zoom(zoom: f64) -> Self {
        match zoom {
            near if near >= 0.6 => Self::Full,
            middle if middle >= 0.35 => Self::Brief,
            _ => Self::Block,
        }
    }

    /// The value of `data-detail`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Brief => "brief",
            Self::Block => "dot",
        }
    }
}

/// What is drawn in the next frame, in the order of `all`, which holds everything there is: a slice
/// more of what is `wanted`, the nearest first, and a slice less of what is `drawn` for nothing.
pub fn next_frame<T: Ord + Clone>(
    all: &[T],
    drawn: &[T],
    wanted: &[T],
    distance: impl Fn(&T) -> f64,
) -> Vec<T> {
    let [drawn, wanted]: [BTreeSet<&T>; 2] = [drawn, wanted].map(|some| some.iter().collect());
    let mut missing: Vec<(f64, &T)> =
        wanted.difference(&drawn).map(|one| (distance(one), *one)).collect();
    missing.sort_by(|a, b| a.0.total_cmp(&b.0));
    let coming: BTreeSet<&T> = missing.into_iter().take(SLICE).map(|(_, one)| one).collect();
    let spare = all.iter().filter(|one| drawn.contains(one) && !wanted.contains(one));
    let going: BTreeSet<&T> = spare.take(SLICE).collect();
    let stays = |one: &&T| coming.contains(one) || drawn.contains(one) && !going.contains(one);
    all.iter().filter(stays).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Some of two hundred, in order.
    fn some() -> impl Strategy<Value = Vec<usize>> {
        let some = proptest::collection::btree_set(0..200_usize, 0..200);
        some.prop_map(|set| set.into_iter().collect())
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn far(one: &usize) -> f64 {
        one.abs_diff(100) as f64
    }

    #[test]
    fn the_nearest_come_first_and_in_their_order() {
        let all: Vec<usize> = (0..200).collect();

        let first = next_frame(&all, &[], &all, far);

        assert_eq!(first.len(), SLICE);
        assert!(first.is_sorted());
        assert!(first.iter().all(|one| far(one) <= 12.0), "{first:?}");
    }

    #[test]
    fn what_is_gone_is_not_drawn_for_another_frame() {
        assert_eq!(next_frame(&[1, 3], &[1, 2, 3], &[1, 3], |_| 0.0), [1, 3]);
    }

    proptest! {
        #[test]
        fn no_frame_brings_much_and_the_last_shows_what_is_wanted(
            (all, wanted, begun) in (some(), some(), some()),
        ) {
            let there = |some: Vec<usize>| -> Vec<usize> {
                some.into_iter().filter(|one| all.contains(one)).collect()
            };
            let (wanted, mut drawn) = (there(wanted), there(begun));
            for _ in 0..=all.len() / SLICE {
                let frame = next_frame(&all, &drawn, &wanted, far);
                let new = frame.iter().filter(|one| !drawn.contains(one)).count();
                let gone = drawn.iter().filter(|one| !frame.contains(one)).count();
                prop_assert!(new <= SLICE && gone <= SLICE);
                drawn = frame;
            }
            prop_assert_eq!(drawn, wanted);
        }
    }
}
