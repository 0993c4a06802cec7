//! Draws things that are written down as strokes.

use super::canvas::{Canvas, CanvasPoint, Outline};
use super::palette::Palette;
use super::pictures::{Stroke, pictures};

/// A thing at its place: its lengths are right of the place and above it.
pub(super) fn draw_thing(canvas: &mut Canvas, name: &str, (x, y): CanvasPoint, colors: &Palette) {
    for Stroke(how, inks, size, path) in pictures().things.get(name).into_iter().flatten() {
        let at = |right, up| (x + canvas.across(right), y - canvas.down(up));
        let ends = [at(-size, 0.0), at(*size, 0.0)];
        let numbers: Vec<f32> = path.split(' ').filter_map(|word| word.parse().ok()).collect();
        let outline = Outline::path(path, at);
        let (left, other) = inks.split_once(" | ").unwrap_or((inks, inks));
        let (left, other) = (colors.ink(left), colors.ink(other));
        match (how.as_str(), numbers.as_slice()) {
            ("fill", _) if left == other => canvas.paint(outline, left),
            ("fill", _) => canvas.shade(outline, [left, other], ends),
            ("line", _) => canvas.line(outline, *size, left),
            ("disc", [right, up]) => canvas.shaded_disc(at(*right, *up), *size, [left, other]),
            ("glow", [right, up]) => canvas.glow(at(*right, *up), *size, left),
            ("shadow", [right, up, flat]) => canvas.shadow(at(*right, *up), *size, *flat, left),
            _ => {}
        }
    }
}
