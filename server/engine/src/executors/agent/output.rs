//! What an agent's answer has to be, and what becomes of one that is it.

use model::{
    agent::talk::Message, answer::list_items, decide::ArtifactOutBody, execution::failure::Failure,
    text_output::Output,
};
use outside::schema::Schema;
use serde_json::{Value, json};

/// The JSON Schema that the provider is told; none for texts.
pub(super) fn schema(output: &Output) -> Option<Value> {
    match output {
        Output::Text | Output::List => None,
        Output::Json { schema } => {
            Some(schema.clone().unwrap_or_else(|| json!({ "type": "object" })))
        }
    }
}

/// What the model is told of the form of its answer; none where its schema says it, or any text will
/// do.
pub(super) fn form(output: &Output) -> Option<&'static str> {
    match output {
        Output::Text | Output::Json { .. } => None,
        Output::List => {
            Some("Your last answer is a numbered list, one item a line, and nothing else.")
        }
    }
}

/// What the agent gives, and the body of its artifact.
pub(super) struct AgentOutput {
    pub(super) value: Value,
    pub(super) body: ArtifactOutBody,
}

/// Judges answers by what was asked for.
pub(super) struct Judge<'a> {
    output: &'a Output,
    schema: Option<Schema>,
}

impl<'a> Judge<'a> {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// The schema that the agent asks for cannot be used.
    pub(super) fn new(output: &'a Output) -> Result<Self, Failure> {
        let schema = schema(output).as_ref().map(Schema::read).transpose()?;
        Ok(Self { output, schema })
    }

    /// What an answer gives.
    ///
    /// # Errors
    /// What is wrong with it, in words for the model and for people.
    pub(super) fn judge(&self, text: &str) -> Result<AgentOutput, String> {
        if text.trim().is_empty() {
            return Err("The model's answer was empty.".to_owned());
        }
        let body = || ArtifactOutBody::Text(text.to_owned());
        Ok(match (self.output, &self.schema) {
            (Output::List, _) => {
                let items = list_items(text).into_iter().map(Value::String).collect();
                AgentOutput { value: Value::Array(items), body: body() }
            }
            (Output::Json { .. }, Some(schema)) => {
                let value = schema.parse_answer(text)?;
                AgentOutput { value: value.clone(), body: ArtifactOutBody::Json(value) }
            }
            (Output::Text | Output::Json { .. }, _) => {
                AgentOutput { value: json!(text), body: body() }
            }
        })
    }
}

/// What the model is told of an answer that cannot be used.
pub(super) fn repair(fault: &str) -> Message {
    let text = format!(
        "Your answer cannot be used: {fault} Answer again, with nothing but what was asked for."
    );
    Message::User { text, images: vec![] }
}

/// Whether the last of these messages asks for a repair: nobody else speaks after an answer without
/// calls.
pub(super) fn asks_for_repair(said: &[Message]) -> bool {
    let is_answer =
        |message: &Message| matches!(message, Message::Assistant { calls, .. } if calls.is_empty());
    match said {
        [.., before, Message::User { .. }] => is_answer(before),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_answer_is_what_was_asked_for_or_is_told_why_not() {
        let of = |output: &Output, text: &str| {
            Judge::new(output).unwrap().judge(text).map(|given| given.value)
        };
        let schema = json!({ "type": "object", "required": ["title"] });
        let data = Output::Json { schema: Some(schema) };

        assert_eq!(of(&Output::Text, "Fine.").unwrap(), json!("Fine."));
        assert_eq!(of(&Output::List, "1. One\n2. Two").unwrap(), json!(["One", "Two"]));
        assert_eq!(of(&data, r#"{"title": "A"}"#).unwrap(), json!({ "title": "A" }));
        assert!(of(&data, "Sure.").unwrap_err().contains("isn't JSON"));
        assert!(of(&data, "{}").unwrap_err().contains("doesn't match its schema"));
        assert_eq!(of(&Output::Text, " \n").unwrap_err(), "The model's answer was empty.");
    }
}
