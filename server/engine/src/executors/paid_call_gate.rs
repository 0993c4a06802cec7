//! The gate before every paid call: it reserves the most that the call may cost, and keeps the
//! provider's rate limits. After a refusal it stores the provider's cooldown for all workers.

use model::{
    budget::UNSTATED_TOKENS,
    execution::{
        event::Charge,
        failure::{Failure, FailureClass, HoldReason},
    },
    price::Price,
};
use outside::providers::{
    CallError, ChatRequest, IMAGE_TOKENS, ImageRequest, Provider, Repair, TextFormat, TextRequest,
};
use serde_json::Value;
use store::{
    calls::{self, Call, CallAdmission, NextCallAdmission, cooldowns},
    error::{Doing, Result},
    prices,
};

use super::{
    failure::{internal_failure, overtaken_failure},
    outage,
};
use crate::job::JobContext;

/// The cooldown of a provider that asks to wait and does not say how long.
const DEFAULT_COOLDOWN_MS: u64 = 1000;
/// Tokens of a request besides its texts and images, at most.
const OVERHEAD_TOKENS: usize = 64;
/// Tokens of the largest generated image that is billed by tokens.
const IMAGE_OUTPUT_TOKENS: i64 = 8000;

/// The most tokens that a call may use.
#[derive(Clone, Copy)]
enum MaxUsage {
    Text { input: i64, output: i64 },
    Image { input: i64 },
}

impl MaxUsage {
    /// The most tokens of a request for text, and those of its answer alone.
    fn for_text(request: &TextRequest) -> (Self, u32) {
        let output = request.max_tokens.unwrap_or(UNSTATED_TOKENS);
        (Self::Text { input: tokens_at_most(request), output: output.into() }, output)
    }

    /// The most tokens of the next turn of a talk, and those of its answer alone.
    fn for_chat(request: &ChatRequest) -> (Self, u32) {
        let output = request.max_tokens.unwrap_or(UNSTATED_TOKENS);
        let input = usize::try_from(request.tokens_at_most()).unwrap_or(usize::MAX);
        let input = count(input.saturating_add(OVERHEAD_TOKENS));
        (Self::Text { input, output: output.into() }, output)
    }

    fn cost(self, price: Price) -> Option<i64> {
        match self {
            Self::Text { input, output } => price.of_tokens(input, output),
            Self::Image { input } => price.of_image(input, IMAGE_OUTPUT_TOKENS),
        }
    }
}

/// Admits a call for text; returns the model that is called. Under a budget a request without a
/// maximum of tokens gets one.
///
/// # Errors
/// Why the call must not be made now, or ever.
pub async fn admit_text(
    context: &JobContext,
    provider: &dyn Provider,
    request: &mut TextRequest,
    inputs: &Value,
) -> Result<String, Failure> {
    let model = provider.text_model(request.model.as_deref());
    let (max_usage, output) = MaxUsage::for_text(request);
    if admit(context, provider, &model, max_usage, inputs).await? {
        request.max_tokens = Some(output);
    }
    Ok(model)
}

/// Admits the next turn of a talk; returns the model that is called. Under a budget a request without
/// a maximum of tokens gets one.
///
/// # Errors
/// Why the call must not be made now, or ever.
pub async fn admit_chat(
    context: &JobContext,
    provider: &dyn Provider,
    request: &mut ChatRequest,
    inputs: &Value,
) -> Result<String, Failure> {
    let model = provider.text_model(request.model.as_deref());
    let (max_usage, output) = MaxUsage::for_chat(request);
    if admit(context, provider, &model, max_usage, inputs).await? {
        request.max_tokens = Some(output);
    }
    Ok(model)
}

/// Admits a second call that repairs an answer which cost `before`, in the concurrency slot of the
/// first call; the text says why it is not admitted.
///
/// # Errors
/// The job was taken over, or the database failed.
pub async fn admit_repair(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    request: &TextRequest,
    inputs: &Value,
    before: &Charge,
) -> Result<Option<String>, Failure> {
    if provider.is_sample() {
        return note_unpaid_call(context, inputs).await.map(|()| None);
    }
    let (max_usage, _) = MaxUsage::for_text(request);
    let mut call =
        price_call(context, provider, model, max_usage, inputs).await.map_err(internal_failure)?;
    call.cost_micros = call.cost_micros.zip(before.cost_micros).map(|(most, paid)| most + paid);
    match calls::reserve_next_call(context.pool(), &call).await.map_err(internal_failure)? {
        NextCallAdmission::Goes => Ok(None),
        NextCallAdmission::Overtaken => Err(overtaken_failure()),
        NextCallAdmission::Over(words) => Ok(Some(words)),
    }
}

/// Admits a call for an image; returns the model that is called.
///
/// # Errors
/// Why the call must not be made now, or ever.
pub async fn admit_image(
    context: &JobContext,
    provider: &dyn Provider,
    request: &ImageRequest,
    inputs: &Value,
) -> Result<String, Failure> {
    let model = provider.image_model(request.model.as_deref());
    let style = request.style.as_ref().map_or(0, String::len);
    let size = request.prompt.len() + style + OVERHEAD_TOKENS;
    let max_usage =
        MaxUsage::Image { input: count(size + request.references.len() * IMAGE_TOKENS) };
    admit(context, provider, &model, max_usage, inputs).await?;
    Ok(model)
}

