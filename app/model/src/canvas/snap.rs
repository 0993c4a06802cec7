//! Snapping of moving cards: to sides and middles of others, to equal gaps, and to the grid.

use super::geometry::{Point, Rect};

/// The distance of the grid's dots.
pub const GRID: f64 = 16.0;
/// As often as a snap may lead to a nearer one; a card rests long before.
const ROUNDS: usize = 8;

/// The nearest line of the grid.
pub fn to_grid(value: f64) -> f64 {
    (value / GRID).round() * GRID
}

/// A line a card was drawn to, to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guide {
    /// One end of the line, in world units.
    pub from: Point,
    /// The other end; the two differ along one axis only.
    pub to: Point,
    /// The gap it measures, where it shows one.
    pub gap: Option<f64>,
}

/// Where a card comes to lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapped {
    /// Its new corner.
    pub origin: Point,
    /// The lines it was drawn to.
    pub guides: Vec<Guide>,
}

/// The resting place of `moving` near where it is: an axis with a line of another card within
/// `reach` goes there, any other to the grid.
pub fn snap(moving: Rect, others: &[Rect], reach: f64) -> Snapped {
    let mut rest = moving;
    for _ in 0..ROUNDS {
        let by = Point::new(pull(rest, others, reach, Axis::X), pull(rest, others, reach, Axis::Y));
        let next = rest.shifted(by);
        if next == rest {
            break;
        }
        rest = next;
    }
    let guides = [Axis::X, Axis::Y].into_iter().flat_map(|axis| guides(rest, others, axis));
    Snapped { origin: rest.origin, guides: guides.collect() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    X,
    Y,
}

/// A box along one axis: its lower side, length and upper side, and the same across.
#[derive(Debug, Clone, Copy)]
struct Span {
    low: f64,
    high: f64,
    across: (f64, f64),
}

impl Span {
    fn from_rect(card: Rect, axis: Axis) -> Self {
        let x = (card.origin.x, card.right());
        let y = (card.origin.y, card.bottom());
        let ((low, high), across) = if axis == Axis::X { (x, y) } else { (y, x) };
        Self { low, high, across }
    }

    fn lines(self) -> [f64; 3] {
        [self.low, (self.low + self.high) / 2.0, self.high]
    }

    fn overlaps_across(self, other: Self) -> bool {
        self.across.0 <= other.across.1 && other.across.0 <= self.across.1
    }
}

/// How far a card is moved along one axis to the nearest line within `reach`.
fn pull(moving: Rect, others: &[Rect], reach: f64, axis: Axis) -> f64 {
    let own = Span::from_rect(moving, axis);
    let aligned = others.iter().flat_map(|other| {
        let theirs = Span::from_rect(*other, axis).lines();
        own.lines().into_iter().flat_map(move |line| theirs.map(|their| their - line))
    });
    let candidates = aligned.chain(to_middle(own, others, axis));
    let near = candidates.filter(|by| by.abs() <= reach);
    let best = near.min_by(|a, b| a.abs().total_cmp(&b.abs()));
    best.unwrap_or_else(|| to_grid(own.low) - own.low)
}

/// How far it is to the middle between the two neighbours.
fn to_middle(own: Span, others: &[Rect], axis: Axis) -> Option<f64> {
    let (before, after) = neighbours(own, others, axis)?;
    Some((before.high + after.low - own.low - own.high) / 2.0)
}

fn neighbours(own: Span, others: &[Rect], axis: Axis) -> Option<(Span, Span)> {
    let beside = || {
        others.iter().map(|o| Span::from_rect(*o, axis)).filter(|other| other.overlaps_across(own))
    };
    let before = beside().filter(|other| other.high <= own.low);
    let after = beside().filter(|other| other.low >= own.high);
    let before = before.max_by(|a, b| a.high.total_cmp(&b.high))?;
    Some((before, after.min_by(|a, b| a.low.total_cmp(&b.low))?))
}

/// The lines a resting card lies on.
fn guides(rest: Rect, others: &[Rect], axis: Axis) -> Vec<Guide> {
    let own = Span::from_rect(rest, axis);
    let point = |along: f64, across: f64| match axis {
        Axis::X => Point::new(along, across),
        Axis::Y => Point::new(across, along),
    };
    let mut found: Vec<Guide> = vec![];
    for line in own.lines() {
        let on_line = |other: &&Rect| {
            Span::from_rect(**other, axis).lines().iter().any(|their| (their - line).abs() < 1e-6)
        };
        let ends = others.iter().filter(on_line).map(|other| Span::from_rect(*other, axis).across);
        let reach = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        if let Some((from, to)) = reach {
            let (from, to) = (from.min(own.across.0), to.max(own.across.1));
            found.push(Guide { from: point(line, from), to: point(line, to), gap: None });
        }
    }
    if let Some((before, after)) = neighbours(own, others, axis) {
        let (first, second) = (own.low - before.high, after.low - own.high);
        if (first - second).abs() < 1e-6 && first > 0.0 {
            let middle = (own.across.0 + own.across.1) / 2.0;
            for (from, to) in [(before.high, own.low), (own.high, after.low)] {
                let gap = Some(first);
                found.push(Guide { from: point(from, middle), to: point(to, middle), gap });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cards() -> impl Strategy<Value = Vec<Rect>> {
        let card = (-400i32..400, -400i32..400, 56i32..200);
        let card = card.prop_map(|(x, y, high)| Rect::new(x.into(), y.into(), 240.0, high.into()));
        proptest::collection::vec(card, 0..6)
    }

    proptest! {
        #[test]
        fn what_rests_stays(
            others in cards(), x in -500.0..500.0, y in -500.0..500.0, reach in 2.0..20.0,
        ) {
            let moving = Rect::new(x, y, 240.0, 90.0);

            let once = snap(moving, &others, reach);
            let again = snap(Rect { origin: once.origin, ..moving }, &others, reach);

            prop_assert!(again.origin.distance(once.origin) < 1e-6, "{once:?} {again:?}");
        }

        #[test]
        fn a_lonely_card_rests_on_the_grid(x in -500.0..500.0, y in -500.0..500.0) {
            let rest = snap(Rect::new(x, y, 240.0, 90.0), &[], 6.0).origin;

            prop_assert_eq!(rest, Point::new(to_grid(x), to_grid(y)));
            prop_assert!(rest.distance(Point::new(x, y)) <= GRID * 0.71);
        }
    }

    #[test]
    fn a_card_between_two_rests_in_the_middle_and_shows_both_gaps() {
        let others = [Rect::new(0.0, 0.0, 100.0, 300.0), Rect::new(503.0, 0.0, 100.0, 300.0)];

        let rest = snap(Rect::new(205.0, 101.0, 190.0, 60.0), &others, 6.0);

        assert_eq!(rest.origin.x, 206.5);
        let gaps: Vec<_> = rest.guides.iter().filter_map(|guide| guide.gap).collect();
        assert_eq!(gaps, [106.5, 106.5]);
    }
}
