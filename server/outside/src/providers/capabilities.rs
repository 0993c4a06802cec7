//! Which request fields a server accepts: a field that it refuses is left out from then on, also after
//! a restart.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{chat::IMAGES_OF_RESULTS, vendor_error::VendorError};

/// A field of a request that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The seed of an answer that can be repeated.
    Seed,
    /// The wish that a stream counts its tokens.
    StreamOptions,
    /// How freely words are chosen.
    Temperature,
    /// The most tokens of an answer, by either of its names.
    MaxTokens,
    /// The wish for a stream.
    Stream,
    /// The quality of an image.
    Quality,
    /// The width and height of an image.
    Size,
    /// The word that the model chooses whether it calls tools.
    ToolChoice,
    /// The wish for a summary of the model's thoughts.
    Reasoning,
    /// The wish for sealed thoughts, to be given back.
    Include,
    /// The schema of the answer, as Anthropic is told it.
    OutputConfig,
}

/// An interface by which a server answers talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkApi {
    /// Chat completions, which most servers have.
    Completions,
    /// OpenAI's Responses API.
    Responses,
}

impl Field {
    const ALL: [Self; 11] = [
        Self::Seed,
        Self::StreamOptions,
        Self::Temperature,
        Self::MaxTokens,
        Self::Stream,
        Self::Quality,
        Self::Size,
        Self::ToolChoice,
        Self::Reasoning,
        Self::Include,
        Self::OutputConfig,
    ];

    /// The names that it has in requests, and in the words of servers that refuse it.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Seed => &["seed"],
            Self::StreamOptions => &["stream_options"],
            Self::Temperature => &["temperature"],
            Self::MaxTokens => &["max_tokens", "max_completion_tokens", "max_output_tokens"],
            Self::Stream => &["stream"],
            Self::Quality => &["quality"],
            Self::Size => &["size"],
            Self::ToolChoice => &["tool_choice"],
            Self::Reasoning => &["reasoning"],
            Self::Include => &["include"],
            Self::OutputConfig => &[
                "output_config",
                "output_format",
                "output format",
                "structured output",
                "structured outputs",
                "json_schema",
                "schema",
                "grammar",
            ],
        }
    }

    /// Whether the field carries a wish of the step's author. The refusal of its value is then
    /// shown to them, and the field stays.
    fn is_wanted(self) -> bool {
        match self {
            Self::Temperature | Self::MaxTokens | Self::Quality | Self::Size => true,
            Self::Seed
            | Self::StreamOptions
            | Self::Stream
            | Self::ToolChoice
            | Self::Reasoning
            | Self::Include
            | Self::OutputConfig => false,
        }
    }
}

/// How JSON is asked for, from what tells a server most to what each understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonWay {
    #[default]
    Schema,
    /// As JSON, with the schema in the prompt.
    Mode,
    /// In the prompt alone.
    Prompt,
}

/// Which request fields a server accepts for one of its models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    pub(super) left_out: BTreeSet<Field>,
    /// Whether the token limit is sent under the name that its dialect does not usually have.
    pub(super) other_limit: bool,
    /// How the server is asked for a JSON answer.
    pub json: JsonWay,
    /// The interface for talks that the server has pointed to; none where it has not.
    pub talk_api: Option<TalkApi>,
    /// Whether images are asked for as an answer in chat, since the server has no other way.
    pub(super) draws_in_chat: bool,
    /// Whether the images of tools' results are left out, since they were refused just now.
    #[serde(skip)]
    pub(super) hides_images: bool,
    /// Whether some of it was guessed after a refusal that named nothing: it is not kept beyond the
    /// process.
    #[serde(skip)]
    pub(super) is_guess: bool,
}

/// How vendors say that they do not know a field.
const UNKNOWN: [&str; 14] = [
    "extra",
    "unknown",
    "unrecognized",
    "unrecognised",
    "unexpected",
    "unsupported",
    "not supported",
    "not support",
    "unavailable",
    "not permitted",
    "additional propert",
    "invalid param",
    "bad request",
    "invalid request",
];
/// How vendors say that it is the value, and not the field.
const ABOUT_VALUE: [&str; 14] = [
    "invalid size",
    "supported size",
    "too large",
    "too high",
    "too many",
    "too small",
    "at most",
    "at least",
    "exceed",
    "greater than",
    "less than",
    "between",
    "range",
    "context length",
];
/// How vendors say that a model reads no images, or none in a message behind results.
const ABOUT_IMAGES: [&str; 5] = ["image", "multimodal", "vision", "must be a string", "role"];
const JSON_NAMES: [&str; 10] = [
    "response_format",
    "text.format",
    "json_schema",
    "json_object",
    "json schema",
    "json mode",
    "structured output",
    "guided",
    "grammar",
    "schema",
];

