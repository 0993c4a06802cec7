//! What providers have in common that are called over HTTP, whatever they speak.

use model::execution::failure::Failure;
use url::Url;

use super::{
    ChatSink,
    answer::{AnswerError, ReadAnswer},
    failure::FailureMapper,
    openai_wire::{find_json, models},
    request::TextFormat,
    vendor_error::VendorError,
};
use crate::{
    json,
    outbound::{OutboundClient, OutboundError, OutboundRequest, OutboundResponse, Refusal},
};

/// Host, and port where it is not the usual one.
pub(super) fn host_and_port(base_url: &Url) -> String {
    let host = base_url.host_str().unwrap_or_default();
    let port = base_url.port().map_or(String::new(), |port| format!(":{port}"));
    format!("{host}{port}")
}

/// The address of this path below a server's.
pub(super) fn endpoint(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    let base = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{base}/{path}"));
    url
}

/// The names of the models that a server lists, sorted.
///
/// # Errors
/// The server cannot be reached, refuses, or answers with no list of models.
pub(super) async fn list_models(
    client: &OutboundClient,
    request: Result<OutboundRequest, Refusal>,
    failures: &FailureMapper,
) -> Result<Vec<String>, Failure> {
    let failed = |error: OutboundError| failures.map_outbound(error);
    let request = request.map_err(|refusal| failed(refusal.into()))?;
    let answer = client.send(request).await.map_err(failed)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(failed)?;
    if !status.is_success() {
        return Err(failures.map_status(status, &headers, &VendorError::read(&body)));
    }
    let unreadable = || failures.unreadable(&String::from_utf8_lossy(&body));
    json::read(&body).ok().as_ref().and_then(models).ok_or_else(unreadable)
}

/// Reads an answer to its end.
///
/// # Errors
/// It did not come whole, or is none; the reader has what was read until then.
pub(super) async fn read_answer(
    reader: &mut (impl ReadAnswer + Send),
    mut answer: OutboundResponse,
    sink: &mut ChatSink<'_>,
    failures: &FailureMapper,
) -> Result<(), Failure> {
    let result = loop {
        match answer.chunk().await {
            Ok(Some(bytes)) => match reader.take(&bytes, sink) {
                Ok(true) => {}
                Ok(false) => break reader.end(sink),
                Err(fault) => break Err(fault),
            },
            Ok(None) => break reader.end(sink),
            Err(error) => return Err(failures.map_outbound(error)),
        }
    };
    result.map_err(|fault| match fault {
        AnswerError::Error(vendor) => failures.map_answer_error(&vendor),
        AnswerError::BrokeOff => failures.broken("stream_broken", "the answer was cut off"),
        AnswerError::Unreadable(begun_with) => failures.unreadable(&begun_with),
    })
}

/// The text of an answer in the form that was asked for: JSON without what is around it.
///
/// # Errors
/// Its JSON was cut off.
pub(super) fn text_in_form(
    text: String,
    format: &TextFormat,
    is_cut: bool,
    failures: &FailureMapper,
) -> Result<String, Failure> {
    let TextFormat::Json { schema } = format else { return Ok(text) };
    match find_json(&text, schema) {
        Some(json) => Ok(json),
        None if is_cut => {
            let words =
                "the model hit its token limit before the JSON was complete; raise the token limit";
            Err(failures.unusable("cut_off", words))
        }
        // The caller validates it and says what is wrong.
        None => Ok(text),
    }
}
