//! Whether JSON is of a schema that a workflow's author wrote. Nothing is fetched for it.

use jsonschema::{ValidationError, Validator};
use model::execution::failure::Failure;
use serde_json::Value;

use crate::secret::Redactor;

/// Of an answer that is no JSON so many characters are shown.
const SHOWN: usize = 200;

/// Why this is no JSON Schema that can be checked against, in words.
pub fn fault(schema: &Value) -> Option<String> {
    validator(schema).err()
}

/// A schema that answers can be checked against.
pub struct Schema(Validator);

impl Schema {
    /// The schema that a step asks for.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(schema: &Value) -> Result<Self, Failure> {
        validator(schema).map(Self).map_err(|fault| {
            let message = format!("The schema that this step asks for cannot be used: {fault}.");
            Failure::permanent("bad_schema", message)
        })
    }

    /// Reads a model's answer.
    ///
    /// # Errors
    /// Why it is not what was asked for, in words.
    pub fn of_answer(&self, answer: &str) -> Result<Value, String> {
        let answer = serde_json::from_str(answer).map_err(|error| {
            let shown = Redactor::default().clean_line(answer, SHOWN);
            format!("The model answered with something other than JSON ({error}): “{shown}”.")
        })?;
        let differs = self
            .0
            .validate(&answer)
            .map_err(|error| format!("The model's answer is not of its schema: {}.", told(&error)));
        differs.map(|()| answer)
    }
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

    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_of_its_schema_or_is_told_where_not() {
        let schema = json!({"type": "object", "required": ["title"],
                            "properties": {"title": {"type": "string"}}});
        let schema = Schema::read(&schema).unwrap();
        assert_eq!(schema.of_answer(r#"{"title": "Words"}"#), Ok(json!({"title": "Words"})));
        let fault = |answer: &str| schema.of_answer(answer).unwrap_err();
        assert!(fault(r#"{"title": 5}"#).ends_with("(at /title)."));
        assert!(fault("{}").contains("title"));
        assert!(
            fault("Sure:\nhere it is")
                .ends_with("(expected value at line 1 column 1): “Sure: here it is”.")
        );
    }

    #[test]
    fn what_is_no_schema_or_lies_elsewhere_is_told_and_nothing_is_fetched() {
        for schema in [json!({"type": "nonsense"}), json!({"$ref": "http://127.0.0.1:9/schema"})] {
            let refused = Schema::read(&schema).err().unwrap();
            assert_eq!((refused.code.as_str(), fault(&schema).is_some()), ("bad_schema", true));
        }
    }
}
