//! The line of an edge: leaves its source to the right, enters its target from the left.

use std::fmt::Write as _;

use super::geometry::Point;

/// The shortest handle of a curve, so that even near cards are left horizontally.
const MIN_HANDLE: f64 = 28.0;
/// How far a line that goes back runs beside its cards, and the radius of its corners.
const DETOUR: f64 = 28.0;
const CORNER: f64 = 16.0;
/// Into how many straight pieces a curve is cut.
const PIECES: u32 = 24;

/// How lines are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EdgeStyle {
    /// One curve from port to port.
    #[default]
    Curved,
    /// Horizontal and vertical pieces.
    Square,
}

/// A line as SVG path data and the point where a label on it sits.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePath {
    /// The `d` attribute.
    pub d: String,
    /// The middle of the line.
    pub label: Point,
}

/// The line from an output at `from` to an input at `to`.
///
/// A target to the right gets one curve or three pieces; a target behind is reached around the
/// cards, below `floor` (the lower side of the lower card).
pub fn edge_path(from: Point, to: Point, floor: f64, style: EdgeStyle) -> EdgePath {
    match style {
        _ if to.x - from.x < MIN_HANDLE => {
            let turns = turns(from, to, floor);
            EdgePath { d: rounded(from, &turns, to), label: (turns[1] + turns[2]) * 0.5 }
        }
        EdgeStyle::Curved => curve(from, to),
        EdgeStyle::Square => {
            EdgePath { d: rounded(from, &steps(from, to), to), label: (from + to) * 0.5 }
        }
    }
}

/// Points along the line that [`edge_path`] draws, near enough to each other to be joined straight.
pub fn edge_points(from: Point, to: Point, floor: f64, style: EdgeStyle) -> Vec<Point> {
    if to.x - from.x < MIN_HANDLE {
        let [a, b, c, d] = turns(from, to, floor);
        return vec![from, a, b, c, d, to];
    }
    if style == EdgeStyle::Square {
        let [a, b] = steps(from, to);
        return vec![from, a, b, to];
    }
    let handle = handle(from, to);
    let (leave, enter) = (Point::new(from.x + handle, from.y), Point::new(to.x - handle, to.y));
    let at = |step: u32| {
        let t = f64::from(step) / f64::from(PIECES);
        let s = 1.0 - t;
        from * (s * s * s)
            + leave * (3.0 * s * s * t)
            + enter * (3.0 * s * t * t)
            + to * (t * t * t)
    };
    (0..=PIECES).map(at).collect()
}

fn handle(from: Point, to: Point) -> f64 {
    ((to.x - from.x) / 2.0).max(MIN_HANDLE)
}

fn curve(from: Point, to: Point) -> EdgePath {
    let handle = handle(from, to);
    let (leave, enter) = (Point::new(from.x + handle, from.y), Point::new(to.x - handle, to.y));
    let mut d = format!("M{}C{}", pair(from), pair(leave));
    // Writing to a String cannot fail.
    let _ = write!(d, " {} {}", pair(enter), pair(to));
    EdgePath { d, label: (from + to) * 0.5 }
}

/// Where a line of level and upright pieces to the right changes its direction.
fn steps(from: Point, to: Point) -> [Point; 2] {
    let middle = (from.x + to.x) / 2.0;
    [Point::new(middle, from.y), Point::new(middle, to.y)]
}

/// Where a line that goes back changes its direction.
fn turns(from: Point, to: Point, floor: f64) -> [Point; 4] {
    let (right, left) = (from.x + DETOUR, to.x - DETOUR);
    let low = floor.max(from.y).max(to.y) + DETOUR;
    [
        Point::new(right, from.y),
        Point::new(right, low),
        Point::new(left, low),
        Point::new(left, to.y),
    ]
}

/// Straight pieces with round corners.
fn rounded(from: Point, turns: &[Point], to: Point) -> String {
    let mut d = format!("M{}", pair(from));
    let mut previous = from;
    for (index, turn) in turns.iter().enumerate() {
        let next = turns.get(index + 1).copied().unwrap_or(to);
        let into = towards(*turn, previous);
        let out_of = towards(*turn, next);
        // Writing to a String cannot fail.
        let _ = write!(d, "L{}Q{} {}", pair(into), pair(*turn), pair(out_of));
        previous = *turn;
    }
    let _ = write!(d, "L{}", pair(to));
    d
}

/// The point one corner radius (or half the way) from `corner` in the direction of `other`.
fn towards(corner: Point, other: Point) -> Point {
    let length = corner.distance(other);
    if length < f64::EPSILON {
        return corner;
    }
    corner + (other - corner) * (CORNER.min(length / 2.0) / length)
}

fn pair(point: Point) -> String {
    let tenth = |value: f64| (value * 10.0).round() / 10.0 + 0.0;
    format!("{} {}", tenth(point.x), tenth(point.y))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        EdgeStyle::{Curved, Square},
        *,
    };

    #[test]
    fn a_target_to_the_right_is_one_curve_with_level_ends() {
        let path = edge_path(Point::new(240.0, 28.0), Point::new(340.0, 128.25), 200.0, Curved);

        assert_eq!(path.d, "M240 28C290 28 290 128.3 340 128.3");
        assert_eq!(path.label, Point::new(290.0, 78.125));
    }

    #[test]
    fn a_near_target_still_leaves_and_enters_level() {
        let path = edge_path(Point::new(0.0, 0.0), Point::new(30.0, 60.0), 90.0, Curved);

        assert_eq!(path.d, "M0 0C28 0 2 60 30 60");
    }

    #[test]
    fn square_lines_turn_half_way() {
        let path = edge_path(Point::new(0.0, 0.0), Point::new(200.0, 100.0), 200.0, Square);

        assert_eq!(path.d, "M0 0L84 0Q100 0 100 16L100 84Q100 100 116 100L200 100");
        assert_eq!(path.label, Point::new(100.0, 50.0));
    }

    #[test]
    fn a_target_behind_is_reached_below_the_cards() {
        let path = edge_path(Point::new(500.0, 40.0), Point::new(100.0, 40.0), 120.0, Curved);

        assert_eq!(
            path.d,
            "M500 40L514 40Q528 40 528 56L528 132Q528 148 512 148\
             L88 148Q72 148 72 132L72 56Q72 40 86 40L100 40"
        );
        assert_eq!(path.label, Point::new(300.0, 148.0));
    }

    proptest! {
        #[test]
        fn every_line_starts_and_ends_at_its_ports(
            x in -500i32..500, y in -500i32..500, dx in -800i32..800, dy in -500i32..500,
            square: bool,
        ) {
            let style = if square { Square } else { Curved };
            let from = Point::new(x.into(), y.into());
            let to = from + Point::new(dx.into(), dy.into());

            let path = edge_path(from, to, f64::from(y) + 100.0, style);

            let (start, end) = (format!("M{} {}", from.x, from.y), format!("{} {}", to.x, to.y));
            prop_assert!(path.d.starts_with(&start));
            prop_assert!(path.d.ends_with(&end));
            prop_assert!(!path.d.contains("NaN"));
            let points = edge_points(from, to, f64::from(y) + 100.0, style);
            prop_assert!(points[0] == from && points[points.len() - 1].distance(to) < 1e-6);
            let nearest = points.windows(2).map(|ends| {
                ends[0].distance(path.label) + ends[1].distance(path.label) - ends[0].distance(ends[1])
            });
            prop_assert!(nearest.fold(f64::INFINITY, f64::min) < 1.0);
        }
    }
}
