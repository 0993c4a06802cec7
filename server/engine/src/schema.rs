//! Whether JSON is of a schema that a workflow's author wrote. Nothing is fetched for it.

use jsonschema::{ValidationError, Validator};
use model::execution::failure::Failure;
use serde_json::Value;

/// Why this is no JSON Schema that can be checked against, in words.
pub fn fault(schema: &Value) -> Option<String> {
    validator(schema).err()
}

/// Refuses a model's answer that is not of the schema; asked again, it may answer better.
///
/// # Errors
/// Where the answer differs, or that there is no such schema.
pub fn check(schema: &Value, answer: &Value) -> Result<(), Failure> {
    let validator = validator(schema).map_err(|fault| {
        let message = format!("The schema that this step asks for cannot be used: {fault}.");
        Failure::permanent("bad_schema", message)
    })?;
    validator.validate(answer).map_err(|error| {
        let message = format!("The model's answer is not of its schema: {}.", told(&error));
        Failure::transient("bad_model_output", message)
    })
}

fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::validator_for(schema).map_err(|error| told(&error))
}

fn told(error: &ValidationError<'_>) -> String {
    match error.instance_path().as_str() {
        "" => error.to_string(),
        path => format!("{error} (at {path})"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::failure::FailureClass;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_of_its_schema_or_is_told_where_not() {
        let schema = json!({"type": "object", "required": ["title"],
                            "properties": {"title": {"type": "string"}}});
        assert_eq!(check(&schema, &json!({"title": "Words"})), Ok(()));
        let refused = check(&schema, &json!({"title": 5})).unwrap_err();
        assert!(matches!(refused.class, FailureClass::Transient { .. }));
        assert!(refused.message.ends_with("(at /title)."), "{}", refused.message);
        assert!(check(&schema, &json!({})).unwrap_err().message.contains("title"));
    }

    #[test]
    fn what_is_no_schema_or_lies_elsewhere_is_told_and_nothing_is_fetched() {
        for schema in [json!({"type": "nonsense"}), json!({"$ref": "http://127.0.0.1:9/schema"})] {
            let refused = check(&schema, &json!({})).unwrap_err();
            assert_eq!((refused.code.as_str(), fault(&schema).is_some()), ("bad_schema", true));
        }
    }
}
