//! Which cards a box drawn with the pointer means.

use super::geometry::Rect;

/// When a card counts as chosen by a box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cover {
    /// When the box touches it.
    #[default]
    Touching,
    /// When all of it lies in the box.
    Inside,
}

impl Cover {
    /// Whether `area` chooses `card`.
    pub fn chooses(self, area: Rect, card: Rect) -> bool {
        match self {
            Self::Touching => area.touches(card),
            Self::Inside => area.holds(card),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_takes_what_it_touches_or_only_what_it_holds() {
        let area = Rect::new(0.0, 0.0, 100.0, 100.0);
        let (inside, half) = (Rect::new(10.0, 10.0, 20.0, 20.0), Rect::new(90.0, 0.0, 50.0, 20.0));
        let outside = Rect::new(101.0, 0.0, 5.0, 5.0);

        assert!(Cover::Touching.chooses(area, inside) && Cover::Touching.chooses(area, half));
        assert!(Cover::Inside.chooses(area, inside) && !Cover::Inside.chooses(area, half));
        assert!(!Cover::Touching.chooses(area, outside));
    }
}
