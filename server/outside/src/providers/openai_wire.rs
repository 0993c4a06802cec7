//! The wire format of chat completions and images that many vendors share.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use model::answer;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::capabilities::{Capabilities, Field, JsonWay};
use super::multipart::Form;
use super::request::{ImageRequest, InlineImage, Repair, TextFormat, TextRequest};
use crate::{lenient_base64::decode, schema::Schema};

/// Seeds beyond this do not survive servers that read numbers as doubles.
pub(super) const LARGEST_SEED: u64 = (1 << 53) - 1;

/// Which reading of the format a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAI itself, whose newer models refuse `max_tokens`.
    OpenAi,
    /// Servers that copied the format.
    Compatible,
}

/// The body of a chat completion that streams and counts its tokens, with the fields that the
/// server accepts.
pub(super) fn chat(
    request: &TextRequest,
    model: &str,
    dialect: Dialect,
    capabilities: &Capabilities,
) -> Value {
    let mut messages = Vec::new();
    if let Some(system) = system_text(request, capabilities.json) {
        messages.push(json!({ "role": "system", "content": system }));
    }
    let content = user_content(&request.whole_prompt(), &request.images);
    messages.push(json!({ "role": "user", "content": content }));
    if let Some(repair) = &request.repair {
        messages.push(json!({ "role": "assistant", "content": repair.answer }));
        messages.push(json!({ "role": "user", "content": repair_words(repair) }));
    }
    let mut body = json!({ "model": model, "messages": messages });
    let TextRequest { seed, temperature, max_tokens, .. } = *request;
    set_wishes(&mut body, Wishes { seed, temperature, max_tokens }, dialect, capabilities);
    if let TextFormat::Json { schema } = &request.format
        && let Some(format) = response_format(capabilities.json, schema)
    {
        body["response_format"] = format;
    }
    body
}

/// What a model is told of an answer that cannot be used.
pub(super) fn repair_words(repair: &Repair) -> String {
    let fault = &repair.fault;
    format!(
        "That answer cannot be used. {fault}\nAnswer again with one JSON value and nothing else."
    )
}

/// How a chat completion is asked for JSON; none where the prompt alone says it.
pub(super) fn response_format(way: JsonWay, schema: &Value) -> Option<Value> {
    match way {
        JsonWay::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": "answer", "schema": schema },
        })),
        JsonWay::Mode => Some(json!({ "type": "json_object" })),
        JsonWay::Prompt => None,
    }
}

/// What is wished of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes {
    /// Same seed and request, same answer, as far as the model can.
    pub(super) seed: u64,
    /// How freely words are chosen.
    pub(super) temperature: Option<f64>,
    /// Most tokens of the answer.
    pub(super) max_tokens: Option<u32>,
}

/// Puts what is wished of an answer into the body of a chat completion: a stream that counts its
/// tokens, and the fields that the server accepts.
pub(super) fn set_wishes(
    body: &mut Value,
    wishes: Wishes,
    dialect: Dialect,
    capabilities: &Capabilities,
) {
    let mut set = |field: Field, name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| capabilities.supports(field)) {
            body[name] = value;
        }
    };
    set(Field::Stream, "stream", Some(true.into()));
    set(Field::StreamOptions, "stream_options", Some(json!({ "include_usage": true })));
    set(Field::Seed, "seed", Some((wishes.seed & LARGEST_SEED).into()));
    set(Field::Temperature, "temperature", wishes.temperature.map(Value::from));
    let is_newer = (dialect == Dialect::OpenAi) != capabilities.other_limit;
    let limit = if is_newer { "max_completion_tokens" } else { "max_tokens" };
    set(Field::MaxTokens, limit, wishes.max_tokens.map(Value::from));
}

