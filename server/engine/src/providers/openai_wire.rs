//! The wire format of chat completions and images that many vendors share.

use super::failure::VendorError;
use super::multipart::Form;
use super::request::{ImageRequest, InlineImage, TextFormat, TextRequest, Usage};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

/// Seeds beyond this do not survive servers that read numbers as doubles.
const LARGEST_SEED: u64 = (1 << 53) - 1;

/// Which reading of the format a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAI itself, whose newer models refuse `max_tokens`.
    OpenAi,
    /// Servers that copied the format.
    Compatible,
}

/// The body of a chat completion that streams and counts its tokens.
pub(super) fn chat(request: &TextRequest, model: &str, dialect: Dialect) -> Value {
    let mut messages = Vec::new();
    if let Some(system) = system_text(request) {
        messages.push(json!({ "role": "system", "content": system }));
    }
    messages.push(json!({ "role": "user", "content": user_content(request) }));
    let mut body = json!({
        "model": model,
        "messages": messages,
        "stream": true,
        "stream_options": { "include_usage": true },
        "seed": request.seed & LARGEST_SEED,
    });
    if let Some(temperature) = request.temperature {
        body["temperature"] = json!(temperature);
    }
    if let Some(most) = request.max_tokens {
        let field = match dialect {
            Dialect::OpenAi => "max_completion_tokens",
            Dialect::Compatible => "max_tokens",
        };
        body[field] = json!(most);
    }
    if let TextFormat::Json { schema } = &request.format {
        body["response_format"] = json!({
            "type": "json_schema",
            "json_schema": { "name": "answer", "schema": schema },
        });
    }
    body
}

fn system_text(request: &TextRequest) -> Option<String> {
    let shape = match request.format {
        TextFormat::Text => None,
        TextFormat::List => Some("Answer with a numbered list, one item a line, and nothing else."),
        TextFormat::Json { .. } => Some("Answer with one JSON value and nothing else."),
    };
    let parts: Vec<&str> = request.system.as_deref().into_iter().chain(shape).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn user_content(request: &TextRequest) -> Value {
    if request.images.is_empty() {
        return json!(request.whole_prompt());
    }
    let image = |image: &InlineImage| {
        let url = format!("data:{};base64,{}", image.media_type, STANDARD.encode(&image.bytes));
        json!({ "type": "image_url", "image_url": { "url": url } })
    };
    let text = json!({ "type": "text", "text": request.whole_prompt() });
    std::iter::once(text).chain(request.images.iter().map(image)).collect()
}

/// One piece of a streamed completion, or a whole one from a server that does not stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Completion {
    pub(super) model: Option<String>,
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<WireUsage>,
    pub(super) error: Option<VendorError>,
}

/// The first choice is the only one asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    #[serde(alias = "message")]
    pub(super) delta: Delta,
    pub(super) finish_reason: Option<String>,
}

/// What a choice adds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Delta {
    pub(super) content: Option<String>,
    pub(super) refusal: Option<String>,
}

/// Token counts under the names of chat and of images.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireUsage {
    #[serde(alias = "prompt_tokens")]
    input_tokens: u64,
    #[serde(alias = "completion_tokens")]
    output_tokens: u64,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        Self { input_tokens: wire.input_tokens, output_tokens: wire.output_tokens }
    }
}

/// What an images endpoint answers.
#[derive(Debug, Deserialize)]
pub(super) struct Pictures {
    pub(super) data: Vec<Picture>,
    pub(super) usage: Option<WireUsage>,
}

/// One picture, inside the answer or at an address.
#[derive(Debug, Deserialize)]
pub(super) struct Picture {
    pub(super) b64_json: Option<String>,
    pub(super) url: Option<String>,
}

/// The fields of an image request, for JSON and for forms alike.
pub(super) fn image_fields(request: &ImageRequest, model: &str) -> Vec<(&'static str, String)> {
    let prompt = match &request.style {
        Some(style) => format!("{}\n\nStyle: {style}", request.prompt),
        None => request.prompt.clone(),
    };
    let mut fields =
        vec![("model", model.to_owned()), ("prompt", prompt), ("size", size(request, model))];
    if let Some(quality) = &request.quality {
        fields.push(("quality", quality_word(quality, model)));
    }
    fields
}

/// The form of a request that starts from reference pictures.
pub(super) fn edit_form(request: &ImageRequest, model: &str) -> (String, Bytes) {
    let boundary = format!("atelier-{:016x}-{:08x}", request.seed, request.item.index);
    let mut form = Form::new(boundary);
    for (name, value) in image_fields(request, model) {
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
        assert_eq!(chat(&request, "m", Dialect::OpenAi)["max_completion_tokens"], 7);
        assert_eq!(chat(&request, "m", Dialect::Compatible)["max_tokens"], 7);
    }

    #[test]
    fn pictures_in_a_prompt_travel_as_data_addresses() {
        let bytes = Bytes::from_static(b"\x89PNG");
        let images = vec![InlineImage { media_type: "image/png".to_owned(), bytes }];
        let request =
            TextRequest { prompt: "Describe".to_owned(), images, ..TextRequest::default() };
        let content = &chat(&request, "m", Dialect::OpenAi)["messages"][0]["content"];
        assert_eq!(content[0]["text"], "Describe");
        assert_eq!(content[1]["image_url"]["url"], "data:image/png;base64,iVBORw==");
    }
}
