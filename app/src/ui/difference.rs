//! How two texts differ: both in one, what is gone struck out and what is new underlined.

use leptos::prelude::*;
use model::api::compare::{Piece, Side};

use super::format::counted;

/// Two texts in one, after a line that sums up how they differ.
#[component]
pub fn TextDifference(
    /// Both texts, cut where they differ.
    pieces: Vec<Piece>,
) -> impl IntoView {
    let summary = summary(&pieces);
    let words = pieces.into_iter().map(piece).collect_view();
    view! {
        <p class="muted small">{summary}</p>
        <p class="diff__text" dir="auto">
            {words}
        </p>
    }
}

/// "1 place removed, 1 place added".
fn summary(pieces: &[Piece]) -> String {
    let count = |side| pieces.iter().filter(|piece| piece.side == side).count() as u64;
    match (count(Side::Before), count(Side::After)) {
        (0, 0) => "They are the same.".to_owned(),
        (gone, new) => format!(
            "Removed in {}, added in {}.",
            counted(gone, "place", "places"),
            counted(new, "place", "places")
        ),
    }
}

fn piece(Piece { side, text }: Piece) -> AnyView {
    match side {
        Side::Both => view! { <span>{text}</span> }.into_any(),
        Side::Before => view! { <del>{text}</del> }.into_any(),
        Side::After => view! { <ins>{text}</ins> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_summed_up_before_it_is_read() {
        let piece = |side| Piece { side, text: "word".to_owned() };

        let words = [
            summary(&[piece(Side::Both), piece(Side::Before), piece(Side::After)]),
            summary(&[piece(Side::Both)]),
        ];

        assert_eq!(words, ["Removed in 1 place, added in 1 place.", "They are the same."]);
    }
}
