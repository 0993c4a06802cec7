//! Landscapes.

use tiny_skia::Color;

use super::canvas::{Canvas, CanvasPoint, Outline};
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// A tree of three tiers, by its width and its height.
const FIR: &str = "M 0 1 L 0.5 0.52 L -0.5 0.52 Z M 0 0.6667 L 0.7333 0.22 L -0.7333 0.22 Z \
                   M 0 0.3333 L 0.9667 -0.08 L -0.9667 -0.08 Z";

/// Ridges one behind another under a low sun.
pub(super) fn mountains(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    canvas.wash([colors.top, colors.bottom], (0.5, 0.0), (0.5, 0.75));
    let sun = (dice.roll_between(0.24, 0.76), dice.roll_between(0.24, 0.36));
    draw_thing(canvas, "mountain sun", sun, colors);
    clouds(canvas, colors, dice);
    let layers = 5;
    for layer in 0..layers {
        let depth = layer as f32 / (layers - 1) as f32;
        let level = 0.48 + depth * 0.38;
        let line = ridge(level, 0.17 - depth * 0.07, dice);
        let color = ridge_color(colors, depth);
        let foot = mix(color, colors.bottom, 0.45 * (1.0 - depth * 0.7));
        canvas.shade(
            Outline::polygon(&line),
            [color, foot],
            [(0.5, level - 0.14), (0.5, level + 0.22)],
        );
    }
    birds(canvas, colors, dice);
    trees(canvas, mix(colors.near, Color::BLACK, 0.25), dice);
}

/// A sun over calm water.
pub(super) fn sea(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let horizon = dice.roll_between(0.5, 0.58);
    canvas.wash([colors.top, colors.bottom], (0.5, 0.0), (0.5, horizon));
    let x = dice.roll_between(0.3, 0.7);
    draw_thing(canvas, "sea sun", (x, horizon - 0.07), colors);
    clouds(canvas, colors, dice);
    let water = Outline::rectangle((0.0, horizon), 1.0, 1.0 - horizon);
    canvas.shade(
        water,
        [mix(colors.middle, colors.bottom, 0.35), colors.near],
        [(0.5, horizon), (0.5, 1.0)],
    );
    for wave in 0..4 {
        let depth = wave as f32 / 3.0;
        let level = horizon + 0.14 + depth * (0.86 - horizon - 0.06);
        let line = rolling(level, 0.012 + 0.014 * depth, 5, dice);
        let color = mix(colors.middle, colors.near, 0.25 + 0.65 * depth);
        canvas.shade(
            Outline::hills(&line),
            [clear(color, 0.85), colors.near],
            [(0.5, level), (0.5, 1.0)],
        );
    }
    glitter(canvas, (x, horizon), mix(colors.accent, Color::WHITE, 0.35), dice);
    let boat = (if x > 0.5 { x - 0.3 } else { x + 0.3 }, horizon + 0.012);
    draw_thing(canvas, "sail", boat, colors);
}

/// The colour of a ridge by its depth: 0 is the farthest, 1 the nearest.
fn ridge_color(colors: &Palette, depth: f32) -> Color {
    if depth < 0.5 {
        mix(colors.far, colors.middle, depth * 2.0)
    } else {
        mix(colors.middle, colors.near, depth * 2.0 - 1.0)
    }
}

/// A jagged line: the middle between two places is moved up or down, again and again.
fn ridge(level: f32, height: f32, dice: &mut Dice) -> Vec<CanvasPoint> {
    let mut heights = vec![
        dice.roll_between(-0.5, 0.5),
        dice.roll_between(-1.0, 0.2),
        dice.roll_between(-0.5, 0.5),
    ];
    let mut rough = 0.8;
    for _ in 0..6 {
        let middles = heights.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect::<Vec<_>>();
        let mut finer = Vec::with_capacity(heights.len() * 2);
        for (height, middle) in heights.iter().zip(middles) {
            finer.extend([*height, middle + dice.roll_between(-rough, rough)]);
        }
        finer.extend(heights.last());
        heights = finer;
        rough *= 0.5;
    }
    let steps = (heights.len() - 1) as f32;
    let place = |(at, bump): (usize, &f32)| (at as f32 / steps, level + bump * height);
    let mut line: Vec<CanvasPoint> = heights.iter().enumerate().map(place).collect();
    line.extend([(1.0, 1.0), (0.0, 1.0)]);
    line
}

/// A gently rolling line.
pub(super) fn rolling(level: f32, height: f32, bumps: usize, dice: &mut Dice) -> Vec<CanvasPoint> {
    let shift = dice.roll_between(-0.4, 0.4) / bumps as f32;
    let place = |at: usize| {
        let side = if at.is_multiple_of(2) { 1.0 } else { -1.0 };
        let x = (at as f32 - 1.0) / (bumps as f32 - 1.0) + shift;
        (x, level + side * height)
    };
    (0..bumps + 3).map(place).map(|(x, y)| (x, y + dice.roll_between(-0.3, 0.3) * height)).collect()
}

fn clouds(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    for _ in 0..3 {
        let at = (dice.roll_between(0.05, 0.95), dice.roll_between(0.08, 0.4));
        draw_thing(canvas, "cloud", at, colors);
    }
}

fn birds(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    let flock = (dice.roll_between(0.2, 0.7), dice.roll_between(0.15, 0.3));
    for _ in 0..5 {
        let (right, down) = (dice.roll_between(-0.08, 0.08), dice.roll_between(-0.05, 0.05));
        draw_thing(canvas, "bird", (flock.0 + right, flock.1 + down), colors);
    }
}

fn trees(canvas: &mut Canvas, color: Color, dice: &mut Dice) {
    let ground = 0.985;
    for side in [0.0, 1.0] {
        for _ in 0..7 {
            let reach: f32 = dice.roll_between(0.0, 0.24);
            let x = (side - reach).abs();
            let height = canvas.down(dice.roll_between(0.1, 0.2) * (1.0 - reach * 1.6));
            let width = canvas.across(0.032);
            let fir = Outline::path(FIR, |right, up| (x + width * right, ground - height * up));
            canvas.paint(fir, color);
        }
    }
    let floor = rolling(0.975, 0.008, 6, dice);
    canvas.paint(Outline::hills(&floor), color);
}

fn glitter(canvas: &mut Canvas, (x, horizon): CanvasPoint, color: Color, dice: &mut Dice) {
    for step in 0..16 {
        let depth = step as f32 / 16.0;
        let y = horizon + 0.012 + depth * 0.3;
        let half = canvas.across(0.02 + 0.1 * depth) * dice.roll_between(0.5, 1.0);
        let drift = canvas.across(0.03) * dice.roll_between(-1.0, 1.0);
        let line = Outline::ellipse((x + drift, y), half, canvas.down(0.0035));
        canvas.paint(line, clear(color, 0.75 - 0.5 * depth));
    }
}
