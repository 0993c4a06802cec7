//! Differences between JSON Schemas, part by part.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::words::{compare_texts, excerpt, shorten};

/// The most choices in a sentence.
const MOST_CHOICES: usize = 10;
/// How deep schemas are compared part by part.
const MOST_DEPTH: usize = 16;

/// Which of a tool's schemas is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Arguments,
    Result,
}

/// The part of a schema that a sentence is about.
pub(super) struct Subject {
    side: Side,
    /// The path to it, as `labels[].name`; empty for the schema itself.
    path: String,
    depth: usize,
}

impl Subject {
    pub fn new(side: Side) -> Self {
        Self { side, path: String::new(), depth: 0 }
    }

    fn property(&self, name: &str) -> Self {
        let name = shorten(name);
        let path = if self.path.is_empty() { name } else { format!("{}.{name}", self.path) };
        Self { side: self.side, path, depth: self.depth + 1 }
    }

    fn item(&self) -> Self {
        Self { side: self.side, path: format!("{}[]", self.path), depth: self.depth + 1 }
    }

    /// What it is called at the beginning of a sentence.
    fn title(&self) -> String {
        match (self.side, self.path.as_str()) {
            (Side::Arguments, "") => "The schema of its arguments".to_owned(),
            (Side::Arguments, path) => format!("The argument “{path}”"),
            (Side::Result, "") => "The schema of its result".to_owned(),
            (Side::Result, path) => format!("The field “{path}” of its result"),
        }
    }
}

/// Tells of each difference between two schemas of a subject.
pub(super) fn compare_schemas(
    subject: &Subject,
    before: &Value,
    after: &Value,
    changes: &mut Vec<String>,
) {
    if before == after {
        return;
    }
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return changes.push(became(subject, before, after));
    };
    if subject.depth >= MOST_DEPTH {
        return changes.push(format!("{} changed in a deeply nested field.", subject.title()));
    }
    let nothing = Value::Null;
    let keywords: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for keyword in keywords {
        let (old, new) = (before.get(keyword), after.get(keyword));
        if old == new {
            continue;
        }
        let (old, new) = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
        match (keyword.as_str(), old, new) {
            ("properties", _, _) => {
                compare_properties(subject, Schemas { before, after }, changes);
            }
            ("required", _, _) => compare_required(subject, Schemas { before, after }, changes),
            ("description" | "title", _, _) => {
                let what = format!("{}: its {keyword}", subject.title());
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                compare_texts(&what, &text(old), &text(new), changes);
            }
            ("items", Value::Object(_), Value::Object(_)) => {
                compare_schemas(&subject.item(), old, new, changes);
            }
            ("enum", Value::Array(old), Value::Array(new)) => {
                compare_choices(subject, old, new, changes);
            }
            ("type", _, _) => changes.push(became(subject, old, new)),
            (keyword, _, _) => {
                let (title, keyword) = (subject.title(), shorten(keyword));
                let (old, new) = (excerpt(old), excerpt(new));
                changes.push(format!("{title}: “{keyword}” changed from {old} to {new}."));
            }
        }
    }
}

/// The two schemas of one subject.
#[derive(Clone, Copy)]
struct Schemas<'a> {
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
}

fn became(subject: &Subject, before: &Value, after: &Value) -> String {
    let (before, after) = (excerpt(before), excerpt(after));
    format!("{} changed from {before} to {after}.", subject.title())
}

fn compare_properties(subject: &Subject, schemas: Schemas<'_>, changes: &mut Vec<String>) {
    let required = required(schemas.after);
    for (name, old) in properties(schemas.before) {
        let subject = subject.property(name);
        match property(schemas.after, name) {
            Some(new) => compare_schemas(&subject, old, new, changes),
            None => changes.push(format!("{} was removed.", subject.title())),
        }
    }
    let is_new = |(name, _): &(&String, &Value)| property(schemas.before, name).is_none();
    for (name, _) in properties(schemas.after).filter(is_new) {
        let must = if required.contains(name.as_str()) { " and required" } else { "" };
        changes.push(format!("{} is new{must}.", subject.property(name).title()));
    }
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn property<'a>(schema: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(name)
}

fn required(schema: &Map<String, Value>) -> BTreeSet<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What is new or gone is told where the properties are compared.
fn compare_required(subject: &Subject, schemas: Schemas<'_>, changes: &mut Vec<String>) {
    let Schemas { before, after } = schemas;
    let (was, is) = (required(before), required(after));
    let title = |name: &str| subject.property(name).title();
    for name in is.difference(&was) {
        if property(before, name).is_some() || property(after, name).is_none() {
            changes.push(format!("{} is now required.", title(name)));
        }
    }
    for name in was.difference(&is) {
        if property(after, name).is_some() || property(before, name).is_none() {
            changes.push(format!("{} is now optional.", title(name)));
        }
    }
}

fn compare_choices(
    subject: &Subject,
    before: &[Value],
    after: &[Value],
    changes: &mut Vec<String>,
) {
    let list = |values: Vec<&Value>| {
        let shown: Vec<String> = values.iter().take(MOST_CHOICES).map(|one| excerpt(one)).collect();
        match values.len().saturating_sub(MOST_CHOICES) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    };
    let written =
        |values: &[Value]| -> BTreeSet<String> { values.iter().map(ToString::to_string).collect() };
    let (were, are) = (written(before), written(after));
    let added: Vec<&Value> = after.iter().filter(|one| !were.contains(&one.to_string())).collect();
    let gone: Vec<&Value> = before.iter().filter(|one| !are.contains(&one.to_string())).collect();
    let title = subject.title();
    if added.is_empty() && gone.is_empty() {
        return changes.push(format!("{title}: its choices were reordered."));
    }
    if !added.is_empty() {
        changes.push(format!("{title} can now also be {}.", list(added)));
    }
    if !gone.is_empty() {
        changes.push(format!("{title} can no longer be {}.", list(gone)));
    }
}
