//! Colours that go together.

use tiny_skia::Color;

/// Six colours: two of the sky or wall, three of what stands before it from far to near, and one
/// that stands out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    pub(super) top: Color,
    pub(super) bottom: Color,
    pub(super) far: Color,
    pub(super) middle: Color,
    pub(super) near: Color,
    pub(super) accent: Color,
}

impl Palette {
    /// The palette of six hexadecimal colours.
    pub(super) fn new(colors: &[String; 6]) -> Self {
        let [top, bottom, far, middle, near, accent] = colors.each_ref().map(|hex| color(hex));
        Self { top, bottom, far, middle, near, accent }
    }

    /// A colour by its name or hexadecimal, and behind it what it is mixed with and how much of that,
    /// such as `near white 0.3`; `@` and a number make it clear.
    pub(super) fn ink(&self, words: &str) -> Color {
        let mut words = words.split(' ');
        let mut ink = self.named(words.next().unwrap_or_default());
        while let (Some(with), Some(share)) = (words.next(), words.next()) {
            let share = share.parse().unwrap_or_default();
            ink = if with == "@" { clear(ink, share) } else { mix(ink, self.named(with), share) };
        }
        ink
    }

    fn named(&self, name: &str) -> Color {
        match name {
            "white" => Color::WHITE,
            "black" => Color::BLACK,
            "top" => self.top,
            "bottom" => self.bottom,
            "far" => self.far,
            "middle" => self.middle,
            "near" => self.near,
            "accent" => self.accent,
            hex => color(hex),
        }
    }
}

fn color(hex: &str) -> Color {
    let rgb = u32::from_str_radix(hex, 16).unwrap_or_default();
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

/// A colour between two, `share` of the way to the second.
pub(super) fn mix(first: Color, second: Color, share: f32) -> Color {
    let part = |a: f32, b: f32| (a + (b - a) * share).clamp(0.0, 1.0);
    Color::from_rgba(
        part(first.red(), second.red()),
        part(first.green(), second.green()),
        part(first.blue(), second.blue()),
        part(first.alpha(), second.alpha()),
    )
    .unwrap_or(first)
}

/// The colour, seen through.
pub(super) fn clear(mut color: Color, opacity: f32) -> Color {
    color.set_alpha(opacity.clamp(0.0, 1.0));
    color
}
