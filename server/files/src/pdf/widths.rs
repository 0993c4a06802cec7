//! How wide the signs of a font are (ISO 32000-1, 9.2.4 and 9.7.4.3).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

/// Entries that are read of one font; there are no more signs.
const MOST: usize = 65_536;

/// The widths of a font's signs, in thousandths of its size.
pub(super) struct Widths {
    /// By the first sign of a range, its last one and the width of each.
    ranges: BTreeMap<u16, (u16, f32)>,
    default: f32,
    bytes_a_sign: usize,
}

impl Widths {
    /// The widths that a font's dictionary lists; none where it lists none, as the standard 14
    /// fonts do.
    pub(super) fn from_font(document: &Document, font: &Dictionary) -> Option<Self> {
        let deref = |object| document.dereference(object).map(|(_, object)| object).ok();
        if let Ok(descendants) = font.get_deref(b"DescendantFonts", document) {
            let descendant = deref(descendants.as_array().ok()?.first()?)?.as_dict().ok()?;
            let default = descendant.get_deref(b"DW", document).and_then(Object::as_float);
            let listed = descendant.get_deref(b"W", document).and_then(Object::as_array);
            let listed = listed.map(Vec::as_slice).unwrap_or_default();
            let listed: Vec<&Object> = listed.iter().take(MOST).filter_map(deref).collect();
            let ranges = ranges(document, &listed);
            return Some(Self { ranges, default: default.unwrap_or(1000.0), bytes_a_sign: 2 });
        }
        let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).ok()?;
        let widths = font.get_deref(b"Widths", document).and_then(Object::as_array).ok()?;
        let widths = widths.iter().take(256).zip(first..).filter_map(|(width, sign)| {
            let (sign, width) = (u16::try_from(sign).ok()?, deref(width)?.as_float().ok()?);
            Some((sign, (sign, width)))
        });
        Some(Self { ranges: widths.collect(), default: 0.0, bytes_a_sign: 1 })
    }

    /// How wide signs are together, and how many they are.
    pub(super) fn advance(&self, signs: &[u8]) -> (f32, usize) {
        let signs = signs.chunks(self.bytes_a_sign);
        let count = signs.len();
        let sign = |bytes: &[u8]| bytes.iter().fold(0, |sign, byte| sign << 8 | u16::from(*byte));
        (signs.map(|bytes| self.width(sign(bytes))).sum(), count)
    }

    fn width(&self, sign: u16) -> f32 {
        let range = self.ranges.range(..=sign).next_back();
        let range = range.filter(|(_, (last, _))| *last >= sign);
        range.map_or(self.default, |(_, (_, width))| *width)
    }
}

/// `[first [w w …] first last w …]`.
fn ranges(document: &Document, listed: &[&Object]) -> BTreeMap<u16, (u16, f32)> {
    let mut ranges = BTreeMap::new();
    let number = |object: &Object| object.as_i64().ok().and_then(|n| u16::try_from(n).ok());
    let mut rest = listed.iter();
    while let (Some(first), Some(next)) = (rest.next(), rest.next()) {
        let Some(first) = number(first) else { break };
        if let Ok(widths) = next.as_array() {
            for (width, sign) in widths.iter().zip(first..) {
                let width = document.dereference(width).and_then(|(_, width)| width.as_float());
                ranges.extend(width.ok().map(|width| (sign, (sign, width))));
            }
        } else {
            let width = rest.next().and_then(|width| width.as_float().ok());
            let (Some(last), Some(width)) = (number(next), width) else { break };
            ranges.insert(first, (last, width));
        }
        if ranges.len() >= MOST {
            break;
        }
    }
    ranges
}
