//! Large leaves before a calm wall.

use std::f32::consts::{FRAC_PI_2, TAU};

use tiny_skia::Color;

use super::canvas::{Canvas, CanvasPoint, Outline};
use super::palette::{Palette, clear, mix};
use crate::providers::sample::dice::Dice;

/// Leaves that grow from the lower corners around a pale sun.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    canvas.wash([colors.bottom, mix(colors.bottom, colors.top, 0.8)], (0.2, 0.0), (0.8, 1.0));
    let sun = (dice.roll_between(0.42, 0.58), dice.roll_between(0.36, 0.44));
    canvas.glow(sun, 0.6, clear(colors.accent, 0.25));
    canvas.shaded_disc(sun, 0.26, [mix(colors.accent, Color::WHITE, 0.35), colors.accent]);
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
    for leaf in 0..count {
        let spread = (leaf as f32 / (count - 1) as f32 - 0.5) * 1.9;
        let angle = -FRAC_PI_2 - side * 0.25 + spread + dice.roll_between(-0.12, 0.12);
        let length = (0.74 - 0.22 * depth) * dice.roll_between(0.72, 1.0);
        let shade = mix(color, Color::BLACK, dice.roll_between(0.0, 0.16));
        draw_leaf(canvas, Leaf { root, angle, length, width: length * 0.2 }, shade);
    }
}

/// Where a leaf grows and how large it is.
struct Leaf {
    root: CanvasPoint,
    angle: f32,
    length: f32,
    width: f32,
}

impl Leaf {
    /// A place `along` the leaf and `aside` of its rib.
    fn point_at(&self, canvas: &Canvas, along: f32, aside: f32) -> CanvasPoint {
        let (sin, cos) = self.angle.sin_cos();
        let bend = along * along * 0.12 * self.length * cos.signum();
        let (ahead, beside) = (along * self.length, aside * self.width);
        let x = cos * ahead - sin * beside + bend;
        let y = sin * ahead + cos * beside + bend.abs() * 0.6;
        (self.root.0 + canvas.across(x), self.root.1 + canvas.down(y))
    }
}

fn draw_leaf(canvas: &mut Canvas, leaf: Leaf, color: Color) {
    let at = |along, aside| leaf.point_at(canvas, along, aside);
    let (root, tip) = (at(0.0, 0.0), at(1.0, 0.0));
    let outline = Outline::from_place(root)
        .curve(at(0.25, 0.9), at(0.7, 1.0), tip)
        .curve(at(0.7, -1.0), at(0.25, -0.9), root)
        .close();
    let rib = Outline::from_place(root).curve(at(0.3, 0.05), at(0.7, 0.05), at(0.94, 0.0));
    let veins: Vec<Outline> = [0.3, 0.42, 0.54, 0.66, 0.78]
        .into_iter()
        .flat_map(|along| [-1.0, 1.0].map(|side| (along, side)))
        .map(|(along, side)| {
            let reach = 0.5 * (1.0 - (along - 0.5_f32).abs());
            Outline::from_place(at(along, 0.0)).line_to(at(along + 0.1, side * reach))
        })
        .collect();
    canvas.shade(outline, [mix(color, Color::WHITE, 0.18), color], [tip, root]);
    let light = clear(mix(color, Color::WHITE, 0.5), 0.55);
    canvas.line(rib, 0.004, light);
    for vein in veins {
        canvas.line(vein, 0.002, clear(light, 0.35));
    }
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
