//! Dragging cards: where they come to lie, and what shows it.

use super::{
    geometry::{Point, Rect},
    snap::{Guide, snap},
};

/// How near a card must come to a line of another to be drawn to it, in screen pixels.
const REACH: f64 = 6.0;

/// How freely cards move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Freedom {
    /// Exactly where the pointer leads, without grid and guides.
    pub exact: bool,
    /// Only along the longer axis of the movement.
    pub straight: bool,
}

/// Where dragged cards come to lie.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Carried {
    /// How far they are moved, in world units.
    pub by: Point,
    /// The lines they were drawn to.
    pub guides: Vec<Guide>,
}

/// Moves the cards in the box `moving` by `wanted`: onto the lines of `others` where these are
/// near, else onto the grid.
pub fn carry(moving: Rect, wanted: Point, others: &[Rect], zoom: f64, freedom: Freedom) -> Carried {
    let wanted = if freedom.straight { straightened(wanted) } else { wanted };
    if freedom.exact {
        return Carried { by: wanted, guides: vec![] };
    }
    let snapped = snap(moving.shifted(wanted), others, REACH / zoom);
    let held =
        |free: f64, snapped: f64| if freedom.straight && free == 0.0 { 0.0 } else { snapped };
    let by = snapped.origin - moving.origin;
    let by = Point::new(held(wanted.x, by.x), held(wanted.y, by.y));
    Carried { by, guides: snapped.guides }
}

fn straightened(by: Point) -> Point {
    if by.x.abs() >= by.y.abs() { Point::new(by.x, 0.0) } else { Point::new(0.0, by.y) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Rect = Rect::new(0.0, 0.0, 240.0, 90.0);

    #[test]
    fn a_card_comes_to_lie_on_the_grid_unless_it_is_moved_exactly() {
        let wanted = Point::new(37.0, 21.0);
        let free = Freedom::default();

        assert_eq!(carry(CARD, wanted, &[], 1.0, free).by, Point::new(32.0, 16.0));
        let exact = Freedom { exact: true, ..free };
        assert_eq!(carry(CARD, wanted, &[], 1.0, exact).by, wanted);
        let straight = Freedom { straight: true, ..free };
        assert_eq!(carry(CARD, wanted, &[], 1.0, straight).by, Point::new(32.0, 0.0));
    }

    #[test]
    fn a_card_near_the_line_of_another_comes_to_lie_on_it() {
        let other = Rect::new(501.0, 300.0, 240.0, 56.0);

        let carried = carry(CARD, Point::new(497.0, 100.0), &[other], 1.0, Freedom::default());

        assert_eq!(carried.by.x, 501.0);
        assert!(!carried.guides.is_empty());
    }
}
