//! Which rows of a virtual list are to be in the page, and how much room the others take: pure.

use std::{collections::BTreeMap, ops::Range};

/// Windows begin and end at multiples of so many rows, so that a little scrolling changes nothing.
const STEP: usize = 10;
/// How many rows are in the page before it is known which are in view.
const FIRST: usize = 40;
/// Heights that differ by fewer CSS pixels are the same.
const SAME: f64 = 0.5;

/// The heights of rows in CSS pixels, by their index from the last row: rows that are added at the
/// top change no index.
#[derive(Debug, Clone, PartialEq)]
pub struct Heights {
    usual: f64,
    is_measured: bool,
    /// By how much the height of measured rows differs from the usual one, where it does.
    odd: BTreeMap<usize, f64>,
}

impl Heights {
    /// The heights before any row has been measured; `usual` is a guess.
    pub fn from_guess(usual: f64) -> Self {
        Self { usual, is_measured: false, odd: BTreeMap::new() }
    }

    /// Takes in measured heights, each with its row's index from the last; whether any was new.
    pub fn measure(&mut self, rows: &[(usize, f64)]) -> bool {
        let before = self.clone();
        if !self.is_measured && !rows.is_empty() {
            let mut sorted: Vec<f64> = rows.iter().map(|(_, height)| *height).collect();
            sorted.sort_by(f64::total_cmp);
            (self.usual, self.is_measured) = (sorted[sorted.len() / 2].max(1.0), true);
        }
        for (place, height) in rows {
            let more = height - self.usual;
            if more.abs() < SAME {
                self.odd.remove(place);
            } else if self.odd.get(place).is_none_or(|known| (known - more).abs() >= SAME) {
                self.odd.insert(*place, more);
            }
        }
        *self != before
    }

    /// The height of the first `rows` of `of` rows together.
    pub fn height_of_first(&self, rows: usize, of: usize) -> f64 {
        let odd: f64 = self.odd.range(of.saturating_sub(rows)..of).map(|(_, more)| more).sum();
        count(rows) * self.usual + odd
    }

    /// Which of `of` rows are to be in the page: those in `view`, a range in CSS pixels from the
    /// list's top, with half as much again above and below it.
    pub fn window(&self, view: Option<(f64, f64)>, of: usize) -> Range<usize> {
        let Some((top, bottom)) = view else { return 0..of.min(FIRST) };
        let margin = (bottom - top) / 2.0;
        let first = self.row_at(top - margin, of) / STEP * STEP;
        let last = (self.row_at(bottom + margin, of) + 1).next_multiple_of(STEP);
        first..last.min(of)
    }

    /// The row at a height; the first or the last one outside the list.
    fn row_at(&self, height: f64, of: usize) -> usize {
        let (mut low, mut high) = (0, of);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.height_of_first(middle, of) <= height { low = middle } else { high = middle }
        }
        low
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer rows than 2^52")]
fn count(rows: usize) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = 50_000;

    fn same(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.001
    }

    #[test]
    fn of_many_rows_only_those_in_view_and_some_around_them_are_in_the_page() {
        let heights = Heights::from_guess(30.0);

        assert_eq!(heights.window(None, ALL), 0..40);
        assert_eq!(heights.window(Some((0.0, 300.0)), ALL), 0..20);
        assert_eq!(heights.window(Some((60_000.0, 60_300.0)), ALL), 1_990..2_020);
        for top in (0..1_500_000).step_by(9_973) {
            let view = (f64::from(top), f64::from(top) + 900.0);
            let window = heights.window(Some(view), ALL);
            assert!(window.len() <= 80, "{window:?}");
            assert!(heights.height_of_first(window.start, ALL) <= view.0);
            assert!(window.end == ALL || heights.height_of_first(window.end, ALL) >= view.1);
        }
    }

    #[test]
    fn beyond_the_ends_are_the_first_and_the_last_rows() {
        let heights = Heights::from_guess(30.0);

        assert_eq!(heights.window(Some((-2_000.0, -1_100.0)), ALL), 0..10);
        assert_eq!(heights.window(Some((9e9, 9e9 + 900.0)), ALL), 49_990..50_000);
        assert_eq!(heights.window(Some((0.0, 900.0)), 3), 0..3);
        assert_eq!(heights.window(Some((0.0, 900.0)), 0), 0..0);
    }

    #[test]
    fn rows_above_and_below_the_window_keep_their_room() {
        let mut heights = Heights::from_guess(10.0);

        assert!(heights.measure(&[(0, 30.0), (1, 30.0), (2, 90.0)]));
        assert!(!heights.measure(&[(0, 30.0), (2, 90.2)]));

        assert!(same(heights.height_of_first(100, 100), 3_060.0));
        assert!(same(heights.height_of_first(97, 100), 2_910.0));
        assert!(same(heights.height_of_first(98, 100), 3_000.0));
        assert!(heights.measure(&[(2, 30.0)]));
        assert!(same(heights.height_of_first(100, 100), 3_000.0));
    }

    #[test]
    fn what_comes_in_above_moves_no_height_to_another_row() {
        let mut heights = Heights::from_guess(30.0);
        heights.measure(&[(0, 30.0), (1, 30.0), (5, 70.0)]);

        let below =
            |of: usize| heights.height_of_first(of, of) - heights.height_of_first(of - 10, of);

        assert!(same(below(20), 340.0));
        assert!(same(below(25), 340.0));
    }
}
