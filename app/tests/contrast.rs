//! The palette keeps its promise: every pair of colours has the contrast it was designed with.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");
const PAIRS: &str = include_str!("contrast_pairs.txt");

/// Red, green, blue from 0 to 255, and opacity.
#[derive(Debug, Clone, Copy)]
struct Colour([f64; 3], f64);

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let channel = |hex: &str| u8::from_str_radix(hex, 16).ok().map(f64::from);
        if let Some(hex) = text.strip_prefix('#') {
            let rgb = [channel(&hex[0..2])?, channel(&hex[2..4])?, channel(&hex[4..6])?];
            return Some(Self(rgb, 1.0));
        }
        let (rgb, alpha) = text.strip_prefix("rgb(")?.strip_suffix(')')?.split_once('/')?;
        let rgb: Vec<f64> = rgb.split_whitespace().map(|part| part.parse().unwrap()).collect();
        Some(Self([rgb[0], rgb[1], rgb[2]], alpha.trim().parse().ok()?))
    }

    fn over(self, below: Self) -> Self {
        let mix = |top: f64, bottom: f64| (top * self.1 + bottom * (1.0 - self.1)).round();
        let [r, g, b] = self.0;
        Self([mix(r, below.0[0]), mix(g, below.0[1]), mix(b, below.0[2])], 1.0)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: f64| {
            let share = channel / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Token name → its colours in the light and in the dark theme.
fn palette() -> BTreeMap<String, [Colour; 2]> {
    let token = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
        let (light, dark) =
            value.trim().strip_prefix("light-dark(")?.strip_suffix(");")?.split_once(", ")?;
        Some((name.to_owned(), [Colour::parse(light)?, Colour::parse(dark)?]))
    };
    TOKENS.lines().filter_map(token).collect()
}

fn resolve(name: &str, theme: usize, palette: &BTreeMap<String, [Colour; 2]>) -> Colour {
    if let Some((top, below)) = name.split_once('/') {
        return resolve(top, theme, palette).over(resolve(below, theme, palette));
    }
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let colour = match plain {
        "white" => Colour([255.0; 3], 1.0),
        "black" => Colour([0.0; 3], 1.0),
        _ => palette.get(plain).unwrap_or_else(|| panic!("no token --{plain}"))[theme],
    };
    match name[plain.len()..].parse::<f64>() {
        Ok(percent) => Colour(colour.0, percent / 100.0),
        Err(_) => colour,
    }
}

#[test]
fn every_pair_of_the_palette_keeps_its_contrast() {
    let palette = palette();
    let rows: Vec<Vec<&str>> = PAIRS
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .filter(|row: &Vec<&str>| !row.is_empty())
        .collect();

    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let theme = usize::from(row[0] == "dark");
            let ratio =
                contrast(resolve(row[1], theme, &palette), resolve(row[2], theme, &palette));
            let (expected, need) = (row[3].parse::<f64>().unwrap(), row[4].parse::<f64>().unwrap());
            let kept = ratio >= need && ((ratio * 100.0).floor() / 100.0 - expected).abs() < 0.011;
            (!kept).then(|| format!("{row:?} is {ratio:.3}"))
        })
        .collect();

    assert_eq!(rows.len(), 220);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_selected_row_is_brand_at_fourteen_percent_over_the_surface() {
    let palette = palette();

    for theme in [0, 1] {
        let mixed = resolve("brand14/surface", theme, &palette);
        assert_eq!(mixed.0, palette["selected"][theme].0);
    }
}
