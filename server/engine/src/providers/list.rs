//! Reads the lists that models write.

use serde_json::Value;

/// The items of a list answer: a JSON array, or lines with or without numbers and bullets.
pub fn list_items(text: &str) -> Vec<String> {
    let text = text.trim();
    if let Ok(items) = serde_json::from_str::<Vec<Value>>(text) {
        return items.into_iter().map(words).collect();
    }
    text.lines().map(item).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn words(item: Value) -> String {
    match item {
        Value::String(text) => text,
        data => data.to_string(),
    }
}

fn item(line: &str) -> &str {
    let line = line.trim();
    let unnumbered = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if unnumbered.len() < line.len()
        && let Some(item) = unnumbered.strip_prefix(['.', ')'])
        && (item.is_empty() || item.starts_with(' '))
    {
        return item.trim();
    }
    ["- ", "* ", "• "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_bullets_and_arrays_are_the_same_list() {
        for text in ["1. One\n2. Two", "- One\n- Two\n", "* One\n\n• Two", "[\"One\", \"Two\"]"] {
            assert_eq!(list_items(text), ["One", "Two"], "{text}");
        }
    }

    #[test]
    fn a_number_that_belongs_to_the_item_stays() {
        assert_eq!(list_items("3.5 litres\n10 ideas\n2) Two"), ["3.5 litres", "10 ideas", "Two"]);
    }
}
