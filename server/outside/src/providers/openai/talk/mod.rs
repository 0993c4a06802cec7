//! Talks with models that may call tools: by chat completions, by the Responses API, or by the API
//! of an Ollama.

mod completions;
mod ollama;
mod parts;
mod responses;

use model::agent::talk::{Message, ToolUse};
use serde_json::Value;

use self::parts::GivenBack;
use super::{OpenAi, settings::OLLAMA};
use crate::{
    outbound::OutboundRequest,
    providers::{
        CallError, ChatAnswer, ChatMessage, ChatRequest, ChatSink, Ending, TextFormat, TextRequest,
        Usage,
        answer::ParsedAnswer,
        capabilities::{Capabilities, JsonWay, TalkApi},
        openai_wire::{Dialect, find_json, repair_words, system_text},
        windows::context_window,
    },
};

/// The words of a refusal that came without any.
const FILTERED: &str = "The provider's content filter stopped the answer.";

impl OpenAi {
    /// How many tokens a model reads at once.
    pub(super) fn window(&self, model: &str) -> u64 {
        let model = self.model(Some(model), &self.settings.text_model);
        if self.settings.name == OLLAMA { ollama::window(&model) } else { context_window(&model) }
    }

    /// Answers a talk.
    pub(super) async fn talk(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        let asked = self.model(request.model.as_deref(), &self.settings.text_model);
        let call = self.call(&asked, &request.idempotency_key, |capabilities| {
            Ok(self.talk_call(request, &asked, capabilities))
        });
        let (answer, _) = call.await?;
        let (mut parsed, result) = self.read(answer, sink).await;
        let (usage, model) = (parsed.usage, parsed.model.take().unwrap_or_else(|| asked.clone()));
        let cached_tokens = parsed.cached_tokens;
        let came = format!("{}{}", parsed.reasoning, parsed.text);
        match result {
            Ok(()) => {
                let ending = ending(&parsed, request);
                let message = into_message(parsed, request, &asked, ending);
                let usage = Usage::complete(usage, || request.estimate_usage(&message));
                Ok(ChatAnswer { message, model, usage, cached_tokens, ending })
            }
            Err(failure) => {
                let estimate = || request.estimate_usage(&text_message(came));
                Err(CallError::with_usage(failure, model, usage, estimate))
            }
        }
    }

    fn talk_call(
        &self,
        request: &ChatRequest,
        model: &str,
        capabilities: &Capabilities,
    ) -> (OutboundRequest, Value) {
        let dialect = self.dialect();
        if self.settings.name == OLLAMA {
            let body = ollama::body(request, model, capabilities);
            let mut url = self.settings.base_url.clone();
            url.set_path("/api/chat");
            return (self.text_call(url, &body), body);
        }
        let usual = match dialect {
            Dialect::OpenAi if responses::thinks(model) => TalkApi::Responses,
            Dialect::OpenAi | Dialect::Compatible => TalkApi::Completions,
        };
        match capabilities.talk_api.unwrap_or(usual) {
            TalkApi::Completions => {
                let body = completions::body(request, model, dialect, capabilities);
                (self.text_call(self.endpoint("chat/completions"), &body), body)
            }
            TalkApi::Responses => {
                let body = responses::body(request, model, dialect, capabilities);
                (self.text_call(self.endpoint("responses"), &body), body)
            }
        }
    }
}

/// Why an answer ended. One with nothing in it is complete: the caller asks once more.
fn ending(parsed: &ParsedAnswer, request: &ChatRequest) -> Ending {
    if !parsed.refusal.trim().is_empty() || parsed.is_refused() {
        return Ending::Refused;
    }
    // JSON that is whole has not been cut off, whatever else was to come.
    let json = request.schema.as_ref().and_then(|schema| find_json(&parsed.text, schema));
    if parsed.is_cut_off() && !(json.is_some() && parsed.calls.is_empty()) {
        return Ending::CutOff;
    }
    if parsed.calls.is_empty() { Ending::Complete } else { Ending::Calls }
}

impl OpenAi {
    /// A request for text as the body of a request to the Responses API.
    pub(super) fn responses_of_text(
        &self,
        request: &TextRequest,
        model: &str,
        capabilities: &Capabilities,
    ) -> Value {
        let dialect = self.dialect();
        let said = |message: Message| ChatMessage { message, images: vec![] };
        let user = |text: String| Message::User { text, images: vec![] };
        let (schema, system) = match &request.format {
            TextFormat::Json { schema } => (Some(schema.clone()), request.system.clone()),
            TextFormat::Text | TextFormat::List => (None, system_text(request, JsonWay::Prompt)),
        };
        let prompt = user(request.whole_prompt().into_owned());
        let mut messages = vec![
            said(Message::System { text: system.unwrap_or_default() }),
            ChatMessage { message: prompt, images: request.images.clone() },
        ];
        if let Some(repair) = &request.repair {
            messages.push(said(text_message(repair.answer.clone())));
            messages.push(said(user(repair_words(repair))));
        }
        let TextRequest { temperature, max_tokens, .. } = *request;
        let talk =
            ChatRequest { messages, schema, temperature, max_tokens, ..ChatRequest::default() };
        responses::body(&talk, model, dialect, capabilities)
    }
}

fn text_message(text: String) -> Message {
    Message::Assistant { text, reasoning: String::new(), calls: vec![], provider_data: None }
}

fn into_message(
    mut parsed: ParsedAnswer,
    request: &ChatRequest,
    asked: &str,
    ending: Ending,
) -> Message {
    let provider_data = given_back(&parsed, asked, ending);
    let calls: Vec<ToolUse> = match ending {
        Ending::Calls => parsed.calls.drain(..).map(|(call, _)| call).collect(),
        Ending::Complete | Ending::CutOff | Ending::Refused => vec![],
    };
    let ParsedAnswer { text, reasoning, refusal, .. } = parsed;
    let text = match ending {
        Ending::Refused if !refusal.trim().is_empty() => refusal,
        Ending::Refused if text.trim().is_empty() => FILTERED.to_owned(),
        // The caller validates what is no JSON and says what is wrong.
        Ending::Complete => {
            request.schema.as_ref().and_then(|schema| find_json(&text, schema)).unwrap_or(text)
        }
        Ending::Calls | Ending::CutOff | Ending::Refused => text,
    };
    Message::Assistant { text, reasoning, calls: request.with_unique_ids(calls), provider_data }
}

/// What the server wants to be given back with an answer that ended so.
fn given_back(parsed: &ParsedAnswer, asked: &str, ending: Ending) -> Option<Value> {
    let model = asked.to_owned();
    let back = match responses::output_to_keep(&parsed.items) {
        Some(output) => GivenBack::Responses { model, output },
        None => {
            let extra = parsed.calls.iter().map(|(_, extra)| extra.clone());
            let mut extra_content: Vec<Option<Value>> = extra.collect();
            if extra_content.iter().all(Option::is_none) {
                extra_content.clear();
            }
            let (reasoning, details) = (parsed.wants_reasoning, parsed.reasoning_details.clone());
            GivenBack::Completions { model, reasoning, details, extra_content }
        }
    };
    let is_something = match &back {
        GivenBack::Responses { .. } => matches!(ending, Ending::Calls | Ending::Complete),
        GivenBack::Completions { reasoning, details, extra_content, .. } => {
            let has_any = *reasoning || !details.is_empty() || !extra_content.is_empty();
            ending == Ending::Calls && has_any
        }
    };
    is_something.then(|| serde_json::to_value(back).ok()).flatten()
}
