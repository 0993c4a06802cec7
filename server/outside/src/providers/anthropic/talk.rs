//! The next message of a talk, made from an answer.

use model::agent::talk::Message;

use super::answer::ParsedAnswer;
use crate::providers::{
    chat::{ChatRequest, Ending},
    openai_wire::find_json,
};

/// The message of an answer, and why it ended. The thoughts of one that goes on are kept to be given
/// back.
pub(super) fn next_message(parsed: &ParsedAnswer, request: &ChatRequest) -> (Message, Ending) {
    let ending = ending(parsed, request);
    let (calls, provider_data) = match ending {
        Ending::Calls => (request.with_unique_ids(parsed.calls()), parsed.provider_data()),
        Ending::Complete => (vec![], parsed.provider_data()),
        Ending::CutOff | Ending::Refused => (vec![], None),
    };
    let text = match (ending, parsed.refusal()) {
        (Ending::Refused, Some(words)) => words,
        (Ending::Calls, _) => parsed.words(),
        (Ending::Complete | Ending::CutOff | Ending::Refused, _) => parsed.text(),
    };
    // The caller validates what is no JSON and says what is wrong.
    let json = request.schema.as_ref().filter(|_| ending == Ending::Complete);
    let json = json.and_then(|schema| find_json(&text, schema));
    let text = json.unwrap_or(text);
    let reasoning = parsed.reasoning();
    (Message::Assistant { text, reasoning, calls, provider_data }, ending)
}

fn ending(parsed: &ParsedAnswer, request: &ChatRequest) -> Ending {
    if parsed.refusal().is_some() {
        return Ending::Refused;
    }
    let has_calls = !parsed.calls().is_empty();
    // JSON that is whole has not been cut off, whatever else was to come.
    let json = request.schema.as_ref().and_then(|schema| find_json(&parsed.text(), schema));
    let is_whole = json.is_some() && !has_calls;
    if parsed.is_cut_off() && !is_whole {
        return Ending::CutOff;
    }
    if has_calls { Ending::Calls } else { Ending::Complete }
}