impl Capabilities {
    /// Whether this field is sent; true for every field the server has not refused.
    pub fn supports(&self, field: Field) -> bool {
        !self.left_out.contains(&field)
    }

    /// The names of the fields that are left out, the first of each.
    pub fn left_out(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().map(|field| field.names()[0])
    }

    /// The capabilities to assume after a request with the fields `sent` was refused with this
    /// status and error; none where the error is about something else, or nothing is left to leave
    /// out.
    pub(super) fn learn(&self, sent: &Value, status: u16, vendor: &VendorError) -> Option<Self> {
        if let Some(api) = self.other_talk_api(sent, status, vendor) {
            let is_guess = self.is_guess || !vendor.says_any(&["responses"]);
            return Some(Self { talk_api: Some(api), is_guess, ..self.clone() });
        }
        let has_no_images = matches!(status, 404 | 405 | 501) && !vendor.is_page;
        let is_about_model = vendor.is_any(&["model_not_found"]) || vendor.says_any(&["model"]);
        if has_no_images && sent["prompt"].is_string() && !is_about_model {
            return Some(Self { draws_in_chat: true, ..self.clone() });
        }
        if vendor.is_page || !matches!(status, 400 | 404 | 415 | 422 | 500 | 501) {
            return None;
        }
        let shows_images = || sent.to_string().contains(IMAGES_OF_RESULTS);
        if !self.hides_images && vendor.says_any(&ABOUT_IMAGES) && shows_images() {
            return Some(Self { hides_images: true, ..self.clone() });
        }
        let by_param = |names: &[&str]| {
            let param = vendor.param.as_deref()?;
            Some(names.iter().any(|name| param == *name || param.starts_with(&format!("{name}."))))
        };
        let is_sent = |field: &Field| field.names().iter().any(|name| !sent[*name].is_null());
        let is_named = |names: &[&str]| by_param(names).unwrap_or_else(|| vendor.names_any(names));
        let mut next = self.clone();
        for field in Field::ALL.into_iter().filter(is_sent) {
            // The value is what the author wants: the server's words tell what it takes.
            let is_value = field.is_wanted() && vendor.says_any(&ABOUT_VALUE);
            if is_named(field.names()) && !is_value {
                next.leave_out(field);
            }
        }
        let asks_for_json = !sent["response_format"].is_null() || !sent["text"].is_null();
        if asks_for_json && is_named(&JSON_NAMES) {
            next.json = self.json.simpler();
        }
        // What was named first may be gone by now, and some name nothing.
        let says_nothing = vendor.message.is_none() || vendor.says_any(&UNKNOWN);
        if next == *self && matches!(status, 400 | 422) && says_nothing {
            let ours = [
                Field::Seed,
                Field::StreamOptions,
                Field::ToolChoice,
                Field::Reasoning,
                Field::Include,
                Field::OutputConfig,
            ];
            ours.into_iter().filter(is_sent).for_each(|field| next.leave_out(field));
            if asks_for_json {
                next.json = JsonWay::Prompt;
            }
            next.is_guess |= next != *self;
        }
        (next != *self).then_some(next)
    }

    /// The other interface for talks, where the answer says that this one is not for the model, or
    /// not there. A server that has pointed to one is not asked by the other again.
    fn other_talk_api(&self, sent: &Value, status: u16, vendor: &VendorError) -> Option<TalkApi> {
        if self.talk_api.is_some() || !matches!(status, 400 | 404 | 405 | 501) {
            return None;
        }
        if sent["messages"].is_array() {
            return vendor.says_any(&["v1/responses"]).then_some(TalkApi::Responses);
        }
        let is_missing = status != 400 && !vendor.is_any(&["model_not_found"]);
        (sent["input"].is_array() && is_missing).then_some(TalkApi::Completions)
    }

    fn leave_out(&mut self, field: Field) {
        if field == Field::MaxTokens && !self.other_limit {
            self.other_limit = true;
            return;
        }
        self.left_out.insert(field);
        if field == Field::Stream {
            self.left_out.insert(Field::StreamOptions);
        }
    }
}

