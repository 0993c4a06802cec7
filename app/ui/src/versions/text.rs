//! The difference of two texts: inline with deletions struck out and insertions underlined, or side
//! by side.

use leptos::prelude::*;
use model::api::compare::{Piece, Row, Side, rows};

use super::{look::Look, rendered::RenderedDifference};
use crate::format::pluralize;

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
        Look::Rendered => view! { <RenderedDifference pieces=pieces.get_value() /> }.into_any(),
        Look::Inline => view! { <WordDifference pieces=pieces.get_value() /> }.into_any(),
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

/// Two texts as one: deletions are struck out, insertions underlined.
#[component]
pub fn WordDifference(
    /// Both texts, cut where they differ.
    pieces: Vec<Piece>,
) -> impl IntoView {
    let lines = whole_lines(&pieces);
    view! {
        <p class="diff__text" dir="auto" translate="no">
            {pieces.into_iter().zip(lines).map(|(a, b)| inline(a, b)).collect_view()}
        </p>
    }
}

/// "1 deletion, 2 additions"
fn summary(pieces: &[Piece]) -> String {
    let count = |side| pieces.iter().filter(|piece| piece.side == side).count() as u64;
    match (count(Side::Before), count(Side::After)) {
        (0, 0) => "No differences.".to_owned(),
        (gone, 0) => pluralize(gone, "deletion", "deletions"),
        (0, new) => pluralize(new, "addition", "additions"),
        (gone, new) => format!(
            "{}, {}",
            pluralize(gone, "deletion", "deletions"),
            pluralize(new, "addition", "additions")
        ),
    }
}

/// For each piece whether it and its neighbour replace whole lines: a deletion, then an insertion.
fn whole_lines(pieces: &[Piece]) -> Vec<bool> {
    let mut whole = vec![false; pieces.len()];
    for (at, two) in pieces.windows(2).enumerate() {
        let before = at.checked_sub(1).and_then(|before| pieces.get(before));
        let after = pieces.get(at + 2);
        let alone = before.is_none_or(|piece| piece.text.ends_with('\n'))
            && after.is_none_or(|piece| piece.text.starts_with('\n'));
        if alone && two[0].side == Side::Before && two[1].side == Side::After {
            whole[at..at + 2].fill(true);
        }
    }
    whole
}

fn inline(Piece { side, text }: Piece, whole: bool) -> AnyView {
    let class = whole.then_some("diff__block");
    match side {
        Side::Both => view! { <span>{text}</span> }.into_any(),
        Side::Before => view! { <del class=class>{text}</del> }.into_any(),
        Side::After => view! { <ins class=class>{text}</ins> }.into_any(),
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
                {format!("{} unchanged", pluralize(lines as u64, "line", "lines"))}
            </p>
        }
        .into_any(),
        Row::Lines { before, after } => {
            let same = (before == after).then_some("");
            view! {
                <p class="diff__side" data-side="before" data-same=same dir="auto" translate="no">
                    {before.into_iter().map(piece).collect_view()}
                </p>
                <p class="diff__side" data-side="after" data-same=same dir="auto" translate="no">
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
    fn what_stands_for_whole_lines_is_a_block_and_words_in_a_line_are_not() {
        let piece = |side, text: &str| Piece { side, text: text.to_owned() };
        let pieces = [
            piece(Side::Before, "Old line"),
            piece(Side::After, "New line"),
            piece(Side::Both, "\nA "),
            piece(Side::Before, "warm"),
            piece(Side::After, "cold"),
            piece(Side::Both, " cup"),
        ];

        assert_eq!(whole_lines(&pieces), [true, true, false, false, false, false]);
    }

    #[test]
    fn a_difference_is_summed_up_before_it_is_read() {
        let piece = |side| Piece { side, text: "word".to_owned() };

        let words = [
            summary(&[piece(Side::Both), piece(Side::Before), piece(Side::After)]),
            summary(&[piece(Side::Both), piece(Side::After)]),
            summary(&[piece(Side::Both)]),
        ];

        assert_eq!(words, ["1 deletion, 1 addition", "1 addition", "No differences."]);
    }
}
