//! Schemas of OpenAPI documents as JSON Schemas of tools: what they refer to goes along in `$defs`, and
//! what would make them larger or deeper than a tool's may be is left open.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};

use super::{super::limits::LARGEST_SCHEMA, document::Document};
use crate::schema::fault;

/// Keywords whose values are kept as they are.
const KEPT: [&str; 18] = [
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "title",
    "uniqueItems",
];
const ONE: [&str; 4] = ["additionalProperties", "contains", "items", "not"];
const SEVERAL: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const BY_NAME: [&str; 2] = ["properties", "patternProperties"];
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// How much of a schema is kept.
#[derive(Debug, Clone, Copy)]
struct Extent {
    /// How many references are followed in a row.
    references: usize,
    /// How many schemas stand inside each other.
    depth: usize,
    /// Whether the descriptions of inner parts are kept.
    has_words: bool,
    has_patterns: bool,
}

/// The most first; the first that fits is taken.
const EXTENTS: [(usize, usize, bool); 7] = [
    (12, 13, true),
    (12, 13, false),
    (4, 10, false),
    (2, 8, false),
    (1, 6, false),
    (0, 4, false),
    (0, 2, false),
];

/// The schema as a tool's, and whether parts of it were left open.
///
/// # Errors
/// It is no schema, or too large whatever is left open.
pub(super) fn convert(document: &Document, schema: &Value) -> Result<(Value, bool), String> {
    for (place, (references, depth, has_words)) in EXTENTS.into_iter().enumerate() {
        let extent = Extent { references, depth, has_words, has_patterns: true };
        let (mut found, mut is_cut) = Converter::new(document, extent).whole(schema);
        if found.to_string().len() > LARGEST_SCHEMA {
            continue;
        }
        // Patterns are of another language now and then.
        if fault(&found).is_some() {
            let extent = Extent { has_patterns: false, ..extent };
            (found, is_cut) = Converter::new(document, extent).whole(schema);
        }
        return match fault(&found) {
            Some(fault) => Err(format!("Its schema isn't valid: {fault}.")),
            None => Ok((found, is_cut || place > 1)),
        };
    }
    Err(format!("Its schema is larger than {LARGEST_SCHEMA} bytes."))
}

struct Converter<'a> {
    document: &'a Document,
    extent: Extent,
    /// Names in `$defs` by references.
    names: BTreeMap<String, String>,
    /// References that are still to be followed, each with how many led to it.
    waiting: VecDeque<(String, usize)>,
    is_cut: bool,
}

impl<'a> Converter<'a> {
    fn new(document: &'a Document, extent: Extent) -> Self {
        let (names, waiting) = (BTreeMap::new(), VecDeque::new());
        Self { document, extent, names, waiting, is_cut: false }
    }

    fn whole(mut self, schema: &Value) -> (Value, bool) {
        let mut found = self.convert(schema, 0, 0);
        let mut definitions = Map::new();
        while let Some((reference, hops)) = self.waiting.pop_front() {
            let Some(name) = self.names.get(&reference).cloned() else { continue };
            let open = Value::Bool(true);
            let definition = self.document.at(&reference);
            let definition = definition.map_or(open, |schema| self.convert(schema, 2, hops));
            definitions.insert(name, definition);
        }
        if !definitions.is_empty() {
            found["$defs"] = definitions.into();
        }
        (found, self.is_cut)
    }

