//! Splits a text into literal spans and references, for highlighting.

use std::collections::BTreeSet;

use crate::{
    validate,
    workflow::{Node, Workflow},
};

/// A span of a text; all spans in order give the text again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextSpan {
    /// Text that stands for itself.
    Words(String),
    /// A reference, with its `${` and `}`.
    Reference(String),
    /// A reference without its end: everything from its `${` on.
    Unfinished(String),
}

pub fn split_spans(text: &str) -> Vec<TextSpan> {
    let (mut found, mut words, mut rest) = (vec![], String::new(), text);
    while let Some(start) = rest.find("${") {
        if rest[..start].ends_with('$') {
            words.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        }
        words.push_str(&rest[..start]);
        if !words.is_empty() {
            found.push(TextSpan::Words(std::mem::take(&mut words)));
        }
        let Some(end) = end_of(&rest[start..]) else {
            found.push(TextSpan::Unfinished(rest[start..].to_owned()));
            return found;
        };
        found.push(TextSpan::Reference(rest[start..start + end].to_owned()));
        rest = &rest[start + end..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        found.push(TextSpan::Words(words));
    }
    found
}

/// The references in a field's text that lead to nothing the node may read, with their `${` and
/// `}`.
pub fn unknown_references(
    workflow: &Workflow,
    node: &Node,
    field: &str,
    text: &str,
) -> BTreeSet<String> {
    let spans = split_spans(text);
    let references = spans.iter().filter_map(|span| match span {
        TextSpan::Reference(reference) => Some(reference.as_str()),
        TextSpan::Words(_) | TextSpan::Unfinished(_) => None,
    });
    let references: Vec<&str> = references.collect();
    if references.is_empty() {
        BTreeSet::new()
    } else {
        validate::unknown(workflow, node, field, references)
    }
}

/// The offset behind the brace that ends the reference; braces in quotes do not end it.
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

    fn whole(spans: &[TextSpan]) -> String {
        let text = |span: &TextSpan| match span {
            TextSpan::Words(text) | TextSpan::Reference(text) | TextSpan::Unfinished(text) => {
                text.clone()
            }
        };
        spans.iter().map(text).collect()
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
            assert_eq!(whole(&split_spans(text)), text);
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

        let found = unknown_references(&workflow, &workflow.nodes[0], "prompt", prompt);

        assert_eq!(Vec::from_iter(found), ["${input.tpoic}", "${nodes.gone.texts}"]);
    }

    #[test]
    fn references_are_told_from_words() {
        let found = split_spans("About ${input.topic ?? \"}\"}, $${so}");

        assert_eq!(
            found,
            [
                TextSpan::Words("About ".to_owned()),
                TextSpan::Reference("${input.topic ?? \"}\"}".to_owned()),
                TextSpan::Words(", $${so}".to_owned()),
            ]
        );
        assert_eq!(split_spans("a ${b")[1], TextSpan::Unfinished("${b".to_owned()));
    }
}
