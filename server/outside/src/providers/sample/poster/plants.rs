//! Large leaves before a calm wall.

use std::f32::consts::{FRAC_PI_2, TAU};

use tiny_skia::Color;

use super::canvas::{Canvas, CanvasPoint, Outline};
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// Parts of a leaf: along its rib, and beside it.
const BLADE: &str = "M 0 0 C 0.25 0.9 0.7 1 1 0 C 0.7 -1 0.25 -0.9 0 0 Z";
const RIB: &str = "M 0 0 C 0.3 0.05 0.7 0.05 0.94 0";
const VEINS: &str = "M 0.4 -0.4 L 0.3 0 L 0.4 0.4 M 0.52 -0.46 L 0.42 0 L 0.52 0.46 \
                     M 0.64 -0.48 L 0.54 0 L 0.64 0.48 M 0.76 -0.42 L 0.66 0 L 0.76 0.42 \
                     M 0.88 -0.36 L 0.78 0 L 0.88 0.36";

/// Leaves that grow from the lower corners around a pale sun.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    canvas.wash([colors.bottom, mix(colors.bottom, colors.top, 0.8)], (0.2, 0.0), (0.8, 1.0));
    let sun = (dice.roll_between(0.42, 0.58), dice.roll_between(0.36, 0.44));
    draw_thing(canvas, "plant sun", sun, colors);
    for (depth, color) in [(0.0, colors.far), (0.5, colors.middle), (1.0, colors.near)] {
        for side in [-1.0, 1.0] {
            fan(canvas, side, depth, color, dice);
        }
    }
    blossoms(canvas, colors, dice);
}

fn fan(canvas: &mut Canvas, side: f32, depth: f32, color: Color, dice: &mut Dice) {
    let root = (0.5 + side * (0.3 + 0.14 * depth), 1.05);
    let count = 5;
    for number in 0..count {
        let spread = (number as f32 / (count - 1) as f32 - 0.5) * 1.9;
        let angle = -FRAC_PI_2 - side * 0.25 + spread + dice.roll_between(-0.12, 0.12);
        let length = (0.74 - 0.22 * depth) * dice.roll_between(0.72, 1.0);
        let shade = mix(color, Color::BLACK, dice.roll_between(0.0, 0.16));
        leaf(canvas, root, angle, length, shade);
    }
}

fn leaf(canvas: &mut Canvas, root: CanvasPoint, angle: f32, length: f32, color: Color) {
    let (sin, cos) = angle.sin_cos();
    let at = |along: f32, aside: f32| {
        let bend = along * along * 0.12 * length * cos.signum();
        let (ahead, beside) = (along * length, aside * length * 0.2);
        let x = cos * ahead - sin * beside + bend;
        let y = sin * ahead + cos * beside + bend.abs() * 0.6;
        (root.0 + canvas.across(x), root.1 + canvas.down(y))
    };
    let ends = [at(1.0, 0.0), at(0.0, 0.0)];
    let [outline, rib, veins] = [BLADE, RIB, VEINS].map(|path| Outline::path(path, at));
    canvas.shade(outline, [mix(color, Color::WHITE, 0.18), color], ends);
    let light = clear(mix(color, Color::WHITE, 0.5), 0.55);
    canvas.line(rib, 0.004, light);
    canvas.line(veins, 0.002, clear(light, 0.35));
}

fn blossoms(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    for _ in 0..6 {
        let (x, y) = (dice.roll_between(0.08, 0.92), dice.roll_between(0.68, 0.94));
        let size = dice.roll_between(0.014, 0.026);
        let turn = dice.roll_between(0.0, TAU);
        for petal in 0..5 {
            let (sin, cos) = (turn + petal as f32 * TAU / 5.0).sin_cos();
            let at = (x + canvas.across(size * cos), y + canvas.down(size * sin));
            canvas.disc(at, size * 0.72, mix(colors.bottom, Color::WHITE, 0.5));
        }
        canvas.disc((x, y), size * 0.55, colors.accent);
    }
}
