//! Puts together the calls of tools that an answer asks for. Servers cut them into pieces, leave out
//! their ids, or give several calls the same place; the reading is as lenient as the meaning allows.

use model::{agent::talk::ToolUse, answer::read_objects};
use serde_json::{Map, Value};

use crate::json::{self, Halves};

/// The most characters that are shown of arguments which are no JSON object.
const MOST_MALFORMED: usize = 1_000;

/// What a piece of an answer says of a call.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct CallPiece {
    /// The call's place in the answer, in the server's words; none where it tells none.
    pub(super) place: Option<String>,
    /// The call's id; empty where the piece does not tell it.
    pub(super) id: String,
    /// The tool; empty in a piece that only goes on.
    pub(super) name: String,
    /// Arguments, or a part of them, as JSON.
    pub(super) arguments: String,
    /// Whether these are all arguments, and not a part.
    pub(super) is_whole: bool,
    /// What the server wants to be given back with the call.
    pub(super) extra: Option<Value>,
}

impl CallPiece {
    /// Reads a call, or a piece of one, from the places where servers usually put its parts.
    pub(super) fn read(value: &Value) -> Self {
        let function = if value["function"].is_object() { &value["function"] } else { value };
        let text = |keys: &[&str]| {
            let words = keys.iter().find_map(|key| value[*key].as_str());
            words.unwrap_or_default().to_owned()
        };
        let given = ["arguments", "input", "args", "parameters"];
        let given = given.iter().map(|key| &function[*key]).find(|value| !value.is_null());
        let (arguments, is_whole) = match given {
            None => (String::new(), false),
            Some(Value::String(text)) => (text.clone(), false),
            Some(other) => (other.to_string(), true),
        };
        Self {
            place: Some(&value["index"]).filter(|index| !index.is_null()).map(Value::to_string),
            id: text(&["call_id", "id"]),
            name: function["name"].as_str().unwrap_or_default().trim().to_owned(),
            arguments,
            is_whole,
            extra: Some(&value["extra_content"]).filter(|extra| !extra.is_null()).cloned(),
        }
    }
}

/// The calls of an answer so far, in their order.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<OpenCall>);

#[derive(Debug, Default)]
struct OpenCall {
    piece: CallPiece,
    halves: Halves,
}

impl Calls {
    /// Adds a piece; returns the name of a tool whose call begins with it.
    pub(super) fn take(&mut self, piece: CallPiece) -> Option<&str> {
        let at = self.find(&piece).unwrap_or_else(|| {
            self.0.push(OpenCall::default());
            self.0.len() - 1
        });
        self.0.get_mut(at)?.add(piece)
    }

    /// Whether nothing was asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The calls that name a tool, and what the server wants to be given back with each.
    pub(super) fn into_uses(self) -> Vec<(ToolUse, Option<Value>)> {
        let named = self.0.into_iter().filter(|call| !call.piece.name.is_empty());
        named.map(OpenCall::into_use).collect()
    }

    /// The call that a piece goes on; none where it begins one.
    fn find(&self, piece: &CallPiece) -> Option<usize> {
        let is_same = |open: &OpenCall| match (&piece.place, &open.piece.place) {
            (Some(place), Some(known)) => place == known,
            (None, _) | (_, None) => !piece.id.is_empty() && piece.id == open.piece.id,
        };
        let tells_nothing = piece.place.is_none() && piece.id.is_empty() && piece.name.is_empty();
        let newest = || self.0.len().checked_sub(1).filter(|_| tells_nothing);
        let at = self.0.iter().rposition(is_same).or_else(newest)?;
        let open = &self.0[at].piece;
        // Some servers give every call the same place, and some every piece another id.
        let is_another = !piece.name.is_empty()
            && !open.name.is_empty()
            && if piece.id.is_empty() || open.id.is_empty() {
                !piece.arguments.is_empty()
                    && read_arguments(&open.arguments).is_ok_and(|a| !a.is_empty())
            } else {
                piece.id != open.id
            };
        (!is_another).then_some(at)
    }
}

impl OpenCall {
    fn add(&mut self, piece: CallPiece) -> Option<&str> {
        let begins = self.piece.name.is_empty();
        let open = &mut self.piece;
        if open.place.is_none() {
            open.place = piece.place;
        }
        if open.id.is_empty() {
            open.id = piece.id;
        }
        if begins {
            open.name = piece.name;
        }
        if piece.is_whole {
            self.halves = Halves::default();
            open.arguments.clear();
        }
        open.arguments.push_str(&self.halves.join(&piece.arguments));
        open.extra = piece.extra.or(open.extra.take());
        Some(open.name.as_str()).filter(|name| begins && !name.is_empty())
    }

    fn into_use(mut self) -> (ToolUse, Option<Value>) {
        self.piece.arguments.push_str(self.halves.end());
        let CallPiece { id, name, arguments, extra, .. } = self.piece;
        let (arguments, malformed) = match read_arguments(&arguments) {
            Ok(arguments) => (arguments, None),
            Err(beginning) => (Map::new(), Some(beginning)),
        };
        (ToolUse { id, name, arguments, malformed }, extra)
    }
}

