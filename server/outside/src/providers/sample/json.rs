//! A JSON value that fits a schema, filled with words of the brief where a name says which.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value, json};

use super::phrasebook::words as known_words;
use super::write::{self, writer::Writer};

const DEEPEST: usize = 8;
/// The letters of a word by which an example is chosen.
const SHORTEST_WORD: usize = 4;

/// A value that the schema accepts, as far as its usual keywords say.
pub(super) fn answer(schema: &Value, writer: &mut Writer<'_>) -> Value {
    Filler { root: schema, writer }.value(schema, "answer", 0)
}

struct Filler<'a, 'b> {
    root: &'a Value,
    writer: &'a mut Writer<'b>,
}

impl Filler<'_, '_> {
    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = self.root.pointer(target.trim_start_matches('#')).cloned();
            return target.map_or(Value::Null, |target| self.value(&target, name, depth + 1));
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(examples) = schema["examples"].as_array().filter(|all| !all.is_empty()) {
            return self.example(examples);
        }
        if let Some(choices) = schema["enum"].as_array() {
            return self.choice(choices);
        }
        if let Some(all) = schema["allOf"].as_array() {
            return self.value(&merged(schema, all), name, depth + 1);
        }
        let variants = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        if let Some(variants) = variants.filter(|variants| !variants.is_empty()) {
            let chosen = variants.iter().find(|variant| leads_forward(variant));
            return self.value(chosen.unwrap_or(&variants[0]), name, depth + 1);
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, name, depth),
            "boolean" => json!(!["error", "blocked", "rejected", "failed"].contains(&name)),
            "integer" => self.number(schema, name, true),
            "number" => self.number(schema, name, false),
            "null" => Value::Null,
            _ => json!(self.string(schema, name)),
        }
    }

    /// The example that has most words in common with the prompt, the first of several.
    fn example(&self, examples: &[Value]) -> Value {
        let asked = words(&self.writer.brief.prompt);
        let common = |example: &&Value| words(&example.to_string()).intersection(&asked).count();
        // The last of several is taken.
        examples.iter().rev().max_by_key(common).cloned().unwrap_or_default()
    }

    fn choice(&mut self, choices: &[Value]) -> Value {
        let forward = choices.iter().find(|choice| is_forward(choice));
        let any = || choices.get(self.writer.dice.roll(choices.len()));
        forward.or_else(any).cloned().unwrap_or_default()
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        let required = |name: &String| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
        };
        let wanted = properties.iter().filter(|(name, _)| depth < 4 || required(name));
        let fields = wanted.map(|(name, schema)| {
            (name.clone(), self.value(schema, &name.to_lowercase(), depth + 1))
        });
        Value::Object(fields.collect())
    }

    fn array(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(20);
        let asked = self.writer.brief.count.map_or(3, |count| count as u64);
        let count = asked.clamp(least, most.max(least));
        let single = name.strip_suffix('s').unwrap_or(name);
        let item = &schema["items"];
        let mut items: Vec<Value> = Vec::new();
        for at in 0..count {
            let mut value = self.value(item, single, depth + 1);
            if items.contains(&value)
                && let Value::String(text) = &mut value
            {
                text.push_str(&format!(" ({})", at + 1));
            }
            items.push(value);
        }
        Value::Array(items)
    }

    fn number(&mut self, schema: &Value, name: &str, whole: bool) -> Value {
        let bound = |keys: [&str; 2]| keys.iter().find_map(|key| schema[*key].as_f64());
        let low = bound(["minimum", "exclusiveMinimum"]);
        let high = bound(["maximum", "exclusiveMaximum"]);
        let score = self.writer.score() as f64 / 100.0;
        let is_score =
            ["score", "rating", "confidence", "quality"].iter().any(|n| name.contains(n));
        let value = match (low, high) {
            (Some(low), Some(high)) => low + (high - low) * score,
            (None, Some(high)) if high > 0.0 => high * score,
            (None, Some(high)) => high - 1.0,
            (Some(low), None) if is_score => low.max(score * 100.0),
            (Some(low), None) => low + 1.0,
            (None, None) if is_score => score * 100.0,
            (None, None) => 3.0,
        };
        let step = schema["multipleOf"].as_f64().filter(|step| *step > 0.0);
        let value = step.map_or(value, |step| (value / step).floor() * step);
        if whole {
            let value = value.floor().max(low.map_or(f64::MIN, f64::ceil));
            return json!(value as i64);
        }
        Number::from_f64((value * 1_000.0).round() / 1_000.0).map_or(Value::Null, Value::Number)
    }

    fn string(&mut self, schema: &Value, name: &str) -> String {
        let text = match schema["format"].as_str() {
            Some("date-time") => return "2026-01-15T09:00:00Z".to_owned(),
            Some("date") => return "2026-01-15".to_owned(),
            Some("time") => return "09:00:00Z".to_owned(),
            Some("email") => return "hello@example.com".to_owned(),
            Some("uri" | "url") => return "https://example.com/".to_owned(),
            Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
            _ => write::field(self.writer, name),
        };
        let most = schema["maxLength"].as_u64().map_or(usize::MAX, |most| most as usize);
        let least = schema["minLength"].as_u64().map_or(0, |least| least as usize);
        let mut text: String = text.chars().take(most).collect();
        while text.chars().count() < least {
            text.push('.');
        }
        text
    }
}

/// The longer words of a text.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.chars().count() >= SHORTEST_WORD).map(str::to_lowercase).collect()
}

/// The type a schema names, or the one its keywords give away.
fn kind(schema: &Value) -> &str {
    let named = schema["type"].as_str().or_else(|| {
        let names = schema["type"].as_array()?;
        names.iter().filter_map(Value::as_str).find(|name| *name != "null")
    });
    named.unwrap_or_else(|| match schema {
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    })
}

fn is_forward(choice: &Value) -> bool {
    choice.as_str().is_some_and(|text| known_words("forward").contains(&text.to_lowercase()))
}

/// True for a variant one of whose fields can only be a word that brings a workflow forward.
fn leads_forward(variant: &Value) -> bool {
    let fields = variant["properties"].as_object().into_iter().flat_map(Map::values);
    fields.chain([variant]).any(|field| {
        let single = field["enum"].as_array().filter(|choices| choices.len() == 1);
        let only = field.get("const").or_else(|| single.and_then(|choices| choices.first()));
        only.is_some_and(is_forward)
    })
}

/// One object schema out of the parts of an `allOf`.
fn merged(schema: &Value, parts: &[Value]) -> Value {
    let mut whole = schema.clone();
    if let Some(whole) = whole.as_object_mut() {
        whole.remove("allOf");
        for (key, value) in parts.iter().filter_map(Value::as_object).flatten() {
            match (whole.get_mut(key), value) {
                (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
                (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.clone()),
                _ => {
                    whole.insert(key.clone(), value.clone());
                }
            }
        }
    }
    whole
}
