//! The next answer of an agent's model, and how the agent goes on after it.

use model::{
    agent::{streamed::StreamEncoder, talk::Message, turn::AnsweredCall},
    budget::UNSTATED_TOKENS,
    decide::{AgentStep, NextStep, Outcome},
    execution::failure::{Failure, FailureClass},
};
use outside::providers::{
    CONTEXT_FULL, CallError, ChatAnswer, ChatMessage, ChatPiece, ChatRequest, ChatTool, Counted,
    Ending, Provider, is_written_call,
};
use serde_json::json;
use tokio::time::Instant;

use super::{
    choose::{self, Call, Choice},
    limited::{self, Reached},
    opening,
    output::{self, Judge},
    partial::{CUT_OFF, Work},
    run::{AgentRun, step_attempt},
    tally::count,
    tools::Toolbox,
};
use crate::{
    executors::{
        attempt::Attempt,
        context_documents,
        failure::internal_failure,
        paid::{Answered, PaidCallKind, failed_call, item, load_providers, seed, storable},
        paid_call_gate,
    },
    job::JobContext,
};

/// The most characters of a model's thoughts that are kept with its answer.
const MOST_REASONING: usize = 50_000;
/// What is wrong with an answer that is a call which cannot be made.
const WRITTEN_CALL: &str = "The model wrote a tool call as text, so nothing was called.";
/// The words before those of a vendor who knows how much the model reads at once.
const FULL_WINDOW: &str =
    "The agent's conversation no longer fits into its model's context window.";
/// The most characters that are quoted of a refusal.
const MOST_QUOTED: usize = 500;

/// Lets the model answer once, unless a limit stands against it.
///
/// # Errors
/// Why it cannot be asked now, or at all.
pub(super) async fn think(run: &AgentRun<'_>, toolbox: &Toolbox<'_>) -> Result<Attempt, Failure> {
    let opening = if run.talk.messages.is_empty() {
        opening::messages(run, toolbox.left_out()).await?
    } else {
        vec![]
    };
    // Before the call, because a failure here must not lose a paid answer.
    let judge = Judge::new(&run.definition().output)?;
    let providers = load_providers(run.context, run.deps).await?;
    let request = request(run, toolbox, &opening).await?;
    let call = match choose::choose(run, &providers, request).await? {
        Choice::Goes(call) => call,
        Choice::Ends(reached) => {
            return Ok(limited::step(run, toolbox.calls_made(), &reached, opening));
        }
    };
    let turn = Turn { run, tool_calls: toolbox.calls_made(), judge, opening };
    turn.take(*call).await
}

async fn request(
    run: &AgentRun<'_>,
    toolbox: &Toolbox<'_>,
    opening: &[Message],
) -> Result<ChatRequest, Failure> {
    let (context, definition) = (run.context, run.definition());
    let mut messages = vec![];
    for message in run.talk.messages.iter().chain(opening) {
        let ids = match message {
            Message::User { images, .. } => images.iter().map(|image| image.image_id).collect(),
            Message::Tool { name, content, is_error: false, .. } => toolbox.images(name, content),
            Message::System { .. } | Message::Assistant { .. } | Message::Tool { .. } => vec![],
        };
        let images = context_documents::load_images(context, ids, &*run.deps.blobs).await?;
        messages.push(ChatMessage { message: message.for_model(), images });
    }
    let limits = run.limits();
    // Where tokens or money are limited, an answer without an end of its own gets one.
    let is_bounded = limits.tokens.is_some() || limits.cost_micros.is_some();
    let counted = run.talk.calls.last().map_or_else(Counted::default, |last| Counted {
        messages: last.messages as usize + 1,
        tokens: last.input_tokens.saturating_add(last.output_tokens),
    });
    Ok(ChatRequest {
        model: definition.model.clone(),
        messages,
        tools: toolbox.offered(),
        schema: output::schema(&definition.output),
        temperature: definition.temperature,
        max_tokens: definition.max_tokens.or(is_bounded.then_some(UNSTATED_TOKENS)),
        seed: seed(context),
        item: item(context),
        idempotency_key: format!("{}-{}", context.idempotency_key(), run.talk.calls.len() + 1),
        counted,
    })
}

