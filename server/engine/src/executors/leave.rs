//! Before a paid call leaves: what it may cost at most is reserved, and the provider's limits are
//! kept; after it was refused: everybody is told how long to leave the provider alone.

use model::{
    budget::UNSTATED_TOKENS,
    execution::{
        event::Charge,
        failure::{Failure, FailureClass, HoldReason},
    },
    price::Price,
};
use serde_json::Value;

use super::{ours, outage, overtaken};
use crate::{
    error::{Doing, Result},
    job::JobContext,
    providers::{CallError, ImageRequest, Provider, Repair, TextFormat, TextRequest},
    store::{
        calls::{self, Again, Call, Leave, cooldowns},
        prices,
    },
};

/// How long a provider is left alone that does not say how long.
const A_MOMENT_MS: u64 = 1000;
/// Tokens of what frames a request.
const FRAME_TOKENS: usize = 64;
/// Tokens of a picture that goes along, about.
const PICTURE_TOKENS: usize = 2000;
/// Tokens of the largest picture that is paid by tokens.
const DRAWN_TOKENS: i64 = 8000;

/// What a call may use at most.
#[derive(Clone, Copy)]
enum Most {
    Text { input: i64, output: i64 },
    Image { input: i64 },
}

impl Most {
    /// What a request for text may use, and the most tokens of its answer.
    fn of_text(request: &TextRequest) -> (Self, u32) {
        let output = request.max_tokens.unwrap_or(UNSTATED_TOKENS);
        (Self::Text { input: tokens_at_most(request), output: output.into() }, output)
    }

    fn cost(self, price: Price) -> Option<i64> {
        match self {
            Self::Text { input, output } => price.of_tokens(input, output),
            Self::Image { input } => price.of_image(input, DRAWN_TOKENS),
        }
    }
}

/// Lets a request for text leave; returns the model that is asked. Under a cap a text without a
/// maximum gets one.
pub async fn text(
    context: &JobContext,
    provider: &dyn Provider,
    request: &mut TextRequest,
    inputs: &Value,
) -> Result<String, Failure> {
    let model = provider.text_model(request.model.as_deref());
    let (most, output) = Most::of_text(request);
    if leaves(context, provider, &model, most, inputs).await? {
        request.max_tokens = Some(output);
    }
    Ok(model)
}

/// Lets a request leave that puts an answer right which cost `before`; words say why it does not. It has
/// the place of the call before it.
pub async fn repair(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    request: &TextRequest,
    inputs: &Value,
    before: &Charge,
) -> Result<Option<String>, Failure> {
    if provider.is_sample() {
        return leaves_unpaid(context, inputs).await.map(|()| None);
    }
    let (most, _) = Most::of_text(request);
    let mut call = priced(context, provider, model, most, inputs).await.map_err(ours)?;
    call.cost_micros = call.cost_micros.zip(before.cost_micros).map(|(most, paid)| most + paid);
    match calls::leave_again(context.pool(), &call).await.map_err(ours)? {
        Again::Goes => Ok(None),
        Again::Overtaken => Err(overtaken()),
        Again::Over(words) => Ok(Some(words)),
    }
}

/// Lets a request for a picture leave; returns the model that is asked.
pub async fn image(
    context: &JobContext,
    provider: &dyn Provider,
    request: &ImageRequest,
    inputs: &Value,
) -> Result<String, Failure> {
    let model = provider.image_model(request.model.as_deref());
    let style = request.style.as_ref().map_or(0, String::len);
    let size = request.prompt.len() + style + FRAME_TOKENS;
    let most = Most::Image { input: count(size + request.references.len() * PICTURE_TOKENS) };
    leaves(context, provider, &model, most, inputs).await?;
    Ok(model)
}

/// Passes an answer on; a provider that asks to wait, or is away, is left alone by everybody.
pub async fn heard<T>(
    context: &JobContext,
    asked: (&dyn Provider, &str),
    answer: Result<T, CallError>,
) -> Result<T, CallError> {
    let answer = outage::heard(context, asked.0, answer).await;
    if let Err(error) = &answer
        && let Some(for_ms) = asked_for(&error.failure)
        && let Err(error) = cool_down(context, asked.0.account(), asked.1, for_ms).await
    {
        // The job itself waits all the same.
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "others are not told that a provider asks to wait");
    }
    answer
}

