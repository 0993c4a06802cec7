//! OpenAI, and every server that speaks its wire format.

mod picture;

use super::answer::{self, Fault, Reader, Said};
use super::failure::Voice;
use super::openai_wire::{self as wire, Dialect, find_json};
use super::request::{
    CallError, ImageAnswer, ImageRequest, Manner, TextAnswer, TextFormat, TextRequest, Usage, Used,
};
use super::taken::{Known, Taken};
use super::vendor_error::VendorError;
use super::{Provider, TextSink};
use crate::json;
use crate::outbound::{
    Limits, Method, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, Refusal,
};
use crate::secret::{Redactor, Secret};
use async_trait::async_trait;
use model::{
    execution::failure::{Failure, FailureClass},
    id::WorkspaceId,
    provider::{OPENAI_ADDRESS, OPENAI_IMAGE_MODEL, OPENAI_TEXT_MODEL, Pace},
};
use serde_json::{Map, Value};
use std::time::Duration;
use url::Url;

/// The outermost limit; a node's own, usually shorter, is kept by whoever awaits the answer.
const LONGEST_CALL: Duration = Duration::from_secs(300);
const OPENAI_HOST: &str = "api.openai.com";
/// How much of an answer that cannot be read is looked at.
const SHOWN_BYTES: usize = 800;

/// Where and how to reach a server of this wire format.
#[derive(Debug, Clone)]
pub struct OpenAiSettings {
    /// Stable name, e.g. `openai`.
    pub name: &'static str,
    /// Name as a person knows it, e.g. `OpenAI`.
    pub label: &'static str,
    /// Address that `/chat/completions` follows, e.g. `https://api.openai.com/v1`.
    pub base_url: Url,
    /// Key; servers on one's own machine need none.
    pub api_key: Option<Secret>,
    /// Model for text when a request names none.
    pub text_model: String,
    /// Model for pictures when a request names none.
    pub image_model: String,
    /// How hard it may be asked.
    pub pace: Pace,
}

impl OpenAiSettings {
    /// OpenAI, or a server like it at this address, with the usual models.
    pub fn at(base_url: Option<Url>, api_key: Option<Secret>) -> Option<Self> {
        Some(Self {
            name: "openai",
            label: "OpenAI",
            base_url: base_url.or_else(|| Url::parse(OPENAI_ADDRESS).ok())?,
            api_key,
            text_model: OPENAI_TEXT_MODEL.to_owned(),
            image_model: OPENAI_IMAGE_MODEL.to_owned(),
            pace: Pace::default(),
        })
    }
}

/// A provider over the guarded client.
#[derive(Debug, Clone)]
pub struct OpenAi {
    client: OutboundClient,
    settings: OpenAiSettings,
    /// Host, and port where it is not the usual one.
    address: String,
    account: Option<String>,
    voice: Voice,
    known: Known,
}

impl OpenAi {
    /// A provider that calls through this client, which must let its address out; what its server does
    /// not take is kept in `known`.
    pub fn new(client: OutboundClient, settings: OpenAiSettings, known: Known) -> Self {
        let redactor = Redactor::new(settings.api_key.as_ref());
        let voice = Voice { label: settings.label, redactor };
        let host = settings.base_url.host_str().unwrap_or_default();
        let port = settings.base_url.port().map_or(String::new(), |port| format!(":{port}"));
        let address = format!("{host}{port}");
        Self { client, settings, address, account: None, voice, known }
    }

    /// The same, with access that is a workspace's own.
    #[must_use]
    pub fn of(self, workspace: WorkspaceId) -> Self {
        Self { account: Some(format!("{}@{workspace}", self.settings.name)), ..self }
    }

    pub(super) fn settings(&self) -> &OpenAiSettings {
        &self.settings
    }

    /// The host that is called.
    pub fn host(&self) -> String {
        self.settings.base_url.host_str().unwrap_or_default().to_owned()
    }

    fn dialect(&self) -> Dialect {
        match self.settings.base_url.host_str() {
            Some(OPENAI_HOST) => Dialect::OpenAi,
            _ => Dialect::Compatible,
        }
    }

