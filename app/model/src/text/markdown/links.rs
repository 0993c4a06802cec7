//! Addresses that are written as they are, without a mark around them.

use std::ops::Range;

use super::Span;

/// What every address has behind its scheme.
pub(super) const COLON: &str = "://";
/// Characters that end an address wherever they stand.
const OUTSIDE: &str = "<>\"“”«»。，、；：！？（）「」『』【】《》";
/// Characters that are no part of an address at its end.
const AT_END: &str = "?!.,:;*_~'’]}|…";

/// The words of a text that is not Markdown, with its bare addresses as links.
pub fn linked(text: &str) -> Vec<Span> {
    let span = |(part, is_link): (&str, bool)| {
        let plain = Span::Plain(part.to_owned());
        if is_link { Span::Link(part.to_owned(), vec![plain]) } else { plain }
    };
    split_links(text).into_iter().map(span).collect()
}

/// The parts of running text in their order, and whether each is a bare address.
pub(super) fn split_links(text: &str) -> Vec<(&str, bool)> {
    let (mut parts, mut at) = (vec![], 0);
    for link in bare_links(text) {
        parts.push((&text[at..link.start], false));
        parts.push((&text[link.clone()], true));
        at = link.end;
    }
    parts.push((&text[at..], false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Where in running text addresses of `http` and `https` stand, in bytes.
fn bare_links(text: &str) -> Vec<Range<usize>> {
    let (mut links, mut behind) = (Vec::<Range<usize>>::new(), 0);
    for (colon, _) in text.match_indices(COLON) {
        let before = &text.as_bytes()[behind.min(colon)..colon];
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let rest = before.len().checked_sub(scheme.len()).map(|at| before.split_at(at));
            rest.is_some_and(|(before, found)| {
                found.eq_ignore_ascii_case(scheme.as_bytes())
                    && !before.last().is_some_and(u8::is_ascii_alphanumeric)
            })
        });
        let (Some(scheme), rest) = (scheme, &text[colon + COLON.len()..]) else { continue };
        if !rest.starts_with(char::is_alphanumeric) {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || c.is_control() || OUTSIDE.contains(c);
        let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
        // Of brackets those stay whose beginning is in the address.
        let count = |bracket| rest.matches(bracket).count();
        let mut closing = count(')').saturating_sub(count('('));
        let address = rest.trim_end_matches(|c| {
            let is_outside = c == ')' && closing > 0;
            closing -= usize::from(is_outside);
            is_outside || AT_END.contains(c)
        });
        behind = colon + COLON.len() + address.len();
        links.push(colon - scheme.len()..behind);
    }
    links
}
