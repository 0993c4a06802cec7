//! A skyline with lit windows.

use tiny_skia::Color;

use super::canvas::{Canvas, Outline};
use super::palette::{Palette, clear, mix};
use super::stroke::draw_thing;
use crate::providers::sample::dice::Dice;

/// Rows of houses one before another.
pub(super) fn draw(canvas: &mut Canvas, colors: &Palette, dice: &mut Dice) {
    canvas.wash([colors.top, colors.bottom], (0.5, 0.0), (0.5, 0.9));
    let sun = (dice.roll_between(0.22, 0.78), dice.roll_between(0.2, 0.34));
    draw_thing(canvas, "city sun", sun, colors);
    let rows =
        [(colors.far, 0.5), (mix(colors.far, colors.middle, 0.7), 0.62), (colors.middle, 0.74)];
    for (color, level) in rows {
        row(canvas, [color, mix(color, colors.bottom, 0.3)], level, dice);
    }
    row(canvas, [colors.near, mix(colors.near, Color::BLACK, 0.2)], 0.86, dice);
    let street = Outline::rectangle((0.0, 0.96), 1.0, 0.04);
    canvas.paint(street, mix(colors.near, Color::BLACK, 0.35));
}

fn row(canvas: &mut Canvas, colors: [Color; 2], level: f32, dice: &mut Dice) {
    let mut x = dice.roll_between(-0.05, 0.0);
    while x < 1.0 {
        let width = canvas.across(dice.roll_between(0.07, 0.15));
        let top = level - dice.roll_between(0.0, 0.2);
        house(canvas, x, top, width, colors, dice);
        x += width + canvas.across(0.006);
    }
}

fn house(canvas: &mut Canvas, x: f32, top: f32, width: f32, colors: [Color; 2], dice: &mut Dice) {
    let body = Outline::rectangle((x, top), width, 1.0 - top);
    canvas.shade(body, colors, [(x, top), (x, top + 0.35)]);
    let at = |right, up| (x + width * right, top - canvas.down(up));
    match dice.roll(5) {
        0 => canvas.paint(Outline::path("M 0 0 L 0.5 0.04 L 1 0 Z", at), colors[0]),
        1 => canvas.line(Outline::path("M 0.5 0 L 0.5 0.06", at), 0.004, colors[0]),
        2 => {
            canvas.paint(Outline::path("M 0.2 0 L 0.2 0.025 L 0.8 0.025 L 0.8 0 Z", at), colors[0])
        }
        _ => {}
    }
    windows(canvas, x, top, width, colors[0], dice);
}

fn windows(canvas: &mut Canvas, x: f32, top: f32, width: f32, wall: Color, dice: &mut Dice) {
    let columns = ((width / canvas.across(0.024)) as usize).max(2);
    let gap = width / columns as f32;
    let step = canvas.down(0.032);
    let lit = Color::from_rgba8(255, 232, 176, 255);
    for floor in 0..9 {
        for column in 0..columns {
            let light =
                if dice.roll(3) == 0 { clear(lit, 0.85) } else { mix(wall, Color::WHITE, 0.12) };
            let place = (x + gap * (column as f32 + 0.28), top + step * (floor as f32 + 0.6));
            canvas.paint(Outline::rectangle(place, gap * 0.44, step * 0.5), light);
        }
    }
}
