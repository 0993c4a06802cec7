//! A trial of a provider: one small call for each thing that steps ask for, and what was found.

use std::time::{Duration, Instant};

use model::{
    provider::{ProviderTrial, TrialCheck, TrialGoods, trial_words},
    provider_choice::Vendor,
};
use outside::{
    providers::{CallError, ImageRequest, JsonWay, OwnProvider, Provider, TextFormat, TextRequest},
    schema::Schema,
};
use serde_json::json;
use uuid::Uuid;

/// How long a trial waits for words.
const TEXT_LIMIT: Duration = Duration::from_secs(20);
/// How long it waits for an image: shorter than proxies wait for the trial.
const IMAGE_LIMIT: Duration = Duration::from_secs(50);
/// Enough for a word, and for models that want to think before it.
const WORD_TOKENS: u32 = 16;
/// Enough for a small object.
const JSON_TOKENS: u32 = 200;

/// A failure's code, and the provider's own words.
type TrialFailure = (String, Option<String>);

/// Asks for a word, and where it comes for JSON, and an image of a vendor that makes them.
pub async fn run(vendor: Vendor, own: &OwnProvider) -> ProviderTrial {
    let provider = own.as_provider();
    let (host, model) = (own.host(), provider.text_model(None));
    let began = Instant::now();
    let text = ask_for_word(own).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let failed =
        |(code, said): TrialFailure, model: &str| (trial_words(vendor, &code, &host, model), said);
    let found = match text {
        Ok(found) => found,
        Err(fault) => {
            // Which models there are helps whoever named one that is not.
            let models = models(own).await;
            let (message, said) = failed(fault, &model);
            return ProviderTrial { works: false, message, said, took_ms, checks: vec![], models };
        }
    };
    let image = async {
        match vendor.image_model() {
            Some(_) => Some(ask_for_image(provider).await),
            None => None,
        }
    };
    let (json, image, models) = tokio::join!(ask_for_json(own), image, models(own));
    let image_model = provider.image_model(None);
    let check = |goods, model: &str, outcome: Result<String, TrialFailure>| match outcome {
        Ok(message) => TrialCheck { goods, works: true, message, said: None },
        Err(fault) => {
            let (message, said) = failed(fault, model);
            TrialCheck { goods, works: false, message, said }
        }
    };
    let mut checks =
        vec![check(TrialGoods::Text, &model, Ok(found)), check(TrialGoods::Json, &model, json)];
    checks.extend(image.map(|image| check(TrialGoods::Image, &image_model, image)));
    let message = format!("{host} answers with the model “{model}”.");
    ProviderTrial { works: true, message, said: None, took_ms, checks, models }
}

async fn ask_for_word(own: &OwnProvider) -> Result<String, TrialFailure> {
    let provider = own.as_provider();
    let request = TextRequest {
        prompt: "Answer with the one word: ready".to_owned(),
        max_tokens: Some(WORD_TOKENS),
        temperature: Some(0.5),
        ..request()
    };
    let answered = within(TEXT_LIMIT, provider.generate_text(&request, &mut |_| {})).await;
    let streams = match answered {
        Ok(answer) => match (answer.manner.streams, answer.manner.counts) {
            (true, true) => "Works. Answers stream and include token counts.",
            (true, false) => "Works. Answers stream; token counts are estimated.",
            (false, true) => "Works. Answers don't stream; they include token counts.",
            (false, false) => "Works. Answers don't stream; token counts are estimated.",
        },
        // Some models think longer than this allows: they have answered all the same.
        Err((code, _)) if code == "empty_answer" => "Works. The model thinks before it answers.",
        Err(fault) => return Err(fault),
    };
    let capabilities = own.capabilities(&provider.text_model(None));
    let left_out: Vec<&str> = capabilities.left_out().collect();
    Ok(match left_out.as_slice() {
        [] => streams.to_owned(),
        names => {
            format!("{streams} Not sent, because the server rejects it: {}.", names.join(", "))
        }
    })
}

async fn ask_for_json(own: &OwnProvider) -> Result<String, TrialFailure> {
    let provider = own.as_provider();
    let schema = json!({
        "type": "object",
        "properties": { "ready": { "type": "boolean" } },
        "required": ["ready"],
        "additionalProperties": false,
    });
    let checked = Schema::read(&schema).map_err(|failure| (failure.code, Some(failure.message)))?;
    let request = TextRequest {
        prompt: "Answer with an object whose field “ready” is true.".to_owned(),
        max_tokens: Some(JSON_TOKENS),
        format: TextFormat::Json { schema },
        ..request()
    };
    let answer = within(TEXT_LIMIT, provider.generate_text(&request, &mut |_| {})).await?;
    checked.parse_answer(&answer.text).map_err(|fault| ("bad_json".to_owned(), Some(fault)))?;
    let words = match own.capabilities(&provider.text_model(None)).json {
        JsonWay::Schema => "Works. The server supports JSON schemas.",
        JsonWay::Mode => {
            "Works. The server supports JSON but not schemas; the prompt includes the schema."
        }
        JsonWay::Prompt => "Works. The server has no JSON mode; the prompt asks for JSON.",
    };
    Ok(words.to_owned())
}

async fn ask_for_image(provider: &dyn Provider) -> Result<String, TrialFailure> {
    let request = ImageRequest {
        prompt: "A plain white cup on a white table".to_owned(),
        width: 1024,
        height: 1024,
        quality: Some("low".to_owned()),
        idempotency_key: Uuid::now_v7().to_string(),
        ..ImageRequest::default()
    };
    let model = provider.image_model(None);
    within(IMAGE_LIMIT, provider.generate_image(&request)).await?;
    Ok(format!("Works, with the model “{model}”."))
}

fn request() -> TextRequest {
    TextRequest { idempotency_key: Uuid::now_v7().to_string(), ..TextRequest::default() }
}

async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, CallError>>,
) -> Result<T, TrialFailure> {
    match tokio::time::timeout(limit, call).await {
        Ok(answer) => answer.map_err(|error| (error.failure.code, Some(error.failure.message))),
        Err(_) => Err(("timeout".to_owned(), None)),
    }
}

async fn models(own: &OwnProvider) -> Vec<String> {
    match tokio::time::timeout(TEXT_LIMIT, own.models()).await {
        Ok(Ok(models)) => models,
        Ok(Err(_)) | Err(_) => vec![],
    }
}
