//! OpenAI, and every server that speaks its wire format.

use super::failure::Voice;
use super::openai_wire::{self as wire, Completion, Dialect, Picture, Pictures};
use super::request::{ImageAnswer, ImageRequest, TextAnswer, TextFormat, TextRequest, Usage};
use super::sse::Events;
use super::{Provider, TextSink};
use crate::images;
use crate::outbound::{
    Limits, Method, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, Refusal,
};
use crate::secret::{Redactor, Secret};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{
    execution::failure::Failure,
    id::WorkspaceId,
    provider::{OPENAI_ADDRESS, OPENAI_IMAGE_MODEL, OPENAI_TEXT_MODEL, Pace},
};
use serde_json::{Map, Value};
use std::time::Duration;
use url::Url;

/// The outermost limit; a node's own, usually shorter, is kept by whoever awaits the answer.
const LONGEST_CALL: Duration = Duration::from_secs(300);
const OPENAI_HOST: &str = "api.openai.com";

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
    account: Option<String>,
    voice: Voice,
}

/// What a stream has said so far.
#[derive(Default)]
struct Draft {
    text: String,
    model: Option<String>,
    usage: Option<Usage>,
    finish: Option<String>,
    refusal: Option<String>,
}

impl OpenAi {
    /// A provider that calls through this client; the client must let its address out.
    pub fn new(client: OutboundClient, settings: OpenAiSettings) -> Self {
        let redactor = Redactor::new(settings.api_key.as_ref());
        let voice = Voice { label: settings.label, redactor };
        Self { client, settings, account: None, voice }
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
        let request = request.header("idempotency-key", key)?;
        match &self.settings.api_key {
            Some(secret) => request.credential("authorization", "Bearer ", secret),
            None => Ok(request),
        }
    }

