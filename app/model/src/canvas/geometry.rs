//! Points, sizes and boxes.

use serde::{Deserialize, Serialize};

use crate::workflow::Position;

/// A position or a displacement; world units or screen pixels, as the context says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The distance to the right.
    pub x: f64,
    /// The distance downwards.
    pub y: f64,
}

impl Point {
    /// The point at `x` and `y`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The straight distance to `other`.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl From<Position> for Point {
    fn from(Position { x, y }: Position) -> Self {
        Self { x, y }
    }
}

impl From<Point> for Position {
    fn from(Point { x, y }: Point) -> Self {
        Self { x, y }
    }
}

impl std::ops::Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl std::ops::Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl std::ops::Mul<f64> for Point {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// Width and height, never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Size {
    /// A size; negative lengths count as none.
    pub const fn new(width: f64, height: f64) -> Self {
        Self { width: width.max(0.0), height: height.max(0.0) }
    }
}

/// An upright box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// The corner at the top left.
    pub origin: Point,
    /// Its width and height.
    pub size: Size,
}

impl Rect {
    /// The box with its top left corner at `x`, `y`.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { origin: Point::new(x, y), size: Size::new(width, height) }
    }

    /// The right side.
    pub fn right(self) -> f64 {
        self.origin.x + self.size.width
    }

    /// The lower side.
    pub fn bottom(self) -> f64 {
        self.origin.y + self.size.height
    }

    /// The middle of the box.
    pub fn center(self) -> Point {
        self.origin + Point::new(self.size.width, self.size.height) * 0.5
    }

    /// Whether `point` lies inside or on the border.
    pub fn contains(self, point: Point) -> bool {
        (self.origin.x..=self.right()).contains(&point.x)
            && (self.origin.y..=self.bottom()).contains(&point.y)
    }

    /// The box with these two opposite corners.
    pub fn from_corners(a: Point, b: Point) -> Self {
        Self::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
    }

    /// The same box elsewhere.
    #[must_use]
    pub fn shifted(self, by: Point) -> Self {
        Self { origin: self.origin + by, ..self }
    }

    /// The box with `margin` more on every side.
    #[must_use]
    pub fn grown(self, margin: f64) -> Self {
        let (x, y) = (self.origin.x - margin, self.origin.y - margin);
        Self::new(x, y, self.size.width + 2.0 * margin, self.size.height + 2.0 * margin)
    }

    /// Whether the two have a point in common, the border included.
    pub fn touches(self, other: Self) -> bool {
        self.origin.x <= other.right()
            && other.origin.x <= self.right()
            && self.origin.y <= other.bottom()
            && other.origin.y <= self.bottom()
    }

    /// Whether all of `other` lies inside.
    pub fn holds(self, other: Self) -> bool {
        self.contains(other.origin) && self.contains(Point::new(other.right(), other.bottom()))
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.origin.x.min(other.origin.x), self.origin.y.min(other.origin.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self::new(x, y, right - x, bottom - y)
    }

    /// The smallest box around all of them; nothing when there is none.
    pub fn bounding_box(boxes: impl IntoIterator<Item = Self>) -> Option<Self> {
        boxes.into_iter().reduce(Self::union)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_around_boxes_touches_the_outermost_sides() {
        let around = Rect::bounding_box([
            Rect::new(0.0, 10.0, 20.0, 20.0),
            Rect::new(-5.0, 40.0, 10.0, 5.0),
        ]);

        assert_eq!(around, Some(Rect::new(-5.0, 10.0, 25.0, 35.0)));
        assert_eq!(Rect::bounding_box([]), None);
    }

    #[test]
    fn a_box_contains_its_border() {
        let small = Rect::new(0.0, 0.0, 4.0, 2.0);

        assert!(small.contains(Point::new(4.0, 2.0)));
        assert!(!small.contains(Point::new(4.1, 1.0)));
        assert_eq!(small.center(), Point::new(2.0, 1.0));
    }
}