    /// The model asked for, without the provider's name before it.
    fn model(&self, asked: Option<&str>, default: &str) -> String {
        let asked = asked.map(str::trim).filter(|model| !model.is_empty()).unwrap_or(default);
        let prefix = asked.strip_prefix(self.settings.name).and_then(|rest| rest.strip_prefix('/'));
        prefix.unwrap_or(asked).to_owned()
    }

    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.settings.base_url.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{path}"));
        url
    }

    fn prepare(&self, request: OutboundRequest, key: &str) -> Result<OutboundRequest, Refusal> {
        self.authorize(request.header("idempotency-key", key)?)
    }

    fn authorize(&self, request: OutboundRequest) -> Result<OutboundRequest, Refusal> {
        match &self.settings.api_key {
            Some(secret) => request.credential("authorization", "Bearer ", secret),
            None => Ok(request),
        }
    }

    /// What a model of this server takes.
    pub fn taken(&self, model: &str) -> Taken {
        self.known.of(self.settings.base_url.as_str(), model)
    }

    /// The names of the models that the server lists, sorted.
    ///
    /// # Errors
    /// Where it lists none.
    pub async fn models(&self) -> Result<Vec<String>, Failure> {
        let request = OutboundRequest::new(Method::GET, self.endpoint("models"));
        let request = self.authorize(request).map_err(|refusal| self.failed(refusal.into()))?;
        let answer = self.client.send(request).await.map_err(|error| self.failed(error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(|error| self.failed(error))?;
        if !status.is_success() {
            return Err(self.voice.status(status, &headers, &VendorError::read(&body)));
        }
        let unreadable = || self.voice.unreadable(&String::from_utf8_lossy(&body));
        json::read(&body).ok().as_ref().and_then(wire::models).ok_or_else(unreadable)
    }

    /// Sends a call, without what its server does not take: a refused field is left out, asked again
    /// at once, since a refusal costs nothing, and remembered.
    async fn call(
        &self,
        model: &str,
        key: &str,
        request: impl Fn(&Taken) -> Result<(OutboundRequest, Value), Refusal> + Send + Sync,
    ) -> Result<OutboundResponse, Failure> {
        let refused = |refusal: Refusal| self.failed(refusal.into());
        let mut taken = self.taken(model);
        let (mut has_learnt, mut lasts) = (false, true);
        loop {
            let (request, sent) = request(&taken).map_err(refused)?;
            let prepared = self.prepare(request, key).map_err(refused)?;
            let answer = self.client.send(prepared).await.map_err(|error| self.failed(error))?;
            if answer.status().is_success() {
                if has_learnt && lasts {
                    self.known.keep(self.settings.base_url.as_str(), model, taken);
                }
                return Ok(answer);
            }
            let (status, headers) = (answer.status(), answer.headers().clone());
            // The status decides even when its explanation does not arrive.
            let body = answer.bytes().await.unwrap_or_default();
            let vendor = VendorError::read(&body);
            match taken.learn(&sent, status.as_u16(), &vendor) {
                Some(next) => (taken, has_learnt) = (next, true),
                None => return Err(self.voice.status(status, &headers, &vendor)),
            }
            // The next schema may be one that the server takes.
            lasts &= !vendor.says_any(&["invalid schema", "invalid json schema"]);
        }
    }

    fn failed(&self, error: OutboundError) -> Failure {
        self.voice.outbound(error)
    }

    /// Reads an answer to its end; what it used is known also where it is none.
    async fn read(
        &self,
        mut answer: OutboundResponse,
        sink: &mut TextSink<'_>,
    ) -> (Said, Result<(), Failure>) {
        let mut reader = Reader::default();
        let result = loop {
            match answer.chunk().await {
                Ok(Some(bytes)) => match reader.take(&bytes, sink) {
                    Ok(true) => {}
                    Ok(false) => break reader.end(sink),
                    Err(fault) => break Err(fault),
                },
                Ok(None) => break reader.end(sink),
                Err(error) => return (reader.said(), Err(self.failed(error))),
            }
        };
        let result = result.map_err(|fault| match fault {
            Fault::Error(vendor) => self.voice.in_answer(&vendor),
            Fault::BrokeOff => self.voice.broken("stream_broken", "the answer broke off"),
            Fault::Unreadable(begun_with) => self.voice.unreadable(&begun_with),
        });
        (reader.said(), result)
    }

    /// The text of an answer that has come whole.
    fn text_of(&self, said: &Said, request: &TextRequest) -> Result<String, Failure> {
        if !said.refusal.trim().is_empty() {
            return Err(self.voice.unusable("content_refused", &said.refusal));
        }
        let finish = said.finish.as_deref().unwrap_or_default();
        if matches!(finish, "content_filter" | "refusal" | "safety" | "prohibited_content") {
            return Err(self.voice.unusable("content_refused", "the content was refused"));
        }
        let is_cut = is_cut_off(finish);
        if said.text.trim().is_empty() {
            let words = match (is_cut, said.wants_tools) {
                (true, _) if !said.reasoning.is_empty() => {
                    "it thought until its token limit and did not answer; allow it more tokens"
                }
                (true, _) => "it reached its token limit before it answered; allow it more tokens",
                (_, true) => {
                    "it wants to call a tool instead of answering; choose a model that answers"
                }
                (false, false) => "the answer is empty",
            };
            return Err(self.voice.unusable("empty_answer", words));
        }
        let TextFormat::Json { .. } = request.format else { return Ok(said.text.clone()) };
        match find_json(&said.text) {
            Some(json) => Ok(json.to_owned()),
            None if is_cut => {
                let words =
                    "it reached its token limit before its JSON ended; allow it more tokens";
                Err(self.voice.unusable("cut_off", words))
            }
            // Whoever wants JSON says what is wrong with it.
            None => Ok(said.text.clone()),
        }
    }

    fn text_call(&self, body: &Value) -> OutboundRequest {
        OutboundRequest::post_json(self.endpoint("chat/completions"), body)
            .limits(Limits::default().within(LONGEST_CALL))
    }

    /// The request for a picture, and its fields.
    fn image_call(
        &self,
        request: &ImageRequest,
        model: &str,
        taken: &Taken,
    ) -> Result<(OutboundRequest, Value), Refusal> {
        let fields = wire::image_fields(request, model, taken).into_iter();
        let fields: Map<String, Value> =
            fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
        let body = Value::from(fields);
        let call = if request.references.is_empty() {
            OutboundRequest::post_json(self.endpoint("images/generations"), &body)
        } else {
            let (content_type, form) = wire::edit_form(request, model, taken);
            let call = OutboundRequest::new(Method::POST, self.endpoint("images/edits")).body(form);
            call.header("content-type", &content_type)?
        };
        Ok((call.limits(Limits::default().within(LONGEST_CALL).large()), body))
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &'static str {
        self.settings.name
    }

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or(self.settings.name)
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    fn address(&self) -> Option<&str> {
        Some(&self.address)
    }

    fn label(&self) -> &'static str {
        self.settings.label
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        self.model(asked, &self.settings.text_model)
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.model(asked, &self.settings.image_model)
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        let model = self.text_model(request.model.as_deref());
        let call = self.call(&model, &request.idempotency_key, |taken| {
            let body = wire::chat(request, &model, self.dialect(), taken);
            Ok((self.text_call(&body), body))
        });
        let answer = call.await?;
        let (said, result) = self.read(answer, sink).await;
        let result = result.and_then(|()| self.text_of(&said, request));
        let model = said.model.unwrap_or(model);
        match result {
            Ok(text) => {
                let usage = said.usage.unwrap_or_else(|| Usage::estimate(request, &text));
                let manner = Manner { streams: said.is_streamed, counts: said.usage.is_some() };
                let is_cut_off = said.finish.as_deref().is_some_and(is_cut_off);
                Ok(TextAnswer { text, model, usage, reasoning: said.reasoning, is_cut_off, manner })
            }
            Err(failure) => {
                // Whoever answers with something that cannot be used was asked all the same.
                let came = matches!(failure.class, FailureClass::Permanent);
                let estimate = || came.then(|| Usage::estimate(request, &said.text));
                let usage = said.usage.or_else(estimate);
                Err(CallError { failure, used: usage.map(|usage| Used { model, usage }) })
            }
        }
    }

    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, CallError> {
        let model = self.image_model(request.model.as_deref());
        let call = self.call(&model, &request.idempotency_key, |taken| {
            self.image_call(request, &model, taken)
        });
        let answer = call.await?;
        let body = answer.bytes().await.map_err(|error| self.failed(error))?;
        let Ok(answer) = json::read(&body) else {
            let shown = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES)]);
            return Err(self.voice.unreadable(&shown).into());
        };
        let usage = answer::tokens(&answer["usage"]);
        match self.picture(&answer).await {
            Ok(bytes) => Ok(ImageAnswer { bytes, model, usage }),
            Err(failure) => {
                // What was drawn is paid, also where it cannot be used.
                let drawn = failure.may_have_happened && wire::picture(&answer).is_some();
                Err(CallError { failure, used: drawn.then_some(Used { model, usage }) })
            }
        }
    }
}

/// Whether this is how servers say that an answer ended at its token limit.
fn is_cut_off(finish: &str) -> bool {
    matches!(finish, "length" | "max_tokens" | "max_output_tokens")
}
