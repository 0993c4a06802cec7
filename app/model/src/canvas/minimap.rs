//! The whole world in a small box, and what part of it is seen.

use super::{
    geometry::{Point, Rect, Size},
    viewport::Viewport,
};

/// How a world lies in a small map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimap {
    scale: f64,
    offset: Point,
}

impl Minimap {
    /// The map of `size` that shows all of `world` in its middle, `margin` map pixels from its
    /// borders.
    pub fn new(world: Rect, size: Size, margin: f64) -> Self {
        let view = Viewport::fit(world, size, margin);
        // Fitting is bounded to what a person may zoom to; a map is not.
        let room = Size::new(size.width - 2.0 * margin, size.height - 2.0 * margin);
        let wide = room.width / world.size.width.max(1.0);
        let high = room.height / world.size.height.max(1.0);
        let scale = wide.min(high).min(view.zoom);
        let middle = Point::new(size.width, size.height) * 0.5;
        Self { scale, offset: middle - world.center() * scale }
    }

    /// Where a world point lies on the map.
    pub fn to_map(self, world: Point) -> Point {
        world * self.scale + self.offset
    }

    /// Where a world box lies on the map.
    pub fn rect(self, world: Rect) -> Rect {
        let at = self.to_map(world.origin);
        Rect::new(at.x, at.y, world.size.width * self.scale, world.size.height * self.scale)
    }

    /// The world point under a point of the map.
    pub fn to_canvas(self, map: Point) -> Point {
        (map - self.offset) * (1.0 / self.scale)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_map_shows_all_of_the_world_and_leads_back(
            x in -9_000.0..9_000.0, y in -9_000.0..9_000.0,
            width in 1.0..40_000.0, height in 1.0..40_000.0, dx in 0.0..1.0, dy in 0.0..1.0,
        ) {
            let world = Rect::new(x, y, width, height);
            let size = Size::new(200.0, 132.0);
            let map = Minimap::new(world, size, 8.0);
            let point = world.origin + Point::new(width * dx, height * dy);

            let shown = map.to_map(point);

            prop_assert!(Rect::new(7.9, 7.9, 184.2, 116.2).contains(shown), "{shown:?}");
            prop_assert!(map.to_canvas(shown).distance(point) < 1e-3);
        }
    }
}
