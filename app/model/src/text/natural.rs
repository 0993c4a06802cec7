//! Names in the order in which people read them.

/// The key of natural sorting: the words and the numbers of a name in turn, whatever the case of its
/// letters, so that "Ad 9" comes before "Ad 10".
pub fn natural_key(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![];
    let name = name.to_lowercase();
    let mut rest = name.as_str();
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let after = &rest[words..];
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        // More digits than a number has come last.
        let number = if digits == 0 { 0 } else { after[..digits].parse().unwrap_or(u64::MAX) };
        parts.push((rest[..words].to_owned(), number));
        rest = &after[digits..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::natural_key;

    #[test]
    fn names_are_sorted_by_their_numbers_whatever_their_case() {
        let long = format!("Ad {}", "9".repeat(30));
        let mut names = ["Ad 10: b", &long, "ad 9: c", "Ad 1: a", "Zoë", "Ad", ""];

        names.sort_by_cached_key(|name| natural_key(name));

        assert_eq!(names, ["", "Ad", "Ad 1: a", "ad 9: c", "Ad 10: b", &long, "Zoë"]);
    }
}
