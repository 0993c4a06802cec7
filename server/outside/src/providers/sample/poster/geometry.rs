//! Tiles of quarter circles, discs and stripes.

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::palette::{Palette, mix};
use super::pictures::{Layer, pictures};
use crate::providers::sample::dice::Dice;

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
            let corner = (column as f32 * width, row as f32 * height);
            let back = if dice.roll(3) == 0 { paper } else { inks[ground] };
            canvas.paint(Outline::rectangle(corner, width, height), back);
            let turn = dice.roll(4);
            let (flip_x, flip_y) = (matches!(turn, 1 | 2), matches!(turn, 2 | 3));
            let at = |right: f32, down: f32| {
                let right = if flip_x { 1.0 - right } else { right };
                let down = if flip_y { 1.0 - down } else { down };
                (corner.0 + right * width, corner.1 + down * height)
            };
            let tiles = &pictures().tiles;
            for Layer(name, path) in tiles.get(dice.roll(tiles.len())).into_iter().flatten() {
                let color = if name == "ink" { inks[ink] } else { paper };
                canvas.paint(Outline::path(path, at), color);
            }
        }
    }
}
