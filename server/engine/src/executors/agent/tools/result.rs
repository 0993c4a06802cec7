//! What a model is told of the end of a call.

use model::{agent::talk::Message, mcp::call::ToolCallState};
use serde_json::{Map, Value};
use store::calls::agent_calls::{AgentCallEnd, KnownCall};

/// The most characters of a result that a model is given at once.
const MOST_CHARS: usize = 20_000;
/// How many characters of a larger one it is given as its beginning.
const BEGINNING_CHARS: usize = 4_000;

/// How a call ended, as it is kept and told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CallEnd {
    Gave(Value),
    /// It gave this text, which is too long to be told at once.
    GaveLong {
        beginning: String,
        text: String,
    },
    /// It failed, for this reason.
    Failed(String),
    /// It was not allowed, for this reason.
    Refused(String),
}

impl CallEnd {
    /// The end of a call that gave this value.
    pub(super) fn from_value(value: Value) -> Self {
        let text = in_words(&value);
        if text.chars().count() <= MOST_CHARS {
            return Self::Gave(value);
        }
        Self::GaveLong { beginning: text.chars().take(BEGINNING_CHARS).collect(), text }
    }

    pub(super) fn kept(&self) -> AgentCallEnd<'_> {
        match self {
            Self::Gave(value) => AgentCallEnd::Answered(value),
            Self::GaveLong { beginning, text } => AgentCallEnd::Long { beginning, text },
            Self::Failed(words) => AgentCallEnd::Failed(words),
            Self::Refused(words) => AgentCallEnd::Refused(words),
        }
    }
}

/// The call that a message answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered<'a> {
    /// Its id in the talk.
    pub call_id: &'a str,
    /// The tool as the model names it.
    pub name: &'a str,
    /// What the model reads long results with; none where it has no such tool.
    pub reader: Option<&'a str>,
    /// The arguments as a person has changed them; none if nobody has.
    pub edited: Option<&'a Map<String, Value>>,
}

impl Answered<'_> {
    /// The message for a call that has just ended; `row` names its row.
    pub(super) fn message(self, row: &str, end: &CallEnd) -> Message {
        match end {
            CallEnd::Gave(value) => self.gave(in_words(value)),
            CallEnd::GaveLong { beginning, text } => {
                self.gave(long(beginning, text.chars().count(), row, self.reader))
            }
            CallEnd::Failed(words) | CallEnd::Refused(words) => self.error(words.clone()),
        }
    }

    /// The message for a call that has its end in a row; none for one that has none.
    pub(super) fn recalled(self, known: &KnownCall) -> Option<Message> {
        let result = || in_words(known.result.as_ref().unwrap_or(&Value::Null));
        match known.state {
            ToolCallState::Sent => None,
            ToolCallState::Answered => Some(self.gave(match known.long_chars {
                Some(chars) => {
                    let chars = usize::try_from(chars).unwrap_or(usize::MAX);
                    long(&result(), chars, &known.id.to_string(), self.reader)
                }
                None => result(),
            })),
            ToolCallState::Failed | ToolCallState::Refused => {
                Some(self.error(known.error.clone().unwrap_or_default()))
            }
        }
    }

    fn gave(self, content: String) -> Message {
        self.tell(content, false)
    }

    fn error(self, content: String) -> Message {
        self.tell(content, true)
    }

    fn tell(self, content: String, is_error: bool) -> Message {
        let (call_id, name) = (self.call_id.to_owned(), self.name.to_owned());
        Message::Tool { call_id, name, content, is_error, edited: self.edited.cloned() }
    }
}

/// A value as a model reads it: texts as they are, everything else as JSON.
fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "The tool returned nothing.".to_owned(),
        data => data.to_string(),
    }
}

fn long(beginning: &str, chars: usize, row: &str, reader: Option<&str>) -> String {
    let shown = beginning.chars().count();
    let rest = match reader {
        Some(reader) => {
            format!("Continue with {reader} {{\"id\": \"{row}\", \"offset\": {shown}}}.")
        }
        None => "Ask for less to see the rest.".to_owned(),
    };
    format!("{beginning}\n\n[This is the beginning: {shown} of {chars} characters. {rest}]")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use model::id::ToolCallId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const CALL: Answered<'_> = Answered {
        call_id: "a",
        name: "github__getIssue",
        reader: Some("atelier__read_artifact"),
        edited: None,
    };

    fn content(message: &Message) -> (&str, bool) {
        match message {
            Message::Tool { content, is_error, .. } => (content, *is_error),
            other => unreachable!("{other:?} answers no call"),
        }
    }

    /// The end as its row has it.
    fn known(end: &CallEnd) -> KnownCall {
        let (state, result, chars, error) = match end.kept() {
            AgentCallEnd::Answered(value) => {
                (ToolCallState::Answered, Some(value.clone()), None, None)
            }
            AgentCallEnd::Long { beginning, text } => {
                let chars = u64::try_from(text.chars().count()).unwrap();
                (ToolCallState::Answered, Some(json!(beginning)), Some(chars), None)
            }
            AgentCallEnd::Failed(words) => {
                (ToolCallState::Failed, None, None, Some(words.to_owned()))
            }
            AgentCallEnd::Refused(words) => {
                (ToolCallState::Refused, None, None, Some(words.to_owned()))
            }
        };
        let id = ToolCallId(Uuid::nil());
        KnownCall { id, state, result, long_chars: chars, error }
    }

    #[test]
    fn whoever_takes_a_job_over_tells_the_model_the_same() {
        let row = Uuid::nil().to_string();
        for end in [
            CallEnd::from_value(json!({"number": 7})),
            CallEnd::from_value(json!("Fine.")),
            CallEnd::from_value(Value::Null),
            CallEnd::from_value(json!("ä".repeat(20_001))),
            CallEnd::from_value(json!({ "all": "x".repeat(30_000) })),
            CallEnd::Failed("No such issue.".to_owned()),
            CallEnd::Refused("Not yours.".to_owned()),
        ] {
            assert_eq!(CALL.recalled(&known(&end)), Some(CALL.message(&row, &end)), "{end:?}");
        }
        let under_way =
            KnownCall { state: ToolCallState::Sent, ..known(&CallEnd::Failed(String::new())) };
        assert_eq!(CALL.recalled(&under_way), None);
    }

    #[test]
    fn a_long_result_is_told_by_its_beginning_and_where_the_rest_is() {
        let end = CallEnd::from_value(json!("ä".repeat(20_001)));
        let message = CALL.message("11-22", &end);
        let (told, is_error) = content(&message);

        assert!(!is_error && told.starts_with(&"ä".repeat(BEGINNING_CHARS)));
        assert!(told.contains("4000 of 20001 characters"), "{told}");
        assert!(told.contains("atelier__read_artifact {\"id\": \"11-22\", \"offset\": 4000}"));
        let blind = Answered { reader: None, ..CALL };
        assert!(content(&blind.message("11-22", &end)).0.contains("Ask for less"));
        assert_eq!(
            CallEnd::from_value(json!("a".repeat(20_000))),
            CallEnd::Gave(json!("a".repeat(20_000)))
        );
    }
}
