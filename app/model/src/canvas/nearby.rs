//! Where an arrow key leads from a card.

use super::geometry::{Point, Rect};

/// An arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards what comes before.
    Left,
    /// Towards what comes after.
    Right,
    /// Towards cards above.
    Up,
    /// Towards cards below.
    Down,
}

impl Direction {
    /// The arrow with this `KeyboardEvent.key`.
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            _ => return None,
        })
    }

    /// One unit this way.
    pub fn unit(self) -> Point {
        match self {
            Self::Left => Point::new(-1.0, 0.0),
            Self::Right => Point::new(1.0, 0.0),
            Self::Up => Point::new(0.0, -1.0),
            Self::Down => Point::new(0.0, 1.0),
        }
    }

    /// How far `to` lies ahead of `from` this way, and how far aside.
    fn offset(self, from: Point, to: Point) -> (f64, f64) {
        let way = to - from;
        match self {
            Self::Left => (-way.x, way.y),
            Self::Right => (way.x, way.y),
            Self::Up => (-way.y, way.x),
            Self::Down => (way.y, way.x),
        }
    }
}

/// The nearest of `cards` ahead of `from`; what lies aside counts as twice as far, and of equals
/// the first is taken.
pub fn nearest<T>(
    from: Rect,
    direction: Direction,
    cards: impl IntoIterator<Item = (T, Rect)>,
) -> Option<T> {
    let here = from.center();
    let ahead = cards.into_iter().filter_map(|(card, place)| {
        let (along, aside) = direction.offset(here, place.center());
        (along > 1.0).then(|| (along + 2.0 * aside.abs(), card))
    });
    ahead.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, card)| card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_to_the_nearest_card_in_their_direction() {
        let card = |x: f64, y: f64| Rect::new(x, y, 240.0, 56.0);
        let from = card(0.0, 0.0);
        let go = |direction| {
            let others = [("b", card(300.0, 20.0)), ("c", card(0.0, 150.0))];
            nearest(from, direction, others)
        };

        assert_eq!(go(Direction::Right), Some("b"));
        assert_eq!(go(Direction::Down), Some("c"));
        assert_eq!(go(Direction::Left), None);
        assert_eq!(Direction::from_key("Enter"), None);
    }
}