/// What a step and the form of its answer ask of every answer; none where nothing does.
pub(super) fn system_text(request: &TextRequest, json: JsonWay) -> Option<String> {
    let shape = match (&request.format, json) {
        (TextFormat::Text, _) => None,
        (TextFormat::List, _) => {
            Some("Answer with a numbered list, one item a line, and nothing else.".to_owned())
        }
        (TextFormat::Json { .. }, JsonWay::Schema) => {
            Some("Answer with one JSON value and nothing else.".to_owned())
        }
        (TextFormat::Json { schema }, JsonWay::Mode | JsonWay::Prompt) => Some(format!(
            "Answer with one JSON value of this JSON Schema and nothing else:\n{schema}"
        )),
    };
    let parts: Vec<String> = request.system.clone().into_iter().chain(shape).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What a person says, with images.
pub(super) fn user_content(text: &str, images: &[InlineImage]) -> Value {
    if images.is_empty() {
        return json!(text);
    }
    let image = |image: &InlineImage| json!({ "type": "image_url", "image_url": { "url": data_url(image) } });
    let text = json!({ "type": "text", "text": text });
    std::iter::once(text).chain(images.iter().map(image)).collect()
}

/// An image as an address that holds it (RFC 2397).
pub(super) fn data_url(image: &InlineImage) -> String {
    format!("data:{};base64,{}", image.media_type, STANDARD.encode(&image.bytes))
}

/// The JSON that a text is meant to say, freed from the fences and words that many models put around
/// it: of several values the last of this schema.
pub(super) fn find_json(text: &str, schema: &Value) -> Option<String> {
    let schema = Schema::read(schema).ok();
    let fits = |value: &Value| schema.as_ref().is_none_or(|schema| schema.check(value).is_ok());
    let found = answer::find_json(text, fits).ok()?;
    let is_json = serde_json::from_str::<IgnoredAny>(&found.written).is_ok();
    // What whoever reads it has to tell of it is in how it is written.
    let stays = is_json || found.fault.is_some();
    Some(if stays { found.written.into_owned() } else { found.value.to_string() })
}

/// The names in a list of models, sorted; at most a thousand.
pub(super) fn models(answer: &Value) -> Option<Vec<String>> {
    let lists = [answer, &answer["data"], &answer["models"]];
    let list = lists.into_iter().find_map(Value::as_array)?;
    let name = |model: &Value| {
        let name = [model, &model["id"], &model["name"], &model["model"]];
        name.into_iter().find_map(Value::as_str).map(str::to_owned)
    };
    let mut names: Vec<String> = list.iter().filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(1_000);
    Some(names)
}

/// An image in an answer.
#[derive(Debug, PartialEq)]
pub(super) enum FoundImage {
    /// The file itself.
    Inside(Bytes),
    /// Its URL, which may be relative to the server's address.
    At(String),
}

/// The first image of an answer, wherever servers usually put it; none where there is none.
pub(super) fn find_image(answer: &Value) -> Option<FoundImage> {
    let message = &answer["choices"][0]["message"];
    let around = ["result", "data", "output", "response"].map(|key| &answer[key]);
    let holders = [answer, message].into_iter().chain(around).filter(|holder| !holder.is_null());
    holders.filter(|holder| !holder.is_string()).find_map(image_in)
}

/// Whether an answer says that its image was held back for what it shows.
pub(super) fn is_filtered(answer: &Value) -> bool {
    let says = |part: &Value| {
        let results = part["content_filter_results"].as_object();
        part["respect_moderation"] == Value::Bool(false)
            || results.is_some_and(|all| all.values().any(|one| one["filtered"] == true))
    };
    says(answer) || says(&answer["data"][0])
}

/// Where an image that is still being made is asked for again; none where it is not.
pub(super) fn find_job(answer: &Value) -> Option<&str> {
    let status = answer["status"].as_str()?.to_lowercase();
    let is_open = ["queued", "pending", "starting", "submitted", "processing", "running"]
        .contains(&status.as_str())
        || status.starts_with("in_")
        || status.starts_with("in-");
    let places = [&answer["polling_url"], &answer["status_url"], &answer["urls"]["get"]];
    places.into_iter().find_map(Value::as_str).filter(|_| is_open)
}

fn image_in(answer: &Value) -> Option<FoundImage> {
    let lists = ["data", "images", "output", "artifacts", "content"];
    let list = lists.iter().find_map(|key| answer[*key].as_array());
    let first = list.and_then(|list| list.first()).unwrap_or(answer);
    let text = |value: &Value| {
        value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let inside = ["b64_json", "b64", "base64", "image_base64", "image"];
    let inside = inside.iter().find_map(|key| text(&first[*key])).and_then(|text| decode(&text));
    let address =
        || text(&first["url"]).or_else(|| text(&first["image_url"]["url"])).or_else(|| text(first));
    inside.map(FoundImage::Inside).or_else(|| {
        let address = address()?;
        let is_data = address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
        if is_data {
            decode(&address).map(FoundImage::Inside)
        } else {
            Some(FoundImage::At(address))
        }
    })
}

/// The fields of an image request, for JSON and for forms alike.
pub(super) fn image_fields(
    request: &ImageRequest,
    model: &str,
    capabilities: &Capabilities,
) -> Vec<(&'static str, String)> {
    let mut fields = vec![("model", model.to_owned()), ("prompt", image_prompt(request))];
    if capabilities.supports(Field::Size) {
        fields.push(("size", size(request, model)));
    }
    let quality = request.quality.as_ref().filter(|_| capabilities.supports(Field::Quality));
    if let Some(quality) = quality {
        fields.push(("quality", quality_word(quality, model)));
    }
    fields
}

fn image_prompt(request: &ImageRequest) -> String {
    match &request.style {
        Some(style) => format!("{}\n\nStyle: {style}", request.prompt),
        None => request.prompt.clone(),
    }
}

/// The body of a chat completion that is answered with an image.
pub(super) fn image_chat(request: &ImageRequest, model: &str) -> Value {
    let content = user_content(&image_prompt(request), &request.references);
    let messages = [json!({ "role": "user", "content": content })];
    json!({ "model": model, "messages": messages, "modalities": ["image", "text"] })
}

/// The form of a request that starts from reference images.
pub(super) fn edit_form(
    request: &ImageRequest,
    model: &str,
    capabilities: &Capabilities,
) -> (String, Bytes) {
    let boundary = format!("atelier-{:016x}-{:08x}", request.seed, request.item.index);
    let mut form = Form::new(boundary);
    for (name, value) in image_fields(request, model, capabilities) {
        form = form.text(name, &value);
    }
    for reference in &request.references {
        form = form.file("image[]", &reference.media_type, &reference.bytes);
    }
    form.finish()
}

/// The size a model can make that is closest in shape to the size asked for.
fn size(request: &ImageRequest, model: &str) -> String {
    let offered: &[(u32, u32)] = if model.starts_with("gpt-image") {
        &[(1024, 1024), (1536, 1024), (1024, 1536)]
    } else if model.starts_with("dall-e-3") {
        &[(1024, 1024), (1792, 1024), (1024, 1792)]
    } else {
        &[]
    };
    let shape = |(width, height): (u32, u32)| (f64::from(width) / f64::from(height)).ln();
    let wanted = shape((request.width.max(1), request.height.max(1)));
    let distance = |size: &&(u32, u32)| (shape(**size) - wanted).abs();
    let closest = offered.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let (width, height) = closest.copied().unwrap_or((request.width, request.height));
    format!("{width}x{height}")
}

/// Two generations of image models name the same qualities differently.
fn quality_word(quality: &str, model: &str) -> String {
    let word = match (quality, model.starts_with("gpt-image")) {
        ("hd", true) => "high",
        ("standard", true) => "medium",
        ("high", false) => "hd",
        ("medium" | "low", false) => "standard",
        (other, _) => other,
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: u32, height: u32) -> ImageRequest {
        ImageRequest { width, height, ..ImageRequest::default() }
    }

    #[test]
    fn sizes_go_to_the_closest_shape_a_model_offers() {
        assert_eq!(size(&image(1792, 1024), "gpt-image-1"), "1536x1024");
        assert_eq!(size(&image(1080, 1920), "dall-e-3"), "1024x1792");
        assert_eq!(size(&image(1080, 1080), "gpt-image-1"), "1024x1024");
        assert_eq!(size(&image(640, 480), "flux"), "640x480");
    }

    #[test]
    fn only_openai_itself_is_sent_its_newer_name_for_the_token_limit() {
        let request = TextRequest { max_tokens: Some(7), ..TextRequest::default() };
        let usual = Capabilities::default();
        assert_eq!(chat(&request, "m", Dialect::OpenAi, &usual)["max_completion_tokens"], 7);
        assert_eq!(chat(&request, "m", Dialect::Compatible, &usual)["max_tokens"], 7);
        let other = Capabilities { other_limit: true, ..usual };
        assert_eq!(chat(&request, "m", Dialect::Compatible, &other)["max_completion_tokens"], 7);
    }

    #[test]
    fn json_is_found_as_it_is_written_or_in_plain_json() {
        let schema = json!({"type": "object", "required": ["a"]});
        for (text, json) in [
            ("Here:\n```json\n{\"b\": 1.10, \"a\": [1]}\n```\n{}", "{\"b\": 1.10, \"a\": [1]}"),
            ("{'a': [1,],}", "{\"a\":[1]}"),
            ("{\"a\": 1}\n{\"b\": 2}", "{\"a\": 1}"),
        ] {
            assert_eq!(find_json(text, &schema).as_deref(), Some(json), "{text}");
        }
        assert_eq!(find_json("Sure! {\"a\": {\"a\": 1}", &schema), None);
    }

    #[test]
    fn an_image_is_found_in_each_of_its_forms() {
        let file = Bytes::from_static(b"\x89PNG\xff\xfe\xfd\xfc");
        let plain = STANDARD.encode(&file);
        let in_lines = format!("{}\r\n{}\n", &plain[..4], &plain[4..]);
        let data = format!("data:image/png;base64,{plain}");
        for first in [
            json!({"b64_json": plain}),
            json!({"b64_json": in_lines}),
            json!({"b64_json": plain.trim_end_matches('=')}),
            json!({"b64_json": plain.replace('+', "-").replace('/', "_")}),
            json!({"b64_json": data}),
            json!({"b64_json": null, "url": data}),
            json!({"b64_json": "", "image_url": {"url": data}}),
            json!(data),
        ] {
            let answer = json!({"created": 1, "data": [first]});
            assert_eq!(find_image(&answer), Some(FoundImage::Inside(file.clone())), "{answer}");
        }
        for answer in [
            json!({"result": {"image": plain}, "success": true}),
            json!({"choices": [{"message": {"content": "", "images": [{"image_url": {"url": data}}]}}]}),
        ] {
            assert_eq!(find_image(&answer), Some(FoundImage::Inside(file.clone())), "{answer}");
        }
        let at = json!({"data": [{"b64_json": "", "url": "/files/1.png?sig=a%2Bb"}]});
        assert_eq!(find_image(&at), Some(FoundImage::At("/files/1.png?sig=a%2Bb".to_owned())));
        for none in [
            json!({}),
            json!({"data": []}),
            json!({"data": [{"url": null}]}),
            json!({"data": [{"b64_json": "!"}]}),
        ] {
            assert_eq!(find_image(&none), None, "{none}");
        }
    }

    #[test]
    fn an_image_that_is_held_back_or_still_made_is_told_from_none() {
        let held = json!({"data": [{"content_filter_results": {"violence": {"filtered": true}}}]});
        assert!(
            is_filtered(&held) && is_filtered(&json!({"data": [{"respect_moderation": false}]}))
        );
        assert!(!is_filtered(
            &json!({"data": [{"content_filter_results": {"hate": {"filtered": false}}}]})
        ));
        assert_eq!(
            find_job(&json!({"status": "queued", "polling_url": "/jobs/1"})),
            Some("/jobs/1")
        );
        assert_eq!(find_job(&json!({"status": "succeeded", "urls": {"get": "/jobs/1"}})), None);
    }

    #[test]
    fn images_in_a_prompt_travel_as_data_addresses() {
        let bytes = Bytes::from_static(b"\x89PNG");
        let images = vec![InlineImage { media_type: "image/png".to_owned(), bytes }];
        let request =
            TextRequest { prompt: "Describe".to_owned(), images, ..TextRequest::default() };
        let body = chat(&request, "m", Dialect::OpenAi, &Capabilities::default());
        let content = &body["messages"][0]["content"];
        assert_eq!(content[0]["text"], "Describe");
        assert_eq!(content[1]["image_url"]["url"], "data:image/png;base64,iVBORw==");
    }
}
