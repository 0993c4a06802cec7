//! Ribbons and rings: movement without a subject.

use std::f32::consts::TAU;

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// Wide waves of colour that pass one over another.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    canvas.wash([colors.bottom, colors.top], (0.0, 0.0), (1.0, 1.0));
    let sun = (dice.roll_between(0.6, 0.8), dice.roll_between(0.18, 0.32));
    draw_thing(canvas, "flow sun", sun, colors);
    let bands = [
        mix(colors.bottom, colors.far, 0.6),
        colors.far,
        mix(colors.far, colors.middle, 0.6),
        colors.accent,
        colors.middle,
        colors.near,
    ];
    let swing = dice.roll_between(0.06, 0.1);
    let start = dice.roll_between(0.0, TAU);
    for (band, color) in bands.into_iter().enumerate() {
        let level = 0.4 + 0.105 * band as f32;
        let phase = start + band as f32 * 0.55 + dice.roll_between(-0.15, 0.15);
        let wave = |x: f32| level + swing * (x * TAU * 0.8 + phase).sin() - 0.12 * (x - 0.5);
        let steps = (0..=96).map(|step| step as f32 / 96.0);
        let line: Vec<_> = steps.map(|x| (x, wave(x))).chain([(1.0, 1.0), (0.0, 1.0)]).collect();
        let inks = [mix(color, Color::WHITE, 0.22), color];
        canvas.shade(Outline::polygon(&line), inks, [(0.0, level - 0.1), (1.0, level + 0.15)]);
    }
    rings(canvas, colors, dice);
}

fn rings(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let at = (dice.roll_between(0.14, 0.3), dice.roll_between(0.2, 0.3));
    for ring in 1..=4 {
        let radius = 0.03 * ring as f32;
        let outline = Outline::ellipse(at, canvas.across(radius), canvas.down(radius));
        canvas.line(outline, 0.004, clear(colors.near, 0.5 - 0.09 * ring as f32));
    }
    for _ in 0..9 {
        let place = (dice.roll_between(0.05, 0.95), dice.roll_between(0.05, 0.4));
        canvas.disc(place, dice.roll_between(0.004, 0.011), clear(colors.near, 0.35));
    }
}
