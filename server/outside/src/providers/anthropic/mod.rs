//! Anthropic's Messages API, and every server that speaks it.

mod answer;
mod limits;
mod request;
mod schema;
mod settings;
mod talk;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use model::{execution::failure::Failure, id::WorkspaceId, provider::Pace};
use serde_json::{Value, json};
use url::Url;

pub use self::settings::AnthropicSettings;
use self::{
    answer::{ParsedAnswer, Reader},
    request::Prepared,
    settings::NAME,
};
use super::{
    ChatSink, Provider, TextSink,
    access::ProviderAccess,
    capabilities::{Capabilities, JsonWay},
    capability_cache::CapabilityCache,
    chat::{ChatAnswer, ChatPiece, ChatRequest},
    failure::FailureMapper,
    http::{self, read_answer, text_in_form},
    offer::Offer,
    request::{
        CallError, ImageAnswer, ImageRequest, Manner, TextAnswer, TextRequest, Usage, model_name,
    },
    vendor_error::VendorError,
    windows::context_window,
    wire_format::WireFormat,
};
use vault::secret::Redactor;

use crate::outbound::{
    Limits, Method, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, Refusal,
};

const LABEL: &str = "Anthropic";
/// The version of the API that this module speaks; servers answer in it for good.
const API_VERSION: &str = "2023-06-01";
/// The outermost limit; a node's own, usually shorter, is kept by whoever awaits the answer.
const LONGEST_CALL: Duration = Duration::from_secs(600);

/// The format that this module speaks.
pub(super) const FORMAT: WireFormat = WireFormat { name: NAME, connect };

fn connect(
    client: &OutboundClient,
    access: ProviderAccess,
    capabilities: &CapabilityCache,
) -> Option<Arc<dyn Provider>> {
    let settings = AnthropicSettings::from_access(access)?;
    Some(Arc::new(Anthropic::new(client.clone(), settings, capabilities.clone())))
}

/// A provider of text over the guarded client.
#[derive(Debug, Clone)]
pub struct Anthropic {
    client: OutboundClient,
    settings: AnthropicSettings,
    /// Host, and port where it is not the usual one.
    address: String,
    account: Option<String>,
    failures: FailureMapper,
    capabilities: CapabilityCache,
}

impl Anthropic {
    /// A provider that calls through this client, whose policy must allow its address. Fields that
    /// the server turns out to refuse are remembered in `capabilities`, which clients share.
    pub fn new(
        client: OutboundClient,
        settings: AnthropicSettings,
        capabilities: CapabilityCache,
    ) -> Self {
        let redactor = Redactor::new(settings.api_key.as_ref());
        let failures = FailureMapper { label: LABEL, redactor };
        let address = http::host_and_port(&settings.base_url);
        Self { client, settings, address, account: None, failures, capabilities }
    }

    /// The same provider, called with the workspace's own key: its [`Provider::account`] and so
    /// its rate limits are the workspace's.
    #[must_use]
    pub fn for_workspace(self, workspace: WorkspaceId) -> Self {
        Self { account: Some(format!("{NAME}@{workspace}")), ..self }
    }

    /// The host that is called.
    pub fn host(&self) -> String {
        self.settings.base_url.host_str().unwrap_or_default().to_owned()
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
        let mut url = self.endpoint("models");
        url.set_query(Some("limit=1000"));
        let request = self.authorize(OutboundRequest::new(Method::GET, url));
        http::list_models(&self.client, request, &self.failures).await
    }

    fn endpoint(&self, path: &str) -> Url {
        http::endpoint(&self.settings.base_url, path)
    }

    fn authorize(&self, request: OutboundRequest) -> Result<OutboundRequest, Refusal> {
        let request = request.header("anthropic-version", API_VERSION)?;
        match &self.settings.api_key {
            Some(secret) => request.credential("x-api-key", "", secret),
            None => Ok(request),
        }
    }

    fn failed(&self, error: OutboundError) -> Failure {
        self.failures.map_outbound(error)
    }

    /// Sends a call without the fields that the server is known to refuse. Where it refuses
    /// another one, the call is sent again without it at once, since a refusal costs nothing, and
    /// that is remembered when the call succeeds.
    async fn call(
        &self,
        model: &str,
        key: &str,
        prepare: impl Fn(&Capabilities) -> Prepared + Send + Sync,
    ) -> Result<(OutboundResponse, Option<String>), Failure> {
        let refused = |refusal: Refusal| self.failed(refusal.into());
        self.capabilities.refresh().await;
        let (mut capabilities, mut has_learnt, mut lasts) = (self.capabilities(model), false, true);
        loop {
            let Prepared { body, answer_tool } = prepare(&capabilities);
            let request = OutboundRequest::post_json(self.endpoint("messages"), &body)
                .limits(Limits::default().within(LONGEST_CALL))
                .header("idempotency-key", key)
                .map_err(refused)?;
            let request = self.authorize(request).map_err(refused)?;
            let answer = self.client.send(request).await.map_err(|error| self.failed(error))?;
            if answer.status().is_success() {
                if has_learnt && lasts {
                    self.capabilities.insert(self.base_url(), model, capabilities).await;
                }
                return Ok((answer, answer_tool));
            }
            let (status, headers) = (answer.status(), answer.headers().clone());
            // The status decides even when its explanation does not arrive.
            let said = VendorError::read(&answer.bytes().await.unwrap_or_default());
            match learn(&capabilities, &body, status.as_u16(), &said) {
                Some(next) => (capabilities, has_learnt) = (next, true),
                None => return Err(self.failures.map_status(status, &headers, &said)),
            }
            // The next schema may be one that the server takes.
            lasts &= !said.names_any(&["schema", "grammar"]) && !capabilities.hides_images;
        }
    }

