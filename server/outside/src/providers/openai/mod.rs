//! OpenAI, and every server that speaks its wire format.

mod image_answer;
mod settings;
mod talk;

pub(super) use settings::OLLAMA;
pub use settings::OpenAiSettings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use files::images;
use model::{execution::failure::Failure, id::WorkspaceId, provider::Pace};
use serde_json::{Map, Value};
use url::Url;
use vault::secret::Redactor;

use self::settings::NAME;
use super::access::ProviderAccess;
use super::answer::{self, ParsedAnswer, Reader};
use super::capabilities::{Capabilities, TalkApi};
use super::capability_cache::CapabilityCache;
use super::failure::FailureMapper;
use super::http::{self, read_answer, text_in_form};
use super::offer::Offer;
use super::openai_wire::{self as wire, Dialect};
use super::request::{
    CallError, ImageAnswer, ImageRequest, Manner, TextAnswer, TextRequest, Usage, Used, model_name,
};
use super::vendor_error::VendorError;
use super::wire_format::WireFormat;
use super::{ChatAnswer, ChatPiece, ChatRequest, ChatSink, Provider, TextSink};
use crate::json;
use crate::outbound::{
    Limits, Method, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, Refusal,
};

/// The outermost limit; a node's own, usually shorter, is kept by whoever awaits the answer.
const LONGEST_CALL: Duration = Duration::from_secs(300);
const OPENAI_HOST: &str = "api.openai.com";
/// How much of an answer that cannot be read is looked at.
const SHOWN_BYTES: usize = 800;

/// The format that this module speaks.
pub(super) const FORMAT: WireFormat = WireFormat { name: NAME, connect };

fn connect(
    client: &OutboundClient,
    access: ProviderAccess,
    capabilities: &CapabilityCache,
) -> Option<Arc<dyn Provider>> {
    let settings = OpenAiSettings::from_access(access)?;
    Some(Arc::new(OpenAi::new(client.clone(), settings, capabilities.clone())))
}

/// A provider over the guarded client.
#[derive(Debug, Clone)]
pub struct OpenAi {
    client: OutboundClient,
    settings: OpenAiSettings,
    /// Host, and port where it is not the usual one.
    address: String,
    account: Option<String>,
    failures: FailureMapper,
    capabilities: CapabilityCache,
}

impl OpenAi {
    /// A provider that calls through this client, whose policy must allow its address. Fields that
    /// the server turns out to refuse are remembered in `capabilities`, which clients share.
    pub fn new(
        client: OutboundClient,
        settings: OpenAiSettings,
        capabilities: CapabilityCache,
    ) -> Self {
        let redactor = Redactor::new(settings.api_key.as_ref());
        let failures = FailureMapper { label: settings.label, redactor };
        let address = http::host_and_port(&settings.base_url);
        Self { client, settings, address, account: None, failures, capabilities }
    }

    /// The same provider, called with the workspace's own key: its [`Provider::account`] and so
    /// its rate limits are the workspace's.
    #[must_use]
    pub fn for_workspace(self, workspace: WorkspaceId) -> Self {
        Self { account: Some(format!("{}@{workspace}", self.settings.name)), ..self }
    }

    /// The host that is called.
    pub fn host(&self) -> String {
        self.settings.base_url.host_str().unwrap_or_default().to_owned()
    }

    fn offer(&self, model: &str) -> Offer {
        Offer {
            host: self.settings.base_url.host_str().map(str::to_owned),
            has_key: self.settings.api_key.is_some(),
            ..Offer::new(self.settings.name, self.settings.label, model)
        }
    }

    fn dialect(&self) -> Dialect {
        match self.settings.base_url.host_str() {
            Some(OPENAI_HOST) => Dialect::OpenAi,
            _ => Dialect::Compatible,
        }
    }

    /// The model asked for, without the provider's name before it.
    fn model(&self, asked: Option<&str>, default: &str) -> String {
        model_name(self.settings.name, asked, default)
    }