/// A turn of the model that is about to be taken.
struct Turn<'a> {
    run: &'a AgentRun<'a>,
    /// How many calls of tools were made before it.
    tool_calls: u32,
    judge: Judge<'a>,
    /// How the talk begins, where it has not begun.
    opening: Vec<Message>,
}

impl Turn<'_> {
    async fn take(self, call: Call) -> Result<Attempt, Failure> {
        let Call { provider, mut request, limit } = call;
        let (context, provider) = (self.run.context, &*provider);
        let sent = json!({
            "agent": self.run.frozen.name,
            "version": self.run.frozen.version,
            "turn": self.run.talk.calls.len() + 1,
            "messages": request.messages.len(),
            "provider": provider.name(),
            "model": request.model,
        });
        let model = paid_call_gate::admit_chat(context, provider, &mut request, &sent).await?;
        let asked_at = Instant::now();
        let answer = ask(context, provider, &request).await;
        let took_ms = u64::try_from(asked_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        let answer = match paid_call_gate::note_answer(context, provider, &model, answer).await {
            Ok(answer) => answer,
            Err(error) => return self.fail(provider, &model, error).await,
        };
        let answered = Answered { provider, model: &answer.model, usage: answer.usage };
        let charge = answered.charge(context, PaidCallKind::Text, &model).await;
        let charge = charge.map_err(internal_failure)?;
        let said: Vec<Message> = request.messages.into_iter().map(|said| said.message).collect();
        let call = AnsweredCall {
            turn: count(self.run.talk.calls.len()).saturating_add(1),
            messages: count(said.len()),
            provider: provider.name().to_owned(),
            model: answer.model.clone(),
            input_tokens: answer.usage.input_tokens,
            cached_tokens: answer.cached_tokens,
            output_tokens: answer.usage.output_tokens,
            cost_micros: charge.cost_micros,
            took_ms,
            is_repair: output::asks_for_repair(&said),
            sample: provider.is_sample(),
        };
        let (messages, next) = self.go_on(answer, &call, &request.tools);
        Ok(step_attempt(AgentStep { messages, call: Some(call), limit, next }, vec![charge]))
    }

    /// What is added to the talk, and how the agent goes on.
    fn go_on(
        self,
        answer: ChatAnswer,
        call: &AnsweredCall,
        tools: &[ChatTool],
    ) -> (Vec<Message>, NextStep) {
        let Self { run, tool_calls, judge, opening } = self;
        let said = shorten_thoughts(answer.message);
        let (text, wants_calls) = match &said {
            Message::Assistant { text, calls, .. } => (text.clone(), !calls.is_empty()),
            Message::System { .. } | Message::User { .. } | Message::Tool { .. } => {
                (String::new(), false)
            }
        };
        let mut messages = opening;
        // A refusal is none of the agent's work.
        let is_refused = answer.ending == Ending::Refused;
        if is_refused {
            let failed = Work::new(run, tool_calls, &messages, Some(call))
                .failed("model_refused", &refusal(&text));
            messages.push(said);
            return (messages, NextStep::End(Box::new(failed)));
        }
        messages.push(said);
        let work = Work::new(run, tool_calls, &messages, Some(call));
        if answer.ending == Ending::CutOff {
            let words = "The model reached its token limit before its answer was complete.";
            let failed = work.failed(CUT_OFF, words);
            return (messages, NextStep::End(Box::new(failed)));
        }
        if wants_calls {
            return (messages, NextStep::GoOn);
        }
        let judged = |text: &str| {
            let is_call = is_written_call(text, tools);
            if is_call { Err(WRITTEN_CALL.to_owned()) } else { judge.judge(text) }
        };
        let next = match judged(&text) {
            Ok(given) => NextStep::End(Box::new(work.done(given))),
            Err(fault) if call.is_repair || run.talk.calls.iter().any(|call| call.is_repair) => {
                // What it said last beside a call may have been its answer.
                let last = work.text().filter(|_| text.trim().is_empty());
                NextStep::End(Box::new(match last.and_then(|last| judged(last).ok()) {
                    Some(given) => work.done(given),
                    None => {
                        let words = format!("{fault} The model was asked once to correct it.");
                        work.failed("bad_model_output", &words)
                    }
                }))
            }
            Err(fault) => {
                messages.push(output::repair(&fault));
                NextStep::GoOn
            }
        };
        (messages, next)
    }

    /// The attempt of a call without an answer. The agent ends with what it has where asking again is of
    /// no use, or is not done any more.
    async fn fail(
        self,
        provider: &dyn Provider,
        model: &str,
        error: CallError,
    ) -> Result<Attempt, Failure> {
        let Self { run, tool_calls, opening, .. } = self;
        let attempt = failed_call(run.context, provider, error, PaidCallKind::Text, model).await?;
        let charges = attempt.charges;
        let failure = match attempt.outcome {
            Outcome::Failed(failure) if is_final(run.context, &failure) => failure,
            outcome => return Ok(Attempt { outcome, charges }),
        };
        if failure.code == CONTEXT_FULL {
            let words = format!("{FULL_WINDOW} {}.", failure.message.trim_end_matches('.'));
            let window = provider.context_window(model);
            let reached = Reached { words, ..Reached::full_window(run, window) };
            let step = limited::step(run, tool_calls, &reached, opening);
            return Ok(Attempt { charges, ..step });
        }
        let failed = Work::new(run, tool_calls, &opening, None);
        let next = NextStep::End(Box::new(failed.failed(&failure.code, &failure.message)));
        let step = AgentStep { messages: opening, call: None, limit: None, next };
        Ok(step_attempt(step, charges))
    }
}

