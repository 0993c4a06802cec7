//! The word SAMPLE in a corner of every poster.

use image::{Rgb, RgbImage};

/// Five columns by seven rows each, the highest bit leftmost.
const LETTERS: [[u8; 7]; 6] = [
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
];
const COLUMNS: u32 = 6 * 6 - 1;
const ROWS: u32 = 7;
const MARGIN: u32 = 4;
const DARK: Rgb<u8> = Rgb([24, 24, 32]);
const LIGHT: Rgb<u8> = Rgb([255, 255, 255]);

/// Stamps the mark into the lower right corner, readable and small at any size.
pub(super) fn stamp(image: &mut RgbImage) {
    let (width, height) = image.dimensions();
    let dot = (width.min(height) / 512).max(1);
    let (wide, high) = ((COLUMNS + 2 * MARGIN) * dot, (ROWS + 2 * MARGIN) * dot);
    if wide + 2 * MARGIN * dot > width || high + 2 * MARGIN * dot > height {
        return;
    }
    let (left, top) = (width - wide - MARGIN * 2 * dot, height - high - MARGIN * 2 * dot);
    for y in 0..high {
        for x in 0..wide {
            if is_corner(x / dot, y / dot) {
                continue;
            }
            let pixel = image.get_pixel_mut(left + x, top + y);
            let inked = is_inked((x / dot).wrapping_sub(MARGIN), (y / dot).wrapping_sub(MARGIN));
            *pixel = if inked { blend(*pixel, LIGHT, 230) } else { blend(*pixel, DARK, 110) };
        }
    }
}

fn is_inked(column: u32, row: u32) -> bool {
    let letter = LETTERS.get(column as usize / 6).and_then(|letter| letter.get(row as usize));
    let within = column % 6;
    within < 5 && letter.is_some_and(|bits| bits >> (4 - within) & 1 == 1)
}

fn is_corner(column: u32, row: u32) -> bool {
    let (last_column, last_row) = (COLUMNS + 2 * MARGIN - 1, ROWS + 2 * MARGIN - 1);
    (column == 0 || column == last_column) && (row == 0 || row == last_row)
}

fn blend(below: Rgb<u8>, above: Rgb<u8>, opacity: u16) -> Rgb<u8> {
    let mix = |a: u8, b: u8| {
        let mixed = (u16::from(a) * (255 - opacity) + u16::from(b) * opacity) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    Rgb([0, 1, 2].map(|channel| mix(below.0[channel], above.0[channel])))
}
