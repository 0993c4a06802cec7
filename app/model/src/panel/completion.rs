//! Completion of a reference while it is typed.

use super::Candidate;
use crate::text::fuzzy::has_words;

/// A reference that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReference {
    /// The byte offset of its `$`.
    pub start: usize,
    /// The byte offset behind what belongs to it.
    pub end: usize,
    /// What is typed of the path so far.
    pub typed: String,
}

/// Finds the reference that the caret (a byte offset) stands in: from its `$` to the caret, with
/// the rest of the same word and the closing brace behind it.
pub fn find_open_reference(text: &str, caret: usize) -> Option<OpenReference> {
    let before = text.get(..caret)?;
    let (start, typed, end) = match before.rfind("${") {
        Some(start) if !before[start..].contains('}') => {
            (start, &before[start + 2..], end_of(text, caret))
        }
        _ => {
            let (start, typed) = bare(before)?;
            (start, typed, caret)
        }
    };
    // `$${` stands for a literal `${`; a line break ends what is one reference.
    if before[..start].ends_with('$') || typed.contains('\n') {
        return None;
    }
    Some(OpenReference { start, end, typed: typed.trim_start().to_owned() })
}

/// The offset behind the closing brace, where only the rest of a word is between it and the caret;
/// else the caret.
fn end_of(text: &str, caret: usize) -> usize {
    let rest = &text[caret..];
    let tail = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
    if rest[tail..].starts_with('}') { caret + tail + 1 } else { caret }
}

/// A `$` without a brace, and the word typed behind it; an amount such as $5 is none.
fn bare(before: &str) -> Option<(usize, &str)> {
    let start = before.rfind('$')?;
    let typed = &before[start + 1..];
    let is_name = typed.chars().next().is_none_or(char::is_alphabetic);
    (is_name && typed.chars().all(is_of_word)).then_some((start, typed))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '-')
}

/// The candidates that match what is typed, those that begin with it first.
pub fn filter_candidates(candidates: &[Candidate], typed: &str) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let fits = |candidate: &&Candidate| {
        let text = format!("{} {} {}", candidate.path, candidate.label, candidate.from);
        has_words(&text, &typed)
    };
    let mut found: Vec<Candidate> = candidates.iter().filter(fits).cloned().collect();
    let begins = |part: &str| part.to_lowercase().starts_with(&typed);
    found.sort_by_key(|candidate| match candidate {
        candidate if begins(&candidate.path) => 0,
        candidate if begins(&candidate.label) || candidate.path.split('.').any(begins) => 1,
        _ => 2,
    });
    found
}

/// The text with the open reference completed to `path`, and the byte offset of the caret behind
/// it.
pub fn complete_reference(text: &str, open: &OpenReference, path: &str) -> (String, usize) {
    let mut full = text.get(..open.start).unwrap_or_default().to_owned();
    full.push_str("${");
    full.push_str(path);
    full.push('}');
    let caret = full.len();
    full.push_str(text.get(open.end..).unwrap_or_default());
    (full, caret)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::ports::{Kind, PortType};

    fn candidate(path: &str, label: &str) -> Candidate {
        Candidate {
            path: path.to_owned(),
            label: label.to_owned(),
            from: "Inputs".to_owned(),
            port_type: PortType::One(Kind::Text),
        }
    }

    #[test]
    fn a_dollar_or_an_open_brace_before_the_caret_begins_a_reference() {
        let open =
            |text: &str, caret: usize| find_open_reference(text, caret).map(|open| open.typed);

        assert_eq!(open("About $", 7).as_deref(), Some(""));
        assert_eq!(open("About ${", 8).as_deref(), Some(""));
        assert_eq!(open("About ${input.br", 16).as_deref(), Some("input.br"));
        assert_eq!(open("About $to", 9).as_deref(), Some("to"));
        assert_eq!(open("About $input.to", 15).as_deref(), Some("input.to"));
        assert_eq!(open("About $to and", 13), None);
        assert_eq!(open("About ${input.brief} and", 24), None);
        assert_eq!(open("It costs $5", 11), None);
        assert_eq!(open("Write $${", 9), None);
        assert_eq!(open("ä", 1), None);
    }

    #[test]
    fn completing_replaces_what_was_typed_with_what_belongs_to_it() {
        let text = "About ${input.br.x} today";
        let open = find_open_reference(text, 16).unwrap();

        let (full, caret) = complete_reference(text, &open, "input.brief");

        assert_eq!(full, "About ${input.brief} today");
        assert_eq!(&full[..caret], "About ${input.brief}");
    }

    #[test]
    fn completing_an_unclosed_reference_keeps_the_words_behind_it() {
        let open = find_open_reference("Say $ now", 5).unwrap();

        assert_eq!(complete_reference("Say $ now", &open, "input.a").0, "Say ${input.a} now");
    }

    #[test]
    fn completing_a_word_behind_a_dollar_leaves_the_brace_that_follows() {
        let text = "{\"about\": $to}";
        let open = find_open_reference(text, 13).unwrap();

        assert_eq!(complete_reference(text, &open, "input.topic").0, "{\"about\": ${input.topic}}");
    }

    #[test]
    fn what_begins_with_the_typed_comes_first() {
        let candidates = [candidate("input.longbrief", "Long"), candidate("input.brief", "Brief")];

        let found = filter_candidates(&candidates, "brief");

        assert_eq!(found[0].path, "input.brief");
        assert_eq!(filter_candidates(&candidates, "zebra"), []);
        assert_eq!(filter_candidates(&candidates, "").len(), 2);
    }
}