    fn convert(&mut self, schema: &Value, depth: usize, hops: usize) -> Value {
        let members = match schema {
            Value::Bool(all) => return Value::Bool(*all),
            Value::Object(members) => members,
            _ => return json!({}),
        };
        if depth > self.extent.depth {
            self.is_cut = true;
            return json!({});
        }
        let mut found = Map::new();
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            match self.name(reference, hops) {
                Some(name) => {
                    drop(found.insert("$ref".to_owned(), format!("#/$defs/{name}").into()))
                }
                None => self.is_cut = true,
            }
            let words = members.get("description").filter(|words| words.is_string());
            found.extend(words.map(|words| ("description".to_owned(), words.clone())));
            return found.into();
        }
        for (keyword, value) in members {
            let key = keyword.as_str();
            let inner = match value {
                _ if ONE.contains(&key) && (value.is_object() || value.is_boolean()) => {
                    self.convert(value, depth + 1, hops)
                }
                Value::Array(schemas) if SEVERAL.contains(&key) && !schemas.is_empty() => {
                    schemas.iter().map(|one| self.convert(one, depth + 1, hops)).collect()
                }
                Value::Object(named) if BY_NAME.contains(&key) => {
                    self.properties(named, depth, hops)
                }
                _ if KEPT.contains(&key) && self.keeps(key, value, depth) => value.clone(),
                _ => continue,
            };
            found.insert(keyword.clone(), inner);
        }
        add_types(members, &mut found);
        add_bounds(members, &mut found);
        add_required(members, &mut found);
        found.into()
    }

    /// What servers alone write is no argument.
    fn properties(&mut self, named: &Map<String, Value>, depth: usize, hops: usize) -> Value {
        let written = named.iter().filter(|(_, schema)| schema["readOnly"] != true);
        let converted =
            written.map(|(name, schema)| (name.clone(), self.convert(schema, depth + 1, hops)));
        Value::Object(converted.collect())
    }

    fn keeps(&self, keyword: &str, value: &Value, depth: usize) -> bool {
        match keyword {
            "description" | "title" => value.is_string() && (self.extent.has_words || depth < 2),
            "pattern" => value.is_string() && self.extent.has_patterns,
            "default" => !value.is_object() && !value.is_array(),
            "enum" => value.as_array().is_some_and(|values| !values.is_empty()),
            "format" | "contentEncoding" | "contentMediaType" => value.is_string(),
            "uniqueItems" => value.is_boolean(),
            "const" => true,
            _ if keyword.starts_with("exclusive") => value.is_number(),
            "maximum" | "minimum" => value.is_number(),
            _ => value.is_u64(),
        }
    }

    /// What a reference is called in `$defs`; none if it is not followed.
    fn name(&mut self, reference: &str, hops: usize) -> Option<String> {
        if let Some(name) = self.names.get(reference) {
            return Some(name.clone());
        }
        if hops >= self.extent.references || self.document.at(reference).is_none() {
            return None;
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut name: String =
            reference.rsplit('/').next().unwrap_or_default().chars().map(plain).collect();
        while self.names.values().any(|taken| *taken == name) {
            name.push('_');
        }
        self.names.insert(reference.to_owned(), name.clone());
        self.waiting.push_back((reference.to_owned(), hops + 1));
        Some(name)
    }
}

/// The type with `null` where it may be that; OpenAPI 3.0 says it beside the type.
fn add_types(members: &Map<String, Value>, found: &mut Map<String, Value>) {
    let named: Vec<&str> = match members.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let known = named.iter().map(|name| if *name == "file" { "string" } else { name });
    let mut known: Vec<&str> = known.filter(|name| TYPES.contains(name)).collect();
    if known.is_empty() {
        return;
    }
    let is_nullable =
        ["nullable", "x-nullable"].iter().any(|key| members.get(*key) == Some(&true.into()));
    if is_nullable && !known.contains(&"null") {
        known.push("null");
        if let Some(Value::Array(values)) = found.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
    let types = match known.as_slice() {
        [one] => Value::from(*one),
        several => several.into(),
    };
    found.insert("type".to_owned(), types);
}

/// Bounds that OpenAPI 3.0 excludes by a flag beside them.
fn add_bounds(members: &Map<String, Value>, found: &mut Map<String, Value>) {
    for (bound, excluded) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if members.get(excluded) == Some(&true.into())
            && let Some(value) = found.remove(bound)
        {
            found.insert(excluded.to_owned(), value);
        }
    }
}

/// The properties that have to be there, of those that are there.
fn add_required(members: &Map<String, Value>, found: &mut Map<String, Value>) {
    let Some(required) = members.get("required").and_then(Value::as_array) else { return };
    let properties = members.get("properties").and_then(Value::as_object);
    let is_written = |name: &&str| {
        let property = properties.and_then(|properties| properties.get(*name));
        property.is_none_or(|property| property["readOnly"] != true)
    };
    let mut names: Vec<&str> =
        required.iter().filter_map(Value::as_str).filter(is_written).collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        found.insert("required".to_owned(), names.into());
    }
}