/// For how long a provider is to be left alone; one that does not say how long, for a moment.
fn asked_for(failure: &Failure) -> Option<u64> {
    match failure.class {
        FailureClass::Transient { retry_after_ms: None } if failure.code == "rate_limited" => {
            Some(A_MOMENT_MS)
        }
        FailureClass::Transient { retry_after_ms } => retry_after_ms,
        _ => None,
    }
}

async fn cool_down(context: &JobContext, account: &str, model: &str, for_ms: u64) -> Result<()> {
    let doing = "opening a connection to note that a provider asks to wait";
    let mut conn = context.pool().acquire().await.doing(doing)?;
    cooldowns::cool_down(&mut conn, account, model, for_ms).await
}

/// Returns whether a cap has to be kept.
async fn leaves(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    most: Most,
    inputs: &Value,
) -> Result<bool, Failure> {
    if provider.is_sample() {
        return leaves_unpaid(context, inputs).await.map(|()| false);
    }
    let leave = reserve(context, provider, model, most, inputs).await.map_err(ours)?;
    let label = provider.label();
    match leave {
        Leave::Goes(capped) => Ok(capped),
        Leave::Overtaken => Err(overtaken()),
        Leave::Cooling { for_ms, clock } => {
            let words = format!("{label} asks to wait until {clock} UTC");
            Err(Failure::limited(for_ms, "provider_cooling", words))
        }
        Leave::Away { for_ms, is_tried } => Err(outage::waits(provider, for_ms, is_tried)),
        Leave::Busy { for_ms, at_once, .. } => {
            let calls = if at_once == 1 { "a call" } else { &format!("{at_once} calls") };
            let words = format!("{label} is busy with {calls}; goes on when one of them ends");
            Err(Failure::limited(for_ms, "provider_busy", words))
        }
        Leave::Paced { for_ms, clock } => {
            let words = format!("{label} has had its calls of this minute; goes on at {clock} UTC");
            Err(Failure::limited(for_ms, "provider_paced", words))
        }
        Leave::Later { for_ms, words } => Err(Failure::limited(for_ms, "budget_reserved", words)),
        Leave::Over(words) => Err(Failure::hold(HoldReason::Budget, "budget_reached", words)),
    }
}

/// Notes that a call leaves which costs nothing and has no limits.
async fn leaves_unpaid(context: &JobContext, inputs: &Value) -> Result<(), Failure> {
    let is_ours = context.call_leaves(inputs).await.map_err(ours)?;
    if is_ours { Ok(()) } else { Err(overtaken()) }
}

async fn reserve(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    most: Most,
    inputs: &Value,
) -> Result<Leave> {
    let call = priced(context, provider, model, most, inputs).await?;
    calls::leave(context.pool(), &call).await
}

async fn priced<'a>(
    context: &'a JobContext,
    provider: &'a dyn Provider,
    model: &'a str,
    most: Most,
    inputs: &'a Value,
) -> Result<Call<'a>> {
    let mut conn = context.pool().acquire().await.doing("looking up a price")?;
    let price = prices::of_model(&mut conn, context.workspace, provider.name(), model).await?;
    let cost_micros = if provider.is_free() { Some(0) } else { most.cost(price) };
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

/// No text has more tokens than bytes.
fn tokens_at_most(request: &TextRequest) -> i64 {
    let system = request.system.as_ref().map_or(0, String::len);
    let shape = match &request.format {
        TextFormat::Json { schema } => schema.to_string().len(),
        _ => 0,
    };
    let pictures = request.images.len() * PICTURE_TOKENS;
    let repair = request.repair.as_ref().map_or(0, Repair::size);
    count(request.whole_prompt().len() + system + shape + repair + pictures + FRAME_TOKENS)
}

fn count(tokens: usize) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
