//! Colours that go together.

use tiny_skia::Color;

use crate::providers::sample::dice::Dice;

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

const fn rgb(hex: u32) -> [u8; 3] {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

const fn six(colors: [u32; 6]) -> [[u8; 3]; 6] {
    let [a, b, c, d, e, f] = colors;
    [rgb(a), rgb(b), rgb(c), rgb(d), rgb(e), rgb(f)]
}

const DAWN: usize = 0;
const SUNSET: usize = 1;
const FOREST: usize = 2;
const OCEAN: usize = 3;
const SAND: usize = 4;
const BERRY: usize = 5;
const MINT: usize = 6;
const NIGHT: usize = 7;
const CITRUS: usize = 8;
const LAVENDER: usize = 9;
const CLAY: usize = 10;
const SLATE: usize = 11;

const PALETTES: [[[u8; 3]; 6]; 12] = [
    six([0xF7C9B6, 0xFCEBDD, 0xE7A79B, 0xB5727F, 0x5C3F5E, 0xF2795B]),
    six([0x3B2A5C, 0xF39C6B, 0xC65B63, 0x7B3B63, 0x2D1B43, 0xFFD27A]),
    six([0xCFE6DA, 0xF5F3E4, 0x9CC5A9, 0x55926F, 0x1F4A3D, 0xF0A84B]),
    six([0x8FD3E8, 0xEAF8F4, 0x6FB7D3, 0x2F7FA8, 0x123F63, 0xFF8966]),
    six([0xF3E3C8, 0xFBF5EA, 0xE0C49A, 0xBE9264, 0x6E4B34, 0xD9653B]),
    six([0xF6C1D0, 0xFDEBEC, 0xE58CA8, 0xB44C7C, 0x591F4E, 0xFFB454]),
    six([0xBFEADD, 0xF4FBF6, 0x86D0BD, 0x3FA08F, 0x17564F, 0xFF9F80]),
    six([0x0B1030, 0x34347A, 0x4A4794, 0x2B2B66, 0x12142F, 0xFFE6A6]),
    six([0xFFE08A, 0xFFF7DC, 0xFFC05C, 0xF58B3C, 0xA3411F, 0x2F9C95]),
    six([0xD6CCF2, 0xF6F1FB, 0xB19FDD, 0x7B66B8, 0x3B2F6B, 0xF7A8B8]),
    six([0xF1D3C2, 0xFAF0E8, 0xD99F83, 0xB0654A, 0x5A2E26, 0x3F7D74]),
    six([0xCBD8E6, 0xF3F6F9, 0x9FB4CB, 0x5F7A9A, 0x26374F, 0xF2A65A]),
];

/// Which palettes a word suggests.
const SUGGESTIONS: [(&[&str], &[usize]); 12] = [
    (&["night", "dark", "galaxy", "stars", "neon", "midnight", "moon"], &[NIGHT, SUNSET]),
    (&["sunset", "evening", "cinematic", "dramatic"], &[SUNSET, CLAY]),
    (
        &["forest", "green", "moss", "nature", "garden", "organic", "eco", "hiking", "hikers"],
        &[FOREST, MINT],
    ),
    (&["sea", "ocean", "beach", "blue", "surf", "lake", "water"], &[OCEAN, MINT]),
    (
        &["coffee", "desert", "bread", "bakery", "wood", "wooden", "vintage", "autumn", "cream"],
        &[SAND, CLAY],
    ),
    (&["love", "beauty", "berry", "fashion", "romantic", "pink"], &[BERRY, DAWN]),
    (
        &["fresh", "clean", "spa", "wellness", "mint", "health", "skincare", "herbs"],
        &[MINT, FOREST],
    ),
    (
        &[
            "summer", "sun", "solar", "orange", "lemon", "kids", "fun", "playful", "vibrant",
            "yellow",
        ],
        &[CITRUS, OCEAN],
    ),
    (
        &["sleep", "lavender", "dream", "lamp", "pastel", "purple", "watercolor", "watercolour"],
        &[LAVENDER, DAWN],
    ),
    (&["earth", "clay", "terracotta", "ceramic", "handmade", "craft", "leather"], &[CLAY, SAND]),
    (
        &["business", "office", "finance", "software", "tech", "corporate", "winter", "desk"],
        &[SLATE, LAVENDER],
    ),
    (&["morning", "dawn", "spring", "warm", "cozy", "family", "baby"], &[DAWN, SAND]),
];

/// The palette the words suggest, another one for each item.
pub(super) fn choose(words: &[String], turn: usize, dice: &mut Dice) -> Palette {
    let names = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let suggested: Vec<usize> = SUGGESTIONS
        .iter()
        .filter(|(on, _)| names(on))
        .flat_map(|(_, palettes)| *palettes)
        .copied()
        .collect();
    let chosen = match suggested.len() {
        0 => (dice.roll(PALETTES.len()) + turn) % PALETTES.len(),
        many => suggested[turn % many],
    };
    let [top, bottom, far, middle, near, accent] = PALETTES[chosen].map(color);
    Palette { top, bottom, far, middle, near, accent }
}

fn color([red, green, blue]: [u8; 3]) -> Color {
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
