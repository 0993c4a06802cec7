//! Reads the lists that are JSON.

use serde_json::Value;

use super::{
    find::{FoundJson, values},
    lines::{Line, has_colon, lines},
};

/// JSON values with nothing between them, and where they begin and end in a text, in bytes.
struct Run {
    begin: usize,
    end: usize,
    values: Vec<Value>,
}

/// The last list of JSON, where no line around it is marked. Values that follow each other are its
/// items. Each ends its line and begins it, or stands behind a label as the only one.
pub(super) fn json_list(text: &str) -> Option<Vec<Value>> {
    let found = values(text).0;
    let is_only = found.len() == 1;
    let mut runs: Vec<Run> = vec![];
    for FoundJson { value, place: (begin, end), .. } in found {
        let before = text[..begin].trim_end_matches([' ', '\t', '`']);
        let after = text[end..].trim_start_matches([' ', '\t', '`', ',']);
        // Numbers behind words are those of sources.
        let is_labelled = || is_only && has_colon(before) && !has_numbers(&value);
        let begins_line = before.is_empty() || before.ends_with('\n');
        let ends_line = after.is_empty() || after.starts_with(['\n', '\r']);
        if !ends_line || !begins_line && !is_labelled() {
            continue;
        }
        let follows = |run: &Run| {
            let is_next =
                |between: &str| between.trim_matches([' ', '\t', '\r', '\n', ',']).is_empty();
            let is_alike =
                run.values.last().is_some_and(|last| last.is_array() == value.is_array());
            is_alike && text.get(run.end..begin).is_some_and(is_next)
        };
        match runs.last_mut() {
            Some(run) if follows(run) => {
                run.end = end;
                run.values.push(value);
            }
            _ => runs.push(Run { begin, end, values: vec![value] }),
        }
    }
    let is_lone = runs.len() == 1;
    let (begin, end, items) = runs
        .into_iter()
        .rev()
        .find_map(|run| Some((run.begin, run.end, run_items(run.values, is_lone)?)))?;
    (!has_marks(&text[..begin]) && !has_marks(&text[end..])).then_some(items)
}

fn has_marks(text: &str) -> bool {
    lines(text).iter().any(|line| matches!(line, Line::Marked(_)))
}

fn has_numbers(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_number))
}

/// Several values, or the list that one is, or the only list that it has; of an object that is alone
/// and has no such list itself.
fn run_items(mut values: Vec<Value>, is_lone: bool) -> Option<Vec<Value>> {
    match values.as_mut_slice() {
        [Value::Array(items)] => Some(std::mem::take(items)),
        [Value::Object(fields)] => {
            let mut lists = fields.values_mut().filter_map(Value::as_array_mut);
            match (lists.next(), lists.next()) {
                (Some(list), None) => Some(std::mem::take(list)),
                (_, _) => is_lone.then_some(values),
            }
        }
        [_] => None,
        _ => Some(values),
    }
}

#[cfg(test)]
mod tests {
    use crate::answer::list_items;

    #[test]
    fn json_is_the_items_or_has_them() {
        for (text, items) in [
            ("{\"a\": 1}\n{\"a\": 2}\n", vec!["{\"a\":1}", "{\"a\":2}"]),
            (
                "Two:\n```json\n{\"tags\": [\"x\"]},\n{\"tags\": [\"y\"]}\n```\nMore?",
                vec!["{\"tags\":[\"x\"]}", "{\"tags\":[\"y\"]}"],
            ),
            ("[\"One\", 1]\n[\"Two\", 2]", vec!["[\"One\",1]", "[\"Two\",2]"]),
            ("{\n  \"a\": 1,\n  \"b\": 2\n}", vec!["{\"a\":1,\"b\":2}"]),
            ("[\"Draft\"]\nBetter:\n[\"One\", \"Two\"]\n{\"count\": 2}", vec!["One", "Two"]),
            ("Sure!\n\nHere they are: [\"One\", \"Two\"]", vec!["One", "Two"]),
            ("Ideas: `{\"items\": [\"One\", \"Two\"]}`\n\nEnjoy!", vec!["One", "Two"]),
            ("One\nTwo\nSources: [1, 2]", vec!["One", "Two", "Sources: [1, 2]"]),
            ("One [\"a\"]\nTwo: [\"b\"]", vec!["One [\"a\"]", "Two: [\"b\"]"]),
        ] {
            assert_eq!(list_items(text), items, "{text}");
        }
    }
}