    /// Reads an answer to its end; what it used is known also where it is none.
    async fn read(
        &self,
        answer: OutboundResponse,
        answer_tool: Option<String>,
        sink: &mut ChatSink<'_>,
    ) -> (ParsedAnswer, Result<(), Failure>) {
        let mut reader = Reader::new(answer_tool);
        let result = read_answer(&mut reader, answer, sink, &self.failures).await;
        (reader.into_parsed(), result)
    }

    /// The text of an answer that has come whole.
    fn text_of(&self, parsed: &ParsedAnswer, request: &TextRequest) -> Result<String, Failure> {
        if let Some(words) = parsed.refusal() {
            return Err(self.failures.unusable("content_refused", &words));
        }
        let (text, is_cut) = (parsed.text(), parsed.is_cut_off());
        if text.trim().is_empty() {
            if !is_cut {
                return Err(self.failures.empty());
            }
            let words = "the model hit its token limit before answering; raise the token limit";
            return Err(self.failures.unusable("empty_answer", words));
        }
        text_in_form(text, &request.format, is_cut, &self.failures)
    }
}

/// What to assume of a server that has refused these fields; none where it refuses something else.
fn learn(
    known: &Capabilities,
    sent: &Value,
    status: u16,
    vendor: &VendorError,
) -> Option<Capabilities> {
    let left_out = json!({
        "temperature": sent["temperature"],
        "stream": sent["stream"],
        "output_config": sent["output_config"],
        "messages": sent["messages"],
    });
    known.learn(&left_out, status, vendor).or_else(|| {
        let is_asked = known.json != JsonWay::Prompt && sent.get("tool_choice").is_some();
        let is_refused = status == 400 && vendor.names_any(&["tool_choice", "input_schema"]);
        (is_asked && is_refused).then(|| Capabilities { json: JsonWay::Prompt, ..known.clone() })
    })
}

#[async_trait]
impl Provider for Anthropic {
    fn name(&self) -> &'static str {
        NAME
    }

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or(NAME)
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    fn address(&self) -> Option<&str> {
        Some(&self.address)
    }

    fn label(&self) -> &'static str {
        LABEL
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        model_name(NAME, asked, &self.settings.text_model)
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.text_model(asked)
    }

    fn text_offer(&self) -> Offer {
        Offer {
            host: self.settings.base_url.host_str().map(str::to_owned),
            has_key: self.settings.api_key.is_some(),
            ..Offer::new(NAME, LABEL, &self.settings.text_model)
        }
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        let asked = self.text_model(request.model.as_deref());
        let call = self.call(&asked, &request.idempotency_key, |capabilities| {
            request::text(request, &asked, capabilities)
        });
        let (answer, answer_tool) = call.await?;
        let mut pieces = |piece: ChatPiece<'_>| match piece {
            ChatPiece::Text(text) => sink(text),
            ChatPiece::Thought(_) | ChatPiece::Call(_) => {}
        };
        let (parsed, result) = self.read(answer, answer_tool, &mut pieces).await;
        let result = result.and_then(|()| self.text_of(&parsed, request));
        let model = parsed.model.clone().unwrap_or(asked);
        let text = match result {
            Ok(text) => text,
            Err(failure) => {
                let came = format!("{}{}", parsed.reasoning(), parsed.text());
                let estimate = || Usage::estimate(request, &came);
                return Err(CallError::with_usage(failure, model, parsed.usage(), estimate));
            }
        };
        let usage = Usage::complete(parsed.usage(), || Usage::estimate(request, &text));
        Ok(TextAnswer {
            usage,
            text,
            model,
            reasoning: parsed.reasoning(),
            is_cut_off: parsed.is_cut_off(),
            manner: Manner { streams: parsed.is_streamed, counts: !usage.is_estimated },
        })
    }

    fn context_window(&self, model: &str) -> u64 {
        context_window(model)
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        let asked = self.text_model(request.model.as_deref());
        let call = self.call(&asked, &request.idempotency_key, |capabilities| {
            request::chat(request, &asked, capabilities)
        });
        let (answer, answer_tool) = call.await?;
        let (parsed, result) = self.read(answer, answer_tool, sink).await;
        let model = parsed.model.clone().unwrap_or(asked);
        let (message, ending) = talk::next_message(&parsed, request);
        if let Err(failure) = result {
            let estimate = || request.estimate_usage(&message);
            return Err(CallError::with_usage(failure, model, parsed.usage(), estimate));
        }
        Ok(ChatAnswer {
            usage: Usage::complete(parsed.usage(), || request.estimate_usage(&message)),
            message,
            model,
            cached_tokens: parsed.cached_tokens(),
            ending,
        })
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        let words = "doesn't make images; choose another image provider, or another model in the \
                     step";
        Err(self.failures.permanent("no_images", words).into())
    }
}
