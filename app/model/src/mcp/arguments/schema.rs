//! Reading a JSON Schema: local references, parts that are put together, and words for people.

use serde_json::{Map, Value};

use super::shape::{WhyJson, limit};
use crate::account::is_deceptive;

/// A schema in its document, with references followed and the parts of `allOf` put together.
pub(super) struct Keywords<'a> {
    /// Where keywords are looked up, one after the other.
    layers: Vec<&'a Map<String, Value>>,
    /// The references that led here; a part that follows one of them again contains itself.
    pub through: Vec<&'a str>,
}

impl<'a> Keywords<'a> {
    /// Reads a schema; `through` are the references that led to it.
    pub fn read(root: &'a Value, schema: &'a Value, through: &[&'a str]) -> Result<Self, WhyJson> {
        let mut read = Self { layers: vec![], through: through.to_vec() };
        let mut at = schema;
        loop {
            let Value::Object(layer) = at else { return Err(WhyJson::Anything) };
            read.layers.push(layer);
            let Some(reference) = layer.get("$ref").and_then(Value::as_str) else { break };
            if read.through.contains(&reference) {
                return Err(WhyJson::Circular);
            }
            if read.through.len() >= limit::MOST_HOPS {
                return Err(WhyJson::TooLarge);
            }
            read.through.push(reference);
            at = target(root, reference).ok_or(WhyJson::Unresolved)?;
        }
        read.add_parts(root);
        Ok(read)
    }

    /// Puts the parts of `allOf`, and those of the parts, beside it: each once, and so many at most.
    /// A part that cannot be read says nothing: the server judges the arguments.
    fn add_parts(&mut self, root: &'a Value) {
        let mut at = 0;
        while let Some(layer) = self.layers.get(at).copied() {
            let parts = layer.get("allOf").and_then(Value::as_array).into_iter().flatten();
            let beyond = layer.get("$ref").and_then(Value::as_str).filter(|_| at > 0);
            let beyond = beyond.and_then(|reference| target(root, reference));
            for part in parts.chain(beyond).filter_map(Value::as_object) {
                let is_known = self.layers.iter().any(|known| std::ptr::eq(*known, part));
                if !is_known && self.layers.len() < limit::MOST_LAYERS {
                    self.layers.push(part);
                }
            }
            at += 1;
        }
    }

    /// The first value of a keyword.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// A keyword that is a list; empty where it is none.
    pub fn list(&self, key: &str) -> &'a [Value] {
        self.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
    }

    /// A keyword in words for people; empty where it is none.
    pub fn words(&self, key: &str) -> String {
        self.get(key).and_then(Value::as_str).map(plain_text).unwrap_or_default()
    }

    /// The properties of an object by name, those of all parts.
    pub fn properties(&self) -> impl Iterator<Item = (&'a String, &'a Value)> + '_ {
        let all = self.layers.iter().filter_map(|layer| layer.get("properties")?.as_object());
        all.flatten()
    }

    /// The names of properties that an object must have, those of all parts.
    pub fn required(&self) -> impl Iterator<Item = &'a str> + '_ {
        let all = self.layers.iter().filter_map(|layer| layer.get("required")?.as_array());
        all.flatten().filter_map(Value::as_str)
    }

    /// The types that it allows, without `null`; none where it does not say.
    pub fn types(&self) -> Vec<&'a str> {
        let mut named = match self.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        };
        named.retain(|name| *name != "null");
        if named.is_empty() && self.get("properties").is_some() {
            named.push("object");
        } else if named.is_empty() && self.get("items").is_some() {
            named.push("array");
        }
        named
    }
}

/// What a local reference leads to; none for one into another document or to nowhere.
fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    root.pointer(&pointer.replace("%20", " ").replace("%25", "%"))
}

/// Whether a schema allows only `null`.
pub(super) fn is_null(schema: &Value) -> bool {
    let named = schema.get("type").is_some_and(|kind| kind == "null");
    named || schema.get("const").is_some_and(Value::is_null)
}

/// Words of somebody else as text that people may be shown: without control characters and those that
/// turn the direction of what is around them, and cut off where they are long.
pub fn plain_text(text: &str) -> String {
    let mut visible = text.chars().filter(|c| *c == '\n' || !is_deceptive(*c));
    let mut shown: String = visible.by_ref().take(limit::MOST_CHARS).collect();
    if visible.next().is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}
