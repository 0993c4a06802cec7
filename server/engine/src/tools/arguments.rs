//! The arguments of a tool: under the names that the tool has for them, and judged by its schema, when
//! it is called and, as far as they are known, before the run.

use std::collections::BTreeMap;

use model::{
    execution::failure::Failure,
    expr::{Scope, Template},
    number::read_json,
    text::nearest::nearest,
};
use outside::schema::{Schema, SchemaFault};
use serde_json::{Map, Value};
use vault::secret::Redactor;

use super::locate::fold;

/// The most characters of what is wrong with arguments; it may quote them.
const MOST_FAULT_CHARS: usize = 400;
/// How many references of a schema are followed to the type of an argument.
const MOST_HOPS: usize = 8;

/// What the tool calls an argument: as it was named for it, else a property of its schema that is
/// written in another way (`runId` for `run_id`), else the same.
fn tool_name(name: &str, names: &BTreeMap<String, String>, schema: &Value) -> String {
    let name = names.get(name).map_or(name, String::as_str);
    let Some(properties) = schema["properties"].as_object() else { return name.to_owned() };
    if properties.contains_key(name) {
        return name.to_owned();
    }
    let mut alike = properties.keys().filter(|known| fold(known) == fold(name));
    match (alike.next(), alike.next()) {
        (Some(only), None) => only.clone(),
        _ => name.to_owned(),
    }
}

/// The arguments under the names that the tool has for them. Of two that have one name there the one
/// that is written so stays.
pub fn rename(
    arguments: Map<String, Value>,
    names: &BTreeMap<String, String>,
    schema: &Value,
) -> Map<String, Value> {
    let mut renamed = Map::new();
    for (name, value) in &arguments {
        let known = tool_name(name, names, schema);
        if known == *name || !arguments.contains_key(&known) {
            renamed.insert(known, value.clone());
        } else {
            renamed.insert(name.clone(), value.clone());
        }
    }
    renamed
}

/// The arguments as the schema of `tool` takes them. Where it does not take them as they are, empty
/// ones that may be left out are, and texts, numbers and booleans become each other where the
/// schema wants the other.
///
/// # Errors
/// What the tool does not take and where; nothing has been called.
pub fn fit(
    tool: &str,
    arguments: Map<String, Value>,
    schema: &Value,
) -> Result<Map<String, Value>, Failure> {
    let judge = Schema::for_tool(tool, schema)?;
    let Err(fault) = judge.check(&Value::Object(arguments.clone())) else { return Ok(arguments) };
    let relaxed = relax(arguments, schema);
    if judge.check(&Value::Object(relaxed.clone())).is_ok() {
        return Ok(relaxed);
    }
    let fault = Redactor::default().clean_line(&fault, MOST_FAULT_CHARS);
    let words = format!("{tool} doesn't accept these arguments: {fault}. It was not called.");
    Err(Failure::permanent("arguments_invalid", words))
}

/// Something that a tool will not take.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ArgumentFault {
    /// Where it is among the arguments, as `owner` or `labels[0]`.
    pub at: String,
    /// What is wrong with it, in a sentence.
    pub words: String,
}

/// Everything that the tool will not take of the arguments of a step, as far as that is known before
/// the run: what is written out, and with `scope` what refers to nothing but the launch's inputs.
///
/// # Errors
/// The schema of the tool is no JSON Schema.
pub(super) fn find_faults(
    tool: &str,
    params: &Map<String, Value>,
    names: &BTreeMap<String, String>,
    schema: &Value,
    scope: Option<&Scope>,
) -> Result<Vec<ArgumentFault>, Failure> {
    let judge = Schema::for_tool(tool, schema)?;
    let mut unknown = vec![];
    let given = params.iter().map(|(name, value)| {
        (
            name.clone(),
            known_value(
                value,
                &format!("/{}", tool_name(name, names, schema)),
                scope,
                &mut unknown,
            ),
        )
    });
    let arguments = rename(given.collect(), names, schema);
    let own_name = |known: &str| {
        let own = params.keys().find(|name| tool_name(name, names, schema) == known);
        own.map_or(known, String::as_str).to_owned()
    };
    let mut found = misspelt(tool, &arguments, schema);
    let arguments = Value::Object(relax(arguments, schema));
    let is_known = |fault: &SchemaFault| {
        let touches = |at: &String| is_within(at, &fault.at) || is_within(&fault.at, at);
        fault.is_about_names || !unknown.iter().any(touches)
    };
    let judged: Vec<SchemaFault> = judge.faults(&arguments).into_iter().filter(is_known).collect();
    for SchemaFault { at, words, .. } in judged {
        let mut parts = at.split('/').skip(1);
        let mut at = parts.next().map(own_name).unwrap_or_default();
        for part in parts {
            let is_place = part.bytes().all(|byte| byte.is_ascii_digit());
            at.push_str(&if is_place { format!("[{part}]") } else { format!(".{part}") });
        }
        if !found.iter().any(|known| known.at == at) {
            let words = Redactor::default().clean_line(&words, MOST_FAULT_CHARS);
            found.push(ArgumentFault { at, words: format!("{tool} doesn't accept it: {words}.") });
        }
    }
    Ok(found)
}

/// Whether a JSON Pointer leads to a place or into it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Arguments that the tool does not name and that are written almost as one that it does.
fn misspelt(tool: &str, arguments: &Map<String, Value>, schema: &Value) -> Vec<ArgumentFault> {
    let Some(known) = schema["properties"].as_object() else { return vec![] };
    let strangers = arguments.keys().filter(|name| !known.contains_key(name.as_str()));
    let near = strangers.filter_map(|name| {
        let near = nearest(name, known.keys().map(String::as_str))?;
        let words = format!("{tool} has no argument {name}. Did you mean {near}?");
        Some(ArgumentFault { at: name.clone(), words })
    });
    near.collect()
}