/// Passes an answer on, after noting for all workers that the provider asks to wait, or is away.
pub async fn note_answer<T>(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    answer: Result<T, CallError>,
) -> Result<T, CallError> {
    let answer = outage::note_answer(context, provider, model, answer).await;
    if let Err(error) = &answer
        && let Some(for_ms) = cooldown_ms(&error.failure)
        && let Err(error) = cool_down(context, provider.account(), model, for_ms).await
    {
        // The job itself waits all the same.
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "others are not told that a provider asks to wait");
    }
    answer
}

/// How long the provider asks to wait, in milliseconds; none if it does not ask.
fn cooldown_ms(failure: &Failure) -> Option<u64> {
    match failure.class {
        FailureClass::Transient { retry_after_ms: None } if failure.code == "rate_limited" => {
            Some(DEFAULT_COOLDOWN_MS)
        }
        FailureClass::Transient { retry_after_ms } => retry_after_ms,
        FailureClass::Limited { .. } | FailureClass::Permanent | FailureClass::Hold { .. } => None,
    }
}

async fn cool_down(context: &JobContext, account: &str, model: &str, for_ms: u64) -> Result<()> {
    let doing = "opening a connection to note that a provider asks to wait";
    let mut conn = context.pool().acquire().await.doing(doing)?;
    cooldowns::cool_down(&mut conn, account, model, for_ms).await
}

/// Admits a call with what it may use at most; returns whether a budget has to be kept.
async fn admit(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    max_usage: MaxUsage,
    inputs: &Value,
) -> Result<bool, Failure> {
    if provider.is_sample() {
        return note_unpaid_call(context, inputs).await.map(|()| false);
    }
    let admission =
        reserve(context, provider, model, max_usage, inputs).await.map_err(internal_failure)?;
    let label = provider.label();
    match admission {
        CallAdmission::Goes(capped) => Ok(capped),
        CallAdmission::Overtaken => Err(overtaken_failure()),
        CallAdmission::Cooling { for_ms } => {
            let words = format!("{label} asked to wait");
            Err(Failure::for_limit(for_ms, "provider_cooling", words))
        }
        CallAdmission::Away { for_ms, is_tried, is_of_model } => {
            let model = is_of_model.then_some(model);
            Err(outage::wait_failure(provider, model, for_ms, is_tried))
        }
        CallAdmission::Busy { for_ms, at_once, .. } => {
            let calls = if at_once == 1 { "a call" } else { &format!("{at_once} calls") };
            let words = format!("{label} is busy with {calls}; continues when one of them ends");
            Err(Failure::for_limit(for_ms, "provider_busy", words))
        }
        CallAdmission::Paced { for_ms } => {
            let words = format!("{label} has reached its limit of calls per minute");
            Err(Failure::for_limit(for_ms, "provider_paced", words))
        }
        CallAdmission::Later { for_ms, words } => {
            Err(Failure::for_limit(for_ms, "budget_reserved", words))
        }
        CallAdmission::Over(words) => {
            Err(Failure::hold(HoldReason::Budget, "budget_reached", words))
        }
    }
}

/// Notes a call that costs nothing and has no limits.
async fn note_unpaid_call(context: &JobContext, inputs: &Value) -> Result<(), Failure> {
    let is_ours = context.note_call(inputs).await.map_err(internal_failure)?;
    if is_ours { Ok(()) } else { Err(overtaken_failure()) }
}

async fn reserve(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    max_usage: MaxUsage,
    inputs: &Value,
) -> Result<CallAdmission> {
    let call = price_call(context, provider, model, max_usage, inputs).await?;
    calls::reserve_call(context.pool(), &call).await
}

async fn price_call<'a>(
    context: &'a JobContext,
    provider: &'a dyn Provider,
    model: &'a str,
    max_usage: MaxUsage,
    inputs: &'a Value,
) -> Result<Call<'a>> {
    let mut conn = context.pool().acquire().await.doing("looking up a price")?;
    let price =
        prices::find_for_model(&mut conn, context.workspace, provider.name(), model).await?;
    let cost_micros = if provider.is_free() { Some(0) } else { max_usage.cost(price) };
    let (limits, own) = (context.limits(), provider.pace());
    Ok(Call {
        workspace: context.workspace,
        execution: context.execution,
        claim: (context.job, context.fence),
        asked: (provider.account(), model),
        address: provider.address(),
        at_once: own.calls_at_once.unwrap_or(limits.calls_per_provider),
        per_minute: own.calls_per_minute.or(limits.calls_per_minute),
        cost_micros,
        input: inputs,
    })
}

/// The most tokens of a request: no text has more tokens than bytes.
fn tokens_at_most(request: &TextRequest) -> i64 {
    let system = request.system.as_ref().map_or(0, String::len);
    let shape = match &request.format {
        TextFormat::Json { schema } => schema.to_string().len(),
        TextFormat::Text | TextFormat::List => 0,
    };
    let image_tokens = request.images.len() * IMAGE_TOKENS;
    let repair = request.repair.as_ref().map_or(0, Repair::size);
    count(request.whole_prompt().len() + system + shape + repair + image_tokens + OVERHEAD_TOKENS)
}

fn count(tokens: usize) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
