//! The arguments of a tool: filled in, under the names that the tool has for them, and judged by
//! its schema before anything is called.

use std::collections::BTreeMap;

use model::{
    execution::failure::Failure,
    expr::{ExprError, Meter, Shape},
    nodes::tool::Config,
    number::read_json,
};
use outside::schema::Schema;
use serde_json::{Map, Value};
use vault::secret::Redactor;

use crate::{executors::failure::expression_failure, job::JobContext};

/// The most characters of what is wrong with arguments; it may quote them.
const MOST_FAULT_CHARS: usize = 400;
/// How many references of a schema are followed to the type of an argument.
const MOST_HOPS: usize = 8;

/// The arguments of a node with its references filled in; one that is a single reference keeps the
/// type of its value.
pub(super) fn render(context: &JobContext, config: &Config) -> Result<Map<String, Value>, Failure> {
    let mut meter = Meter::default();
    let filled = config.params.iter().map(|(name, value)| {
        let shape = Shape::parse(value);
        let value = shape.and_then(|shape| shape.value(&context.scope, &mut meter));
        Ok((name.clone(), value.map_err(|error| error.within(name))?))
    });
    filled.collect::<Result<_, ExprError>>().map_err(expression_failure)
}

/// The arguments under the names that the tool has for them; those without another name keep
/// theirs.
pub(super) fn rename(
    arguments: Map<String, Value>,
    names: &BTreeMap<String, String>,
) -> Map<String, Value> {
    let renamed = arguments.into_iter().map(|(name, value)| match names.get(&name) {
        Some(known) => (known.clone(), value),
        None => (name, value),
    });
    renamed.collect()
}

/// The arguments as the schema of `tool` takes them. Where it does not take them as they are, empty
/// ones that may be left out are, and texts, numbers and booleans become each other where the
/// schema wants the other.
///
/// # Errors
/// What the tool does not take and where; nothing has been called.
pub(in crate::executors) fn fit(
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
        let renamed = rename(map(json!({"number": 7, "repo": "tea"})), &names);

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
