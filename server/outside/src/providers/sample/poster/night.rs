//! Planets and stars.

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::land::rolling;
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// The halves of a ring, behind a planet and before it.
const RING: [&str; 2] = [
    "M -1 0.5 C -1 -1 1 -2 1 -0.5 C 0.85 -1.58 -0.85 -0.58 -1 0.5 Z",
    "M -1 0.5 C -1 2 1 1 1 -0.5 C 0.85 0.58 -0.85 1.58 -1 0.5 Z",
];

/// A starry sky with a ringed planet over dark hills.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let deep = mix(colors.near, Color::BLACK, 0.55);
    let dusk = mix(colors.middle, colors.near, 0.35);
    canvas.wash([deep, dusk], (0.5, 0.0), (0.5, 0.95));
    canvas.glow((dice.roll_between(0.1, 0.9), 0.75), 0.8, clear(colors.accent, 0.28));
    canvas.glow((dice.roll_between(0.1, 0.9), 0.2), 0.7, clear(colors.far, 0.3));
    stars(canvas, colors, dice);
    planet(canvas, colors, dice);
    let moon = (dice.roll_between(0.12, 0.3), dice.roll_between(0.14, 0.26));
    draw_thing(canvas, "moon", moon, colors);
    for layer in 0..3 {
        let depth = layer as f32 / 2.0;
        let level = 0.8 + 0.075 * layer as f32;
        let line = rolling(level, 0.028, 4 + layer, dice);
        let color = mix(mix(colors.near, colors.middle, 0.25), Color::BLACK, 0.25 + 0.3 * depth);
        canvas.paint(Outline::hills(&line), color);
    }
}

fn stars(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    for _ in 0..170 {
        let at = (dice.roll_between(0.0, 1.0), dice.roll_between(0.0, 0.82));
        let size = dice.roll_between(0.0008, 0.0026);
        canvas.disc(at, size, clear(Color::WHITE, dice.roll_between(0.35, 0.95)));
    }
    for _ in 0..6 {
        let at = (dice.roll_between(0.05, 0.95), dice.roll_between(0.05, 0.6));
        draw_thing(canvas, "star", at, colors);
    }
}

fn planet(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let at = (dice.roll_between(0.52, 0.7), dice.roll_between(0.36, 0.46));
    let radius = dice.roll_between(0.17, 0.22);
    canvas.glow(at, radius * 2.3, clear(colors.accent, 0.3));
    let (across, down) = (canvas.across(radius * 1.75), canvas.down(radius * 0.62));
    let [behind, before] = RING.map(|path| {
        Outline::path(path, |right, below| (at.0 + across * right, at.1 + down * below))
    });
    let dust = mix(colors.accent, Color::WHITE, 0.45);
    canvas.paint(behind, clear(dust, 0.55));
    canvas.shaded_disc(
        at,
        radius,
        [mix(colors.accent, Color::WHITE, 0.25), mix(colors.far, colors.near, 0.55)],
    );
    canvas.paint(before, clear(dust, 0.85));
}