    fn endpoint(&self, path: &str) -> Url {
        http::endpoint(&self.settings.base_url, path)
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

    /// Which request fields a model of this server is known to accept; all until it refuses one.
    pub fn capabilities(&self, model: &str) -> Capabilities {
        self.capabilities.get(self.base_url(), model)
    }

    /// The address under which is remembered what its models accept.
    pub fn base_url(&self) -> &str {
        self.settings.base_url.as_str()
    }

    /// The same provider, which learns into `capabilities` what its server accepts.
    #[must_use]
    pub fn with_capabilities(self, capabilities: CapabilityCache) -> Self {
        Self { capabilities, ..self }
    }

    /// The names of the models that the server lists, sorted.
    ///
    /// # Errors
    /// The server cannot be reached, refuses, or answers with no list of models.
    pub async fn models(&self) -> Result<Vec<String>, Failure> {
        let request = OutboundRequest::new(Method::GET, self.endpoint("models"));
        http::list_models(&self.client, self.authorize(request), &self.failures).await
    }

    /// Sends a call without the fields that the server is known to refuse. Where it refuses
    /// another one, the call is sent again without it at once, since a refusal costs nothing, and
    /// that is remembered when the call succeeds. An answer that came by chat, since the server has no
    /// images by themselves, comes with the failure that said so.
    async fn call(
        &self,
        model: &str,
        key: &str,
        request: impl Fn(&Capabilities) -> Result<(OutboundRequest, Value), Refusal> + Send + Sync,
    ) -> Result<(OutboundResponse, Option<Failure>), Failure> {
        let refused = |refusal: Refusal| self.failed(refusal.into());
        self.capabilities.refresh().await;
        let mut capabilities = self.capabilities(model);
        let (mut has_learnt, mut lasts, mut no_images) = (false, true, None);
        loop {
            let (request, sent) = request(&capabilities).map_err(refused)?;
            let prepared = self.prepare(request, key).map_err(refused)?;
            let answer = self.client.send(prepared).await.map_err(|error| self.failed(error))?;
            if answer.status().is_success() {
                if has_learnt && lasts {
                    self.capabilities.insert(self.base_url(), model, capabilities).await;
                }
                return Ok((answer, no_images));
            }
            let (status, headers) = (answer.status(), answer.headers().clone());
            // The status decides even when its explanation does not arrive.
            let body = answer.bytes().await.unwrap_or_default();
            let vendor = VendorError::read(&body);
            let failure = || self.failures.map_status(status, &headers, &vendor);
            let next = capabilities.learn(&sent, status.as_u16(), &vendor);
            let Some(next) = next else { return Err(no_images.unwrap_or_else(failure)) };
            if next.draws_in_chat && !capabilities.draws_in_chat {
                no_images = Some(failure());
            }
            (capabilities, has_learnt) = (next, true);
            // The next schema may be one that the server takes.
            lasts &= !vendor.says_any(&["invalid schema", "invalid json schema"]);
            // Whether it draws in chat is known only where an image comes, and other images may be taken.
            lasts &= !capabilities.draws_in_chat && !capabilities.hides_images;
        }
    }

    fn failed(&self, error: OutboundError) -> Failure {
        self.failures.map_outbound(error)
    }

    /// Reads an answer to its end; what it used is known also where it is none.
    async fn read(
        &self,
        answer: OutboundResponse,
        sink: &mut ChatSink<'_>,
    ) -> (ParsedAnswer, Result<(), Failure>) {
        let mut reader = Reader::default();
        let result = read_answer(&mut reader, answer, sink, &self.failures).await;
        (reader.into_parsed(), result)
    }

    /// The text of an answer that has come whole.
    fn text_of(&self, parsed: &ParsedAnswer, request: &TextRequest) -> Result<String, Failure> {
        if !parsed.refusal.trim().is_empty() {
            return Err(self.failures.unusable("content_refused", &parsed.refusal));
        }
        if parsed.is_refused() {
            return Err(self
                .failures
                .unusable("content_refused", "the provider refused this content"));
        }
        let is_cut = parsed.is_cut_off();
        let form = |text: String| text_in_form(text, &request.format, is_cut, &self.failures);
        let is_empty = parsed.text.trim().is_empty();
        if parsed.is_aborted() && (is_empty || form(parsed.text.clone()).is_err()) {
            return Err(self.failures.broken("stream_broken", "the server stopped the answer"));
        }
        if is_empty {
            let words = match (is_cut, parsed.wants_tools) {
                (true, _) if !parsed.reasoning.is_empty() => {
                    "the model used all its tokens thinking and didn't answer; raise the token limit"
                }
                (true, _) => {
                    "the model hit its token limit before answering; raise the token limit"
                }
                (_, true) => "the model called a tool instead of answering; choose another model",
                (false, false) => return Err(self.failures.empty()),
            };
            return Err(self.failures.unusable("empty_answer", words));
        }
        form(parsed.text.clone())
    }

    fn text_call(&self, url: Url, body: &Value) -> OutboundRequest {
        OutboundRequest::post_json(url, body).limits(Limits::default().within(LONGEST_CALL))
    }

    /// The request for an image, and its fields.
    fn image_call(
        &self,
        request: &ImageRequest,
        model: &str,
        capabilities: &Capabilities,
    ) -> Result<(OutboundRequest, Value), Refusal> {
        let limits = Limits::default().within(LONGEST_CALL).large();
        if capabilities.draws_in_chat {
            let body = wire::image_chat(request, model);
            let call = OutboundRequest::post_json(self.endpoint("chat/completions"), &body);
            return Ok((call.limits(limits), body));
        }
        let fields = wire::image_fields(request, model, capabilities).into_iter();
        let fields: Map<String, Value> =
            fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
        let body = Value::from(fields);
        let call = if request.references.is_empty() {
            OutboundRequest::post_json(self.endpoint("images/generations"), &body)
        } else {
            let (content_type, form) = wire::edit_form(request, model, capabilities);
            let call = OutboundRequest::new(Method::POST, self.endpoint("images/edits")).body(form);
            call.header("content-type", &content_type)?
        };
        Ok((call.limits(limits), body))
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

    fn text_offer(&self) -> Offer {
        self.offer(&self.settings.text_model)
    }

    fn image_offer(&self) -> Offer {
        self.offer(&self.settings.image_model)
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        let model = self.text_model(request.model.as_deref());
        let call = self.call(&model, &request.idempotency_key, |capabilities| {
            let dialect = self.dialect();
            let (path, body) = match capabilities.talk_api {
                Some(TalkApi::Responses) => {
                    ("responses", self.responses_of_text(request, &model, capabilities))
                }
                Some(TalkApi::Completions) | None => {
                    ("chat/completions", wire::chat(request, &model, dialect, capabilities))
                }
            };
            Ok((self.text_call(self.endpoint(path), &body), body))
        });
        let (answer, _) = call.await?;
        let mut sink = |piece: ChatPiece<'_>| {
            if let ChatPiece::Text(text) = piece {
                sink(text);
            }
        };
        let (parsed, result) = self.read(answer, &mut sink).await;
        let result = result.and_then(|()| self.text_of(&parsed, request));
        let is_cut_off = parsed.is_cut_off();
        let model = parsed.model.unwrap_or(model);
        match result {
            Ok(text) => {
                let usage = Usage::complete(parsed.usage, || Usage::estimate(request, &text));
                let manner = Manner { streams: parsed.is_streamed, counts: !usage.is_estimated };
                let reasoning = parsed.reasoning;
                Ok(TextAnswer { text, model, usage, reasoning, is_cut_off, manner })
            }
            Err(failure) => {
                let came = format!("{}{}", parsed.reasoning, parsed.text);
                let estimate = || Usage::estimate(request, &came);
                Err(CallError::with_usage(failure, model, parsed.usage, estimate))
            }
        }
    }

    fn context_window(&self, model: &str) -> u64 {
        self.window(model)
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        self.talk(request, sink).await
    }

    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, CallError> {
        let model = self.image_model(request.model.as_deref());
        let call = self.call(&model, &request.idempotency_key, |capabilities| {
            self.image_call(request, &model, capabilities)
        });
        let (answer, no_images) = call.await?;
        let body = answer.bytes().await.map_err(|error| self.failed(error))?;
        if images::check_outside(&body).is_ok() {
            // Some servers answer with the file itself.
            return Ok(ImageAnswer { bytes: body, model, usage: Usage::default() });
        }
        let Ok(answer) = json::read(&body) else {
            let shown = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES)]);
            return Err(no_images.unwrap_or_else(|| self.failures.unreadable(&shown)).into());
        };
        let usage = answer::tokens(&answer["usage"]);
        match self.image_bytes(&answer).await {
            Ok(bytes) => Ok(ImageAnswer { bytes, model, usage }),
            Err(failure) => {
                // An image that was made is paid for, also where it cannot be used.
                let drawn = failure.may_have_happened && wire::find_image(&answer).is_some();
                let failure = no_images.filter(|_| !drawn).unwrap_or(failure);
                Err(CallError { failure, used: drawn.then(|| Box::new(Used { model, usage })) })
            }
        }
    }
}
