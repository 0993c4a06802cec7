//! Tiles of quarter circles, discs and stripes.

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::palette::{Palette, mix};
use crate::providers::sample::dice::Dice;

/// How far the pull of a curve stands off for it to look like a quarter circle.
const ROUND: f32 = 0.552_285;

/// A grid of simple shapes in the colours of the palette.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let paper = mix(colors.bottom, Color::WHITE, 0.3);
    canvas.wash([paper, paper], (0.0, 0.0), (1.0, 1.0));
    let short = 4 + dice.roll(2);
    let long = |ratio: f32| ((short as f32 * ratio).round() as usize).max(1);
    let shape = canvas.shape();
    let (columns, rows) =
        if shape >= 1.0 { (long(shape), short) } else { (short, long(1.0 / shape)) };
    let (width, height) = (1.0 / columns as f32, 1.0 / rows as f32);
    let inks = [colors.near, colors.middle, colors.accent, colors.far, colors.top];
    for row in 0..rows {
        for column in 0..columns {
            let ground = dice.roll(inks.len());
            let ink = (ground + 1 + dice.roll(inks.len() - 1)) % inks.len();
            let tile = Tile { x: column as f32 * width, y: row as f32 * height, width, height };
            let back = if dice.roll(3) == 0 { paper } else { inks[ground] };
            canvas.paint(tile.part(0.0, 0.0, 1.0, 1.0), back);
            tile.draw(canvas, [inks[ink], paper], dice);
        }
    }
}

struct Tile {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Tile {
    /// A place on the canvas, by shares of the tile's sides.
    fn point_at(&self, across: f32, down: f32) -> (f32, f32) {
        (self.x + across * self.width, self.y + down * self.height)
    }

    fn part(&self, across: f32, down: f32, width: f32, height: f32) -> Outline {
        Outline::rectangle(self.point_at(across, down), width * self.width, height * self.height)
    }

    /// A quarter disc around one corner, counted clockwise from the upper left.
    fn quarter(&self, corner: usize, radius: f32) -> Outline {
        let (flip_x, flip_y) = (matches!(corner, 1 | 2), matches!(corner, 2 | 3));
        let at = |across: f32, down: f32| {
            self.point_at(
                if flip_x { 1.0 - across } else { across },
                if flip_y { 1.0 - down } else { down },
            )
        };
        let pull = radius * ROUND;
        Outline::from_place(at(0.0, 0.0))
            .line_to(at(radius, 0.0))
            .curve(at(radius, pull), at(pull, radius), at(0.0, radius))
            .close()
    }

    fn disc(&self, radius: f32) -> Outline {
        Outline::ellipse(self.point_at(0.5, 0.5), radius * self.width, radius * self.height)
    }

    fn draw(&self, canvas: &mut Canvas, [ink, paper]: [Color; 2], dice: &mut Dice) {
        let corner = dice.roll(4);
        match dice.roll(7) {
            0 | 1 => canvas.paint(self.quarter(corner, 1.0), ink),
            2 => {
                canvas.paint(self.quarter(corner, 1.0), ink);
                canvas.paint(self.quarter(corner, 0.5), paper);
            }
            3 => {
                canvas.paint(self.quarter(corner, 0.5), ink);
                canvas.paint(self.quarter((corner + 2) % 4, 0.5), ink);
            }
            4 => {
                canvas.paint(self.disc(0.38), ink);
                canvas.paint(self.disc(0.16), paper);
            }
            5 => {
                for stripe in 0..3 {
                    canvas.paint(self.part(0.0, stripe as f32 / 3.0, 1.0, 1.0 / 6.0), ink);
                }
            }
            _ => {
                let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
                    .map(|(across, down)| self.point_at(across, down));
                let triangle =
                    [corners[corner], corners[(corner + 1) % 4], corners[(corner + 2) % 4]];
                canvas.paint(Outline::polygon(&triangle), ink);
            }
        }
    }
}