impl JsonWay {
    fn simpler(self) -> Self {
        match self {
            Self::Schema => Self::Mode,
            Self::Mode | Self::Prompt => Self::Prompt,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn sent() -> Value {
        json!({"model": "m", "messages": [], "stream": true, "seed": 1, "temperature": 0.5,
               "stream_options": {"include_usage": true}, "max_tokens": 9,
               "response_format": {"type": "json_schema"}})
    }

    fn learnt(status: u16, body: &Value) -> Option<Capabilities> {
        let vendor = VendorError::read(body.to_string().as_bytes());
        Capabilities::default().learn(&sent(), status, &vendor)
    }

    fn without(fields: &[Field]) -> Option<Capabilities> {
        Some(Capabilities { left_out: fields.iter().copied().collect(), ..Capabilities::default() })
    }

    #[test]
    fn the_field_that_is_refused_is_left_out() {
        let said = |words: &str| json!({"error": {"message": words}});
        let extra = |field: &str| json!({"detail": [{"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted"}]});
        let seed = without(&[Field::Seed]);
        for (status, body) in [
            (422, extra("seed")),
            (400, said("Unrecognized request argument supplied: seed")),
            (400, json!({"error": {"message": "Unsupported", "param": "seed"}})),
            (400, said("property 'seed' is unsupported")),
            (500, said("seed is not supported")),
        ] {
            assert_eq!(learnt(status, &body), seed, "{body}");
        }
        assert_eq!(learnt(422, &extra("stream_options")), without(&[Field::StreamOptions]));
        let temperature = said(
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
        );
        assert_eq!(learnt(400, &temperature), without(&[Field::Temperature]));
        let stream = said("Streaming is off: set stream to false");
        assert_eq!(learnt(400, &stream), without(&[Field::Stream, Field::StreamOptions]));
        assert_eq!(learnt(422, &json!({})), learnt(400, &said("Bad Request")));
        let guessed = learnt(422, &json!({})).unwrap();
        assert!(!guessed.supports(Field::Seed) && guessed.is_guess);
    }

    #[test]
    fn a_limit_goes_by_its_other_name_before_it_is_left_out() {
        let words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        let vendor = VendorError::read(json!({"error": {"message": words}}).to_string().as_bytes());
        let other = Capabilities::default().learn(&sent(), 400, &vendor).unwrap();
        assert_eq!(other, Capabilities { other_limit: true, ..Capabilities::default() });

        let without = other.learn(&json!({"max_completion_tokens": 9}), 400, &vendor).unwrap();
        assert!(!without.supports(Field::MaxTokens));
        assert_eq!(without.learn(&json!({}), 400, &vendor), None);
    }

    #[test]
    fn json_is_asked_for_in_a_simpler_way_where_one_is_refused() {
        let words = json!({"error": {"message": "This response_format type is unavailable now"}});
        let vendor = VendorError::read(words.to_string().as_bytes());
        let mode = Capabilities::default().learn(&sent(), 400, &vendor).unwrap();
        let prompt = mode.learn(&sent(), 400, &vendor).unwrap();

        assert_eq!((mode.json, prompt.json), (JsonWay::Mode, JsonWay::Prompt));
        assert_eq!(prompt.learn(&json!({"seed": null}), 400, &vendor), None);
    }

    #[test]
    fn the_other_interface_for_talks_is_taken_once() {
        let to_responses =
            "This model is only supported in v1/responses and not in v1/chat/completions.";
        let vendor =
            VendorError::read(json!({"error": {"message": to_responses}}).to_string().as_bytes());
        let usual = Capabilities::default();
        let other = usual.learn(&json!({"messages": []}), 404, &vendor).unwrap();
        assert_eq!(other.talk_api, Some(TalkApi::Responses));

        let none = VendorError::read(b"<html><title>404 Not Found</title>");
        let back = usual.learn(&json!({"input": []}), 404, &none).unwrap();
        assert_eq!(back.talk_api, Some(TalkApi::Completions));

        assert_eq!(other.learn(&json!({"input": []}), 404, &none), None);
        let model = json!({"error": {"message": "No such model", "code": "model_not_found"}});
        let model = VendorError::read(model.to_string().as_bytes());
        assert_eq!(usual.learn(&json!({"input": []}), 404, &model), None);
    }

    #[test]
    fn words_about_something_else_leave_the_request_as_it_is() {
        for (status, words) in [
            (401, "seed"),
            (429, "Unsupported: seed"),
            (404, "The model 'm' does not exist"),
            (400, "max_tokens is too large: 9. This model supports at most 4"),
            (400, "temperature must be less than or equal to 1"),
            (400, "The prompt was flagged"),
            (500, "Internal server error"),
            (400, "I proceed with my unseeded maximum"),
        ] {
            assert_eq!(learnt(status, &json!({"error": {"message": words}})), None, "{words}");
        }
        let page = VendorError::read(b"<html><title>400 Bad Request</title>");
        assert_eq!(Capabilities::default().learn(&sent(), 400, &page), None);
    }
}
