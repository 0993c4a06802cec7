//! Two texts side by side as rendered Markdown, with marks at the blocks that differ.

use std::ops::Range;

use leptos::prelude::*;
use model::api::compare::{Piece, Side};

use crate::markdown::{MarkdownText, Setting};

/// The level of the heading that compared texts stand below.
const HEADING: u8 = 3;

/// One of the two texts, put together from the pieces.
pub(super) fn text_of(pieces: &[Piece], side: Side) -> String {
    let has = |piece: &&Piece| piece.side == Side::Both || piece.side == side;
    pieces.iter().filter(has).map(|piece| piece.text.as_str()).collect()
}

/// The ranges of bytes in one of the texts that the other does not have.
fn changed_ranges(pieces: &[Piece], side: Side) -> Vec<Range<usize>> {
    let (mut at, mut ranges) = (0, vec![]);
    for piece in pieces.iter().filter(|piece| piece.side == Side::Both || piece.side == side) {
        let end = at + piece.text.len();
        if piece.side == side && !piece.text.trim().is_empty() {
            ranges.push(at..end);
        }
        at = end;
    }
    ranges
}

/// Both texts, rendered.
#[component]
pub(super) fn RenderedDifference(
    /// Both texts, cut where they differ.
    pieces: Vec<Piece>,
) -> impl IntoView {
    view! {
        <div class="diff__rendered">
            {one(&pieces, Side::Before, "Before")} {one(&pieces, Side::After, "After")}
        </div>
    }
}

fn one(pieces: &[Piece], side: Side, label: &'static str) -> AnyView {
    let text = text_of(pieces, side);
    let ranges = changed_ranges(pieces, side);
    let changed = Callback::new(move |part: Range<usize>| {
        ranges.iter().any(|range| range.start < part.end && part.start < range.end)
    });
    view! {
        <section class="diff__one" data-side=label.to_lowercase() aria-label=label>
            <p class="muted small">{label}</p>
            <MarkdownText text=text setting=Setting::Below(HEADING) changed=Some(changed) />
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_text_differs_is_told_by_its_own_bytes() {
        let piece = |side, text: &str| Piece { side, text: text.to_owned() };
        let pieces = [
            piece(Side::Both, "Zoë "),
            piece(Side::Before, "drank"),
            piece(Side::After, "makes"),
            piece(Side::Both, " tea."),
            piece(Side::After, "\n"),
        ];

        assert_eq!(text_of(&pieces, Side::After), "Zoë makes tea.\n");
        for side in [Side::Before, Side::After] {
            let ranges = changed_ranges(&pieces, side).into_iter();
            assert_eq!(ranges.map(|range| (range.start, range.end)).collect::<Vec<_>>(), [(5, 10)]);
        }
    }
}