    /// Sends a call; an answer with an error status is read and told.
    async fn call(&self, request: OutboundRequest, key: &str) -> Result<OutboundResponse, Failure> {
        let prepared = self.prepare(request, key).map_err(|refusal| self.failed(refusal.into()))?;
        let answer = self.client.send(prepared).await.map_err(|error| self.failed(error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        // The status decides even when its explanation does not arrive.
        let body = answer.bytes().await.unwrap_or_default();
        Err(self.voice.status(status, &headers, &body))
    }

    fn failed(&self, error: OutboundError) -> Failure {
        self.voice.outbound(error)
    }

    async fn read_stream(
        &self,
        mut answer: OutboundResponse,
        sink: &mut TextSink<'_>,
    ) -> Result<Draft, Failure> {
        let (mut events, mut draft) = (Events::default(), Draft::default());
        while let Some(bytes) = answer.chunk().await.map_err(|error| self.failed(error))? {
            for event in events.feed(&bytes) {
                if event.trim() == "[DONE]" {
                    return Ok(draft);
                }
                self.take(&mut draft, event.as_bytes(), sink)?;
            }
        }
        if draft.finish.is_none() {
            return Err(self.voice.broken("stream_broken", "the answer broke off"));
        }
        Ok(draft)
    }

    fn take(&self, draft: &mut Draft, json: &[u8], sink: &mut TextSink<'_>) -> Result<(), Failure> {
        let bad = |_| self.voice.broken("bad_answer", "the answer is not valid JSON");
        let piece: Completion = serde_json::from_slice(json).map_err(bad)?;
        if let Some(error) = &piece.error {
            return Err(self.voice.in_stream(error));
        }
        draft.model = piece.model.or(draft.model.take());
        draft.usage = piece.usage.map(Usage::from).or(draft.usage);
        let Some(choice) = piece.choices.into_iter().next() else {
            return Ok(());
        };
        draft.finish = choice.finish_reason.or(draft.finish.take());
        if let Some(refusal) = choice.delta.refusal {
            draft.refusal.get_or_insert_default().push_str(&refusal);
        }
        if let Some(text) = choice.delta.content.filter(|text| !text.is_empty()) {
            sink(&text);
            draft.text.push_str(&text);
        }
        Ok(())
    }

    fn finish(
        &self,
        draft: Draft,
        request: &TextRequest,
        model: String,
    ) -> Result<TextAnswer, Failure> {
        if let Some(refusal) = draft.refusal {
            return Err(self.voice.permanent("content_refused", &refusal));
        }
        if draft.finish.as_deref() == Some("content_filter") {
            return Err(self.voice.permanent("content_refused", "the content was refused"));
        }
        if draft.text.trim().is_empty() {
            return Err(self.voice.broken("empty_answer", "the answer is empty"));
        }
        let text = match request.format {
            TextFormat::Json { .. } => self.json(&draft.text)?,
            _ => draft.text,
        };
        let usage = draft.usage.unwrap_or_else(|| Usage::estimate(request, &text));
        Ok(TextAnswer { text, model: draft.model.unwrap_or(model), usage })
    }

    /// The JSON value in an answer, freed from the code fence many models put around it.
    fn json(&self, text: &str) -> Result<String, Failure> {
        let text = text.trim();
        let fenced = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
        let bare = fenced.and_then(|text| text.strip_suffix("```")).unwrap_or(text).trim();
        match serde_json::from_str::<Value>(bare) {
            Ok(_) => Ok(bare.to_owned()),
            Err(_) => Err(self.voice.broken("bad_json", "the answer is not the JSON asked for")),
        }
    }

    async fn picture(&self, picture: Picture) -> Result<Bytes, Failure> {
        let nothing = || self.voice.broken("bad_answer", "the answer contains no image");
        let bytes = match (picture.b64_json, picture.url) {
            (Some(text), _) => STANDARD.decode(text.trim()).map_err(|_| nothing())?.into(),
            (None, Some(url)) => self.fetch(&url).await?,
            (None, None) => return Err(nothing()),
        };
        match images::check_outside(&bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.voice.broken("bad_image", &error.to_string())),
        }
    }

    async fn fetch(&self, url: &str) -> Result<Bytes, Failure> {
        let limits = Limits::default().large();
        let request = OutboundRequest::get(url).map_err(|refusal| self.failed(refusal.into()))?;
        let answer = self.client.send(request.limits(limits)).await;
        let answer = answer.map_err(|error| self.failed(error))?;
        if !answer.status().is_success() {
            return Err(self.voice.broken("bad_image", "the image could not be fetched"));
        }
        answer.bytes().await.map_err(|error| self.failed(error))
    }

    fn image_call(&self, request: &ImageRequest, model: &str) -> Result<OutboundRequest, Refusal> {
        if request.references.is_empty() {
            let fields = wire::image_fields(request, model).into_iter();
            let body: Map<String, Value> =
                fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
            let url = self.endpoint("images/generations");
            return Ok(OutboundRequest::post_json(url, &body.into()));
        }
        let (content_type, body) = wire::edit_form(request, model);
        let call = OutboundRequest::new(Method::POST, self.endpoint("images/edits")).body(body);
        call.header("content-type", &content_type)
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
    ) -> Result<TextAnswer, Failure> {
        let model = self.text_model(request.model.as_deref());
        let body = wire::chat(request, &model, self.dialect());
        let call = OutboundRequest::post_json(self.endpoint("chat/completions"), &body)
            .limits(Limits::default().within(LONGEST_CALL));
        let answer = self.call(call, &request.idempotency_key).await?;
        let content_type = answer.headers().get("content-type");
        let streams = content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/event-stream"));
        let draft = if streams {
            self.read_stream(answer, sink).await?
        } else {
            let body = answer.bytes().await.map_err(|error| self.failed(error))?;
            let mut draft = Draft::default();
            self.take(&mut draft, &body, sink)?;
            draft
        };
        self.finish(draft, request, model)
    }

    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, Failure> {
        let model = self.image_model(request.model.as_deref());
        let call =
            self.image_call(request, &model).map_err(|refusal| self.failed(refusal.into()))?;
        let call = call.limits(Limits::default().within(LONGEST_CALL).large());
        let answer = self.call(call, &request.idempotency_key).await?;
        let body = answer.bytes().await.map_err(|error| self.failed(error))?;
        let bad = || self.voice.broken("bad_answer", "the answer contains no image");
        let pictures: Pictures = serde_json::from_slice(&body).map_err(|_| bad())?;
        let picture = pictures.data.into_iter().next().ok_or_else(bad)?;
        let usage = pictures.usage.map(Usage::from).unwrap_or_default();
        Ok(ImageAnswer { bytes: self.picture(picture).await?, model, usage })
    }
}
