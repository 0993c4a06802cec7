//! Completing a reference while it is typed.

use super::Offered;

/// A reference being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The byte at which its `$` stands.
    pub start: usize,
    /// The byte behind what belongs to it.
    pub end: usize,
    /// What is typed of it so far.
    pub typed: String,
}

/// The reference the caret stands in: from its `$` to the caret, with what follows of the same
/// word and its closing brace.
pub fn open_reference(text: &str, caret: usize) -> Option<Open> {
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
    Some(Open { start, end, typed: typed.trim_start().to_owned() })
}

/// Behind the closing brace that only the rest of a word keeps from the caret; else the caret.
fn end_of(text: &str, caret: usize) -> usize {
    let rest = &text[caret..];
    let tail = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
    if rest[tail..].starts_with('}') { caret + tail + 1 } else { caret }
}

/// A `$` and what is typed of a word behind it; an amount is none.
fn bare(before: &str) -> Option<(usize, &str)> {
    let start = before.rfind('$')?;
    let typed = &before[start + 1..];
    let is_name = typed.chars().next().is_none_or(char::is_alphabetic);
    (is_name && typed.chars().all(is_of_word)).then_some((start, typed))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '-')
}

/// The offers that match what is typed, those that begin with it first.
pub fn matching(offers: &[Offered], typed: &str) -> Vec<Offered> {
    let typed = typed.to_lowercase();
    let text =
        |offer: &Offered| format!("{} {} {}", offer.path, offer.label, offer.from).to_lowercase();
    let fits = |offer: &&Offered| {
        let text = text(offer);
        typed.split_whitespace().all(|word| text.contains(word))
    };
    let mut found: Vec<Offered> = offers.iter().filter(fits).cloned().collect();
    let begins = |part: &str| part.to_lowercase().starts_with(&typed);
    found.sort_by_key(|offer| match offer {
        offer if begins(&offer.path) => 0,
        offer if begins(&offer.label) || offer.path.split('.').any(begins) => 1,
        _ => 2,
    });
    found
}

/// The text with the open reference completed, and where the caret stands then.
pub fn completed(text: &str, open: &Open, path: &str) -> (String, usize) {
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

    fn offer(path: &str, label: &str) -> Offered {
        Offered {
            path: path.to_owned(),
            label: label.to_owned(),
            from: "Inputs".to_owned(),
            port_type: PortType::One(Kind::Text),
        }
    }

    #[test]
    fn a_dollar_or_an_open_brace_before_the_caret_begins_a_reference() {
        let open = |text: &str, caret: usize| open_reference(text, caret).map(|open| open.typed);

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
        let open = open_reference(text, 16).unwrap();

        let (full, caret) = completed(text, &open, "input.brief");

        assert_eq!(full, "About ${input.brief} today");
        assert_eq!(&full[..caret], "About ${input.brief}");
    }

    #[test]
    fn completing_an_unclosed_reference_keeps_the_words_behind_it() {
        let open = open_reference("Say $ now", 5).unwrap();

        assert_eq!(completed("Say $ now", &open, "input.a").0, "Say ${input.a} now");
    }

    #[test]
    fn completing_a_word_behind_a_dollar_leaves_the_brace_that_follows() {
        let text = "{\"about\": $to}";
        let open = open_reference(text, 13).unwrap();

        assert_eq!(completed(text, &open, "input.topic").0, "{\"about\": ${input.topic}}");
    }

    #[test]
    fn what_begins_with_the_typed_comes_first() {
        let offers = [offer("input.longbrief", "Long"), offer("input.brief", "Brief")];

        let found = matching(&offers, "brief");

        assert_eq!(found[0].path, "input.brief");
        assert_eq!(matching(&offers, "zebra"), []);
        assert_eq!(matching(&offers, "").len(), 2);
    }
}
