//! Validates JSON against a schema that a workflow's author or the server of a tool wrote. Remote
//! `$ref`s are not fetched.

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use model::{answer::find_json, execution::failure::Failure};
use serde_json::Value;
use vault::secret::Redactor;

/// Characters quoted of an answer that is no JSON.
const SHOWN: usize = 200;

/// Why this value cannot be used as a JSON Schema, in words; none where it can.
pub fn fault(schema: &Value) -> Option<String> {
    validator(schema).err()
}

/// A schema that answers can be checked against.
pub struct Schema(Validator);

impl Schema {
    /// Compiles the schema of a step.
    ///
    /// # Errors
    /// A permanent failure where the value is no valid JSON Schema.
    pub fn read(schema: &Value) -> Result<Self, Failure> {
        validator(schema).map(Self).map_err(|fault| {
            let message = format!("The schema of this step isn't valid: {fault}.");
            Failure::permanent("bad_schema", message)
        })
    }

    /// Compiles the schema of a tool's arguments, as its server says it.
    ///
    /// # Errors
    /// A permanent failure where the value is no valid JSON Schema, or refers to another place.
    pub fn for_tool(tool: &str, schema: &Value) -> Result<Self, Failure> {
        validator(schema).map(Self).map_err(|fault| {
            let fault = Redactor::default().clean_line(&fault, SHOWN);
            let message = format!("The server's schema for {tool} isn't valid: {fault}.");
            Failure::permanent("bad_tool_schema", message)
        })
    }

    /// Validates a value.
    ///
    /// # Errors
    /// What does not fit the schema and where, in words for a person, without a full stop.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.0.validate(value).map_err(|error| describe(&error))
    }

    /// Everything that does not fit the schema.
    pub fn faults(&self, value: &Value) -> Vec<SchemaFault> {
        self.0.iter_errors(value).map(|error| SchemaFault::from(&error)).collect()
    }

    /// Parses a model's answer and validates it.
    ///
    /// # Errors
    /// Why the answer is no JSON or does not fit the schema, in words for a person.
    pub fn parse_answer(&self, answer: &str) -> Result<Value, String> {
        let found = find_json(answer, |value| self.check(value).is_ok()).map_err(|error| {
            let shown = Redactor::default().clean_line(answer, SHOWN);
            format!("The model's answer isn't JSON: “{shown}”. {error}")
        })?;
        if let Some(fault) = found.fault {
            return Err(format!("The model's answer can't be kept as it is. {fault}"));
        }
        match self.check(&found.value) {
            Ok(()) => Ok(found.value),
            Err(fault) => Err(format!("The model's answer doesn't match its schema: {fault}.")),
        }
    }
}

/// Something of a value that does not fit a schema.
#[derive(Debug)]
pub struct SchemaFault {
    /// Its place as a JSON Pointer; of a property that is missing or may not be there its own.
    pub at: String,
    /// What is wrong with it, in words for a person, without a full stop.
    pub words: String,
    /// Whether only the names of properties decide it.
    pub is_about_names: bool,
}

impl From<&ValidationError<'_>> for SchemaFault {
    fn from(error: &ValidationError<'_>) -> Self {
        let at = error.instance_path().as_str();
        let of_name = |name: &str, words: &str| Self {
            at: format!("{at}/{name}"),
            words: words.to_owned(),
            is_about_names: true,
        };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                of_name(property.as_str().unwrap_or_default(), "it is missing")
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                of_name(unexpected.first().map_or("", String::as_str), "there is no such property")
            }
            _ => Self { at: at.to_owned(), words: error.to_string(), is_about_names: false },
        }
    }
}

fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::validator_for(schema).map_err(|error| describe(&error))
}

/// The error in words, with the JSON Pointer of the value that is wrong unless it is the whole.
fn describe(error: &ValidationError<'_>) -> String {
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
        assert_eq!(schema.parse_answer(r#"{"title": "Words"}"#), Ok(json!({"title": "Words"})));
        let fault = |answer: &str| schema.parse_answer(answer).unwrap_err();
        assert!(fault(r#"{"title": 5}"#).ends_with("(at /title)."));
        assert!(fault("{}").contains("title"));
        assert!(
            fault("Sure:\nhere it is")
                .ends_with("“Sure: here it is”. Invalid JSON at line 1, column 1.")
        );
        assert_eq!(schema.parse_answer("{'title': 'Words',}"), Ok(json!({"title": "Words"})));
        assert!(fault(r#"{"title": "A", "n": 12345678901234567890123}"#).contains("quotation"));
        assert!(fault(r#"{"title": "A", "title": "B"}"#).contains("“title”"));
    }

    #[test]
    fn what_is_no_schema_or_lies_elsewhere_is_told_and_nothing_is_fetched() {
        for schema in [json!({"type": "nonsense"}), json!({"$ref": "http://127.0.0.1:9/schema"})] {
            let refused = Schema::read(&schema).err().unwrap();
            assert_eq!((refused.code.as_str(), fault(&schema).is_some()), ("bad_schema", true));
        }
    }
}