/// The arguments by name; no words stand for none.
///
/// # Errors
/// Their beginning, where they are no JSON object.
pub(in super::super) fn read_arguments(text: &str) -> Result<Map<String, Value>, String> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    // Some models write the object as a text.
    let inner = json::read_text(text).ok().and_then(|value| value.as_str().map(str::to_owned));
    let inner = inner.as_deref().unwrap_or(text).trim();
    // Some servers send the arguments so far, and then all of them once more.
    match read_objects(inner).and_then(|mut objects| objects.pop()) {
        Some(Value::Object(arguments)) => Ok(arguments),
        _ if inner == "null" => Ok(Map::new()),
        _ => Err(text.chars().take(MOST_MALFORMED).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Puts pieces together; gives the calls as name, id and arguments, and the names that began.
    fn joined(pieces: &[Value]) -> (Vec<ToolUse>, Vec<String>) {
        let (mut calls, mut begun) = (Calls::default(), vec![]);
        for piece in pieces {
            begun.extend(calls.take(CallPiece::read(piece)).map(str::to_owned));
        }
        (calls.into_uses().into_iter().map(|(call, _)| call).collect(), begun)
    }

    fn call(id: &str, name: &str, arguments: &Value) -> ToolUse {
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        ToolUse { id: id.to_owned(), name: name.to_owned(), arguments, malformed: None }
    }

    #[test]
    fn pieces_of_two_calls_are_put_together_by_their_places() {
        let (calls, begun) = joined(&[
            json!({"index": 0, "id": "a", "type": "function", "function": {"name": "read", "arguments": ""}}),
            json!({"index": 0, "function": {"arguments": "{\"id\":"}}),
            json!({"index": 1, "id": "b", "function": {"name": "time", "arguments": ""}}),
            json!({"index": 0, "function": {"arguments": " 7}"}}),
            json!({"index": 1, "function": {"arguments": "{}"}}),
        ]);
        assert_eq!(calls, [call("a", "read", &json!({"id": 7})), call("b", "time", &json!({}))]);
        assert_eq!(begun, ["read", "time"]);
    }

    #[test]
    fn calls_are_told_apart_where_servers_do_not_count_them() {
        let both = [call("a", "read", &json!({"id": 1})), call("b", "read", &json!({"id": 2}))];
        let named = |id: &str, place: Value, arguments: Value| json!({"id": id, "index": place, "function": {"name": "read", "arguments": arguments}});
        for pieces in [
            // Gemini: each call at place 0.
            [
                named("a", json!(0), json!("{\"id\": 1}")),
                named("b", json!(0), json!("{\"id\": 2}")),
            ],
            [
                named("a", Value::Null, json!("{\"id\": 1}")),
                named("b", Value::Null, json!("{\"id\": 2}")),
            ],
            // Ollama: arguments that are no text.
            [named("a", Value::Null, json!({"id": 1})), named("b", Value::Null, json!({"id": 2}))],
        ] {
            assert_eq!(joined(&pieces).0, both, "{pieces:?}");
        }
        let nameless = [
            json!({"function": {"name": "read", "arguments": {"id": 1}}}),
            json!({"function": {"name": "read", "arguments": {"id": 2}}}),
        ];
        let ids: Vec<Value> =
            joined(&nameless).0.iter().map(|c| c.arguments["id"].clone()).collect();
        assert_eq!(ids, [json!(1), json!(2)]);
    }

    #[test]
    fn arguments_are_read_however_they_are_written_and_whatever_is_lost_is_told() {
        let read = |text: &str| read_arguments(text).ok().map(Value::Object);
        assert_eq!(read("{}{\"id\": 7}"), Some(json!({"id": 7})));
        assert_eq!(read("\"{'id': 7,}\""), Some(json!({"id": 7})));
        assert_eq!(read(" null "), Some(json!({})));
        let large = json!({"id": "12345678901234567890123"});
        assert_eq!(read("{\"id\": 12345678901234567890123}"), Some(large));
        for text in ["{\"id\": 1, \"id\": 2}", "{\"id\": ", "Sure: {}", "[1]"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_piece_with_another_id_and_no_name_goes_on() {
        let (calls, _) = joined(&[
            json!({"index": 0, "id": "x-1", "function": {"name": "read", "arguments": "{\"id\""}}),
            json!({"index": 0, "id": "x-2", "function": {"arguments": ": 7}"}}),
            json!({"function": {"arguments": " "}}),
        ]);
        assert_eq!(calls, [call("x-1", "read", &json!({"id": 7}))]);
    }

    #[test]
    fn arguments_are_an_object_however_they_are_written() {
        for text in ["", " ", "null", "{}", "\"{}\""] {
            assert_eq!(read_arguments(text), Ok(Map::new()), "{text}");
        }
        assert_eq!(read_arguments(r#""{\"a\": 1}""#).map(Value::from), Ok(json!({"a": 1})));
        for text in ["{\"a\": ", "[1]", "7", "\"a\"", "a: 1"] {
            assert_eq!(read_arguments(text), Err(text.to_owned()), "{text}");
        }
        let (calls, _) =
            joined(&[json!({"id": "a", "function": {"name": "read", "arguments": "{"}})]);
        assert!(calls[0].fault().is_some_and(|fault| fault.contains("begin: {")), "{calls:?}");
    }
}
