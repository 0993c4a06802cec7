//! A text cut into what stands for itself and what refers, as a reader is shown it.

use std::collections::BTreeSet;

use crate::{
    validate,
    workflow::{Node, Workflow},
};

/// A piece of a text; all pieces in order give the text again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Stands for itself.
    Words(String),
    /// A reference, with its `${` and `}`.
    Reference(String),
    /// A reference without its end: everything from its `${` on.
    Unfinished(String),
}

/// The pieces of a text.
pub fn pieces(text: &str) -> Vec<Piece> {
    let (mut found, mut words, mut rest) = (vec![], String::new(), text);
    while let Some(start) = rest.find("${") {
        if rest[..start].ends_with('$') {
            words.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        }
        words.push_str(&rest[..start]);
        if !words.is_empty() {
            found.push(Piece::Words(std::mem::take(&mut words)));
        }
        let Some(end) = end_of(&rest[start..]) else {
            found.push(Piece::Unfinished(rest[start..].to_owned()));
            return found;
        };
        found.push(Piece::Reference(rest[start..start + end].to_owned()));
        rest = &rest[start + end..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        found.push(Piece::Words(words));
    }
    found
}

/// Which references in a text of a node's field lead to nothing it may read, with their `${` and `}`.
pub fn unknown(workflow: &Workflow, node: &Node, field: &str, text: &str) -> BTreeSet<String> {
    let pieces = pieces(text);
    let references = pieces.iter().filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference.as_str()),
        Piece::Words(_) | Piece::Unfinished(_) => None,
    });
    let references: Vec<&str> = references.collect();
    if references.is_empty() {
        BTreeSet::new()
    } else {
        validate::unknown(workflow, node, field, references)
    }
}

/// Behind the brace that ends a reference; braces in quotes do not.
fn end_of(reference: &str) -> Option<usize> {
    let (mut quote, mut escaped) = (None, false);
    for (place, letter) in reference.char_indices().skip(2) {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '}') => return Some(place + 1),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn whole(pieces: &[Piece]) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Words(text) | Piece::Reference(text) | Piece::Unfinished(text) => text.clone(),
        };
        pieces.iter().map(text).collect()
    }

    #[test]
    fn the_pieces_give_the_text_again() {
        for text in [
            "",
            "plain",
            "a ${input.x} b",
            "${a}${b}",
            "$${not} ${x ?? \"}\"} end",
            "open ${input",
            "$${ü ${ä}",
        ] {
            assert_eq!(whole(&pieces(text)), text);
        }
    }

    #[test]
    fn a_reference_that_leads_to_nothing_is_told_from_one_that_leads_somewhere() {
        let prompt = "${input.topic} ${input.tpoic} ${nodes.gone.texts} ${now} ${input.topic +";
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "name": "A",
            "parameters": [{ "name": "topic" }],
            "nodes": [{ "id": "copy", "type": "generate_copy", "position": { "x": 0, "y": 0 },
                "data": { "config": { "prompt": prompt } } }],
        }))
        .unwrap();

        let found = unknown(&workflow, &workflow.nodes[0], "prompt", prompt);

        assert_eq!(Vec::from_iter(found), ["${input.tpoic}", "${nodes.gone.texts}"]);
    }

    #[test]
    fn references_are_told_from_words() {
        let found = pieces("About ${input.topic ?? \"}\"}, $${so}");

        assert_eq!(
            found,
            [
                Piece::Words("About ".to_owned()),
                Piece::Reference("${input.topic ?? \"}\"}".to_owned()),
                Piece::Words(", $${so}".to_owned()),
            ]
        );
        assert_eq!(pieces("a ${b")[1], Piece::Unfinished("${b".to_owned()));
    }
}
