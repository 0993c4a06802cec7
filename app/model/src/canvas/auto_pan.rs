//! The view moves on by itself while something is dragged near its border.

use super::geometry::{Point, Size};

/// From how near to a border on the view moves, in screen pixels.
const NEAR: f64 = 40.0;
/// The fastest movement, in screen pixels a second.
const FASTEST: f64 = 900.0;

/// How the view's pan changes in `seconds` while a drag is at `at` (screen): the deeper in the
/// border, the faster; nothing elsewhere.
pub fn auto_pan(at: Point, view: Size, seconds: f64) -> Point {
    let step = FASTEST * seconds;
    Point::new(depth(at.x, view.width) * step, depth(at.y, view.height) * step)
}

/// From 1 at the lower border to −1 at the upper one.
fn depth(at: f64, length: f64) -> f64 {
    let near = NEAR.min(length / 2.0);
    if near <= 0.0 {
        return 0.0;
    }
    let (low, high) = ((near - at) / near, (at - (length - near)) / near);
    low.clamp(0.0, 1.0) - high.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Size = Size::new(800.0, 600.0);

    #[test]
    fn the_middle_rests_and_the_border_moves_the_faster_the_deeper() {
        assert_eq!(auto_pan(Point::new(400.0, 300.0), VIEW, 1.0), Point::default());
        assert_eq!(auto_pan(Point::new(0.0, 300.0), VIEW, 1.0), Point::new(900.0, 0.0));
        assert_eq!(auto_pan(Point::new(780.0, 640.0), VIEW, 0.1), Point::new(-45.0, -90.0));
    }
}
