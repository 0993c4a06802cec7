//! How two texts differ: in one, what is gone struck out and what is new underlined; or side by side.

use leptos::prelude::*;
use model::api::compare::{Piece, Row, Side, rows};

use super::difference::Look;
use crate::ui::format::counted;

/// Two texts, after a line that sums up how they differ.
#[component]
pub(super) fn TextDifference(
    /// Both texts, cut where they differ.
    pieces: Vec<Piece>,
    look: RwSignal<Look>,
) -> impl IntoView {
    let summary = summary(&pieces);
    let pieces = StoredValue::new(pieces);
    let shown = move || match look.get() {
        Look::Inline => {
            let words = pieces.get_value().into_iter().map(piece).collect_view();
            view! {
                <p class="diff__text" dir="auto">
                    {words}
                </p>
            }
            .into_any()
        }
        Look::Sides => {
            let rows = pieces.with_value(|pieces| rows(pieces));
            view! { <div class="diff__rows">{rows.into_iter().map(row).collect_view()}</div> }
                .into_any()
        }
    };
    view! {
        <p class="muted small">{summary}</p>
        {shown}
    }
}

/// "Removed in 1 place, added in 2 places."
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

fn row(row: Row) -> AnyView {
    match row {
        Row::Same { lines } => view! {
            <p class="diff__same subtle small num">
                {format!("{} the same", counted(lines as u64, "line", "lines"))}
            </p>
        }
        .into_any(),
        Row::Lines { before, after } => {
            let same = (before == after).then_some("");
            view! {
                <p class="diff__side" data-side="before" data-same=same dir="auto">
                    {before.into_iter().map(piece).collect_view()}
                </p>
                <p class="diff__side" data-side="after" data-same=same dir="auto">
                    {after.into_iter().map(piece).collect_view()}
                </p>
            }
            .into_any()
        }
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
