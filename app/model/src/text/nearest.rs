//! "Did you mean": the known word nearest to a mistyped one.

/// Longer words are not compared letter by letter: nobody has mistyped them.
const MOST_LETTERS: usize = 100;

/// The candidate with the fewest single-letter edits, where there are few enough for a slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.chars().take(MOST_LETTERS + 1).count();
    if letters > MOST_LETTERS {
        return None;
    }
    let slips = letters / 3 + 1;
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 4 * MOST_LETTERS)
        .map(|candidate| (edits(word, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= slips && *edits < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance, ignoring case.
fn edits(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        assert_eq!(nearest("hedline", ["body", "headline"]), Some("headline"));
        assert_eq!(nearest("Topic", ["tone", "topic"]), Some("topic"));
        assert_eq!(nearest("weather", ["body", "headline"]), None);
        let long = "headline".repeat(100_000);
        assert_eq!(nearest(&long, ["headline"]), None);
        assert_eq!(nearest("headlin", [long.as_str(), "headline"]), Some("headline"));
    }
}
