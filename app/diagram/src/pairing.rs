//! Which picture goes to which document, drawn.

use std::fmt::Write;

use leptos::prelude::*;
use model::nodes::attach_to_document::{Strategy, pairs};

/// Where the pictures lie that are drawn, from the top: fewer than documents, so that it shows which
/// come again.
const IMAGES: [u8; 2] = [5, 11];
/// Where the documents lie.
const DOCUMENTS: [u8; 3] = [2, 8, 14];

/// Pictures on the left, documents on the right, and the lines the strategy itself draws between them.
#[component]
pub(super) fn PairingPicture(strategy: Strategy) -> impl IntoView {
    view! {
        <svg class="node__pairing" viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">
            <path class="node__pairing-lines" d=lines(strategy) />
            <path class="node__pairing-dots" d=dots() />
        </svg>
    }
}

// Writing to a string cannot fail.

fn dots() -> String {
    let places = IMAGES.map(|y| (2, y)).into_iter().chain(DOCUMENTS.map(|y| (26, y)));
    places.fold(String::new(), |mut path, (x, y)| {
        let _ = write!(path, "M{x} {y}h.01");
        path
    })
}

fn lines(strategy: Strategy) -> String {
    let pairs = pairs(strategy, DOCUMENTS.len(), IMAGES.len());
    pairs.into_iter().fold(String::new(), |mut path, (document, image)| {
        let _ = write!(path, "M4 {}L24 {}", IMAGES[image], DOCUMENTS[document]);
        path
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_strategy_has_a_picture_of_its_own() {
        use Strategy as S;
        let all = [S::OneToOne, S::OneToMany, S::ManyToOne, S::RoundRobin, S::AllToAll];

        assert_eq!(lines(S::OneToMany), "M4 5L24 2M4 5L24 8M4 5L24 14");
        assert_eq!(lines(S::ManyToOne), "M4 5L24 2M4 11L24 2");
        assert_eq!(all.map(lines).into_iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