/// The value with its references filled in where they are known; where they are not, its place in
/// `unknown`.
fn known_value(value: &Value, at: &str, scope: Option<&Scope>, unknown: &mut Vec<String>) -> Value {
    match value {
        Value::String(text) => {
            let read = Template::parse(text).ok();
            let known = read.and_then(|template| {
                let paths = template.references();
                if paths.is_empty() {
                    return template.value(&Scope::default()).ok();
                }
                let of_launch = paths.iter().all(|path| path.name() == "input");
                scope.filter(|_| of_launch).and_then(|scope| template.value(scope).ok())
            });
            known.unwrap_or_else(|| {
                unknown.push(at.to_owned());
                value.clone()
            })
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(place, item)| known_value(item, &format!("{at}/{place}"), scope, unknown))
                .collect()
        }
        Value::Object(map) => {
            let parts = map.iter().map(|(name, part)| {
                (name.clone(), known_value(part, &format!("{at}/{name}"), scope, unknown))
            });
            Value::Object(parts.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn relax(arguments: Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let kept = arguments.into_iter().filter(|(name, value)| !value.is_null() || is_required(name));
    let converted = kept.map(|(name, value)| {
        let types = types_of(schema, &schema["properties"][&name]);
        (name, convert(value, &types))
    });
    converted.collect()
}

/// The types that a schema names for a value; empty where it names none.
fn types_of<'a>(root: &'a Value, mut schema: &'a Value) -> Vec<&'a str> {
    for _ in 0..MOST_HOPS {
        let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
        let Some(found) = target.and_then(|target| root.pointer(target)) else { break };
        schema = found;
    }
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![],
    }
}

fn convert(value: Value, types: &[&str]) -> Value {
    let wants = |names: &[&str]| types.iter().any(|one| names.contains(one));
    let is_text_only = wants(&["string"]) && !wants(&["number", "integer", "boolean"]);
    match value {
        Value::String(text) if !wants(&["string"]) => match text.trim() {
            "true" if wants(&["boolean"]) => true.into(),
            "false" if wants(&["boolean"]) => false.into(),
            number if wants(&["number", "integer"]) => {
                let read = read_json(number).ok().filter(Value::is_number);
                read.unwrap_or(Value::String(text))
            }
            _ => Value::String(text),
        },
        Value::Number(number) if is_text_only => Value::String(number.to_string()),
        Value::Bool(truth) if is_text_only => Value::String(truth.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["number"],
            "additionalProperties": false,
            "properties": {
                "number": { "$ref": "#/$defs/number" },
                "body": { "type": "string" },
                "draft": { "type": "boolean" },
            },
            "$defs": { "number": { "type": "integer" } },
        })
    }

    #[test]
    fn arguments_go_as_they_are_or_as_the_schema_wants_them() {
        let fitted = |arguments| fit("github.getIssue", map(arguments), &schema()).unwrap();

        assert_eq!(fitted(json!({"number": 7})), map(json!({"number": 7})));
        let sent = fitted(json!({"number": "7", "body": 12, "draft": "true"}));
        assert_eq!(sent, map(json!({"number": 7, "body": "12", "draft": true})));
        assert_eq!(fitted(json!({"number": 7, "body": null})), map(json!({"number": 7})));
    }

    #[test]
    fn rel_s13_what_the_schema_does_not_allow_is_refused_with_its_place() {
        let words = |arguments| {
            let failure = fit("github.getIssue", map(arguments), &schema()).unwrap_err();
            assert_eq!(
                (failure.code.as_str(), failure.may_have_happened),
                ("arguments_invalid", false)
            );
            failure.message
        };

        assert!(words(json!({"number": "seven"})).contains("/number"));
        assert!(words(json!({"number": "12345678901234567890123"})).contains("/number"));
        assert!(words(json!({"number": null})).contains("/number"));
        assert!(words(json!({})).contains("number"));
        let own = words(json!({"number": 7, "idempotency_key": "x"}));
        assert!(own.contains("idempotency_key") && own.ends_with("It was not called."), "{own}");
    }

    #[test]
    fn names_are_those_of_the_tool() {
        let names = BTreeMap::from([("number".to_owned(), "issue_number".to_owned())]);
        let renamed = rename(map(json!({"number": 7, "repo": "tea"})), &names, &json!({}));

        assert_eq!(renamed, map(json!({"issue_number": 7, "repo": "tea"})));
    }

    #[test]
    fn circles_and_ten_thousand_properties_are_judged_and_nothing_elsewhere_is_fetched() {
        let tree = json!({
            "type": "object",
            "properties": { "child": { "$ref": "#" }, "same": { "$ref": "#/properties/same" } },
        });
        let mut deep = json!({});
        for _ in 0..50 {
            deep = json!({ "child": deep, "same": 1 });
        }
        assert_eq!(fit("x.y", map(deep.clone()), &tree).unwrap(), map(deep));

        let many: Map<String, Value> =
            (0..10_000).map(|place| (format!("p{place}"), json!({"type": "string"}))).collect();
        let many = json!({ "type": "object", "properties": many });
        assert!(fit("x.y", map(json!({"p9999": "a"})), &many).is_ok());
        assert!(fit("x.y", map(json!({"p9999": []})), &many).is_err());

        let elsewhere = json!({ "properties": { "a": { "$ref": "http://127.0.0.1:9/a" } } });
        assert_eq!(fit("x.y", Map::new(), &elsewhere).unwrap_err().code, "bad_tool_schema");
    }
}
