//! A thing on a pedestal in soft light, as catalogues show it.

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// The pedestal's top, where things stand.
const TOP: f32 = 0.735;
const FLOOR: f32 = 0.8;
const ARCH: &str = "M -0.3 0 L -0.3 0.38 C -0.3 0.779 0.3 0.779 0.3 0.38 L 0.3 0 Z";

/// Wall, arch, floor, pedestal and the thing.
pub(super) fn draw(canvas: &mut Canvas, thing: &str, colors: &Palette, dice: &mut Dice) {
    canvas.wash([mix(colors.top, colors.bottom, 0.35), colors.bottom], (0.1, 0.0), (0.9, 0.8));
    let x = dice.roll_between(0.46, 0.54);
    let at = |right, up| (x + canvas.across(right), FLOOR - canvas.down(up));
    let (arch, ends) = (Outline::path(ARCH, at), [at(-0.3, 0.68), at(0.3, 0.0)]);
    canvas.shade(arch, [colors.far, mix(colors.far, colors.middle, 0.35)], ends);
    canvas.glow((x - 0.12, 0.3), 0.6, clear(Color::WHITE, 0.4));
    let floor = Outline::rectangle((0.0, FLOOR), 1.0, 0.2);
    canvas.shade(
        floor,
        [colors.far, mix(colors.far, colors.bottom, 0.4)],
        [(0.5, FLOOR), (0.5, 1.0)],
    );
    draw_thing(canvas, "pedestal", (x, TOP), colors);
    let side = if dice.roll(2) == 0 { -1.0 } else { 1.0 };
    draw_thing(canvas, "ball", (x + side * canvas.across(0.37), 0.86), colors);
    draw_thing(canvas, "block", (x - side * canvas.across(0.38), 0.9), colors);
    canvas.shadow((x + canvas.across(0.05), TOP), 0.16, 0.16, clear(colors.near, 0.5));
    draw_thing(canvas, thing, (x, TOP), colors);
}