/// Whether no other attempt follows one that failed so.
fn is_final(context: &JobContext, failure: &Failure) -> bool {
    match failure.class {
        FailureClass::Permanent => true,
        // A wait that is asked for may count as no attempt.
        FailureClass::Transient { retry_after_ms } => {
            retry_after_ms.is_none() && context.is_last_attempt(failure)
        }
        FailureClass::Limited { .. } | FailureClass::Hold { .. } => false,
    }
}

/// Asks the model; what arrives is streamed with thoughts and calls marked.
async fn ask(
    context: &JobContext,
    provider: &dyn Provider,
    request: &ChatRequest,
) -> Result<ChatAnswer, CallError> {
    let streamed = context.stream_text();
    let mut encoder = StreamEncoder::default();
    let mut sink = |piece: ChatPiece<'_>| {
        let piece = match piece {
            ChatPiece::Text(text) => encoder.text(text),
            ChatPiece::Thought(text) => encoder.thought(text),
            ChatPiece::Call(tool) => encoder.call(tool),
        };
        streamed.push(&storable(&piece));
    };
    let answer = provider.chat(request, &mut sink).await?;
    Ok(request.with_written_calls(answer).storable())
}

/// The answer with as much of its thoughts as is kept.
fn shorten_thoughts(said: Message) -> Message {
    match said {
        Message::Assistant { text, reasoning, calls, provider_data } => {
            let reasoning = reasoning.chars().take(MOST_REASONING).collect();
            Message::Assistant { text, reasoning, calls, provider_data }
        }
        other @ (Message::System { .. } | Message::User { .. } | Message::Tool { .. }) => other,
    }
}

fn refusal(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "The model refused to answer.".to_owned();
    }
    let quoted: String = text.chars().take(MOST_QUOTED).collect();
    format!("The model refused to answer: “{quoted}”")
}
