//! Which model a call is for, and whether it may leave: a call that may take the agent past a limit is
//! judged before it does, by the most that it may use.

use std::sync::Arc;

use model::{
    agent::limits::{LimitAction, LimitKind, Tally},
    budget::{Dollars, UNSTATED_TOKENS},
    execution::failure::{Failure, HoldReason},
};
use outside::providers::{ChatRequest, Provider, Providers};
use store::{
    error::{Doing, Result as EngineResult},
    prices,
};

use super::{
    limited::Reached,
    run::AgentRun,
    tally::{self, LimitVerdict},
    window,
};
use crate::executors::failure::internal_failure;

/// A call that may leave.
pub(super) struct Call {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) request: ChatRequest,
    /// The limit for which it is made with the cheaper model, where it is the first such call.
    pub(super) limit: Option<(LimitKind, LimitAction)>,
}

/// What comes of a call that the agent would make next.
pub(super) enum Choice {
    /// It may leave.
    Goes(Box<Call>),
    Ends(Reached),
}

/// Chooses the model and judges the call.
///
/// # Errors
/// The agent may spend only so much, and the price of its model is not known; or the database failed.
pub(super) async fn choose(
    run: &AgentRun<'_>,
    providers: &Providers,
    mut request: ChatRequest,
) -> Result<Choice, Failure> {
    let cheaper = run.limits().cheaper_model.clone();
    let mut provider = providers.text(request.model.as_deref()).await;
    let mut judged = judge(run, &*provider, &request).await?;
    let mut limit = None;
    if let LimitVerdict::GoesCheaper(kind) = judged
        && request.model != cheaper
    {
        request.model = cheaper;
        provider = providers.text(request.model.as_deref()).await;
        let model = provider.text_model(request.model.as_deref());
        // A provider may name the version of a model after its name.
        let is_first = !run.talk.calls.iter().any(|call| call.model.starts_with(&model));
        limit = is_first.then_some((kind, LimitAction::CheaperModel));
        judged = judge(run, &*provider, &request).await?;
    }
    Ok(match judged {
        LimitVerdict::Goes | LimitVerdict::GoesCheaper(_) => {
            Choice::Goes(Box::new(Call { provider, request, limit }))
        }
        LimitVerdict::Ends(kind, action) => {
            let window = provider.context_window(&provider.text_model(request.model.as_deref()));
            let words = tally::words(run, kind, window);
            Choice::Ends(Reached { kind, action, words })
        }
    })
}

async fn judge(
    run: &AgentRun<'_>,
    provider: &dyn Provider,
    request: &ChatRequest,
) -> Result<LimitVerdict, Failure> {
    let used = tally::add_up(run);
    let (input, output) = most_tokens(request);
    let after = Tally {
        turns: used.turns.saturating_add(1),
        tokens: used.tokens.saturating_add(input).saturating_add(output),
        cost_micros: used.cost_micros.saturating_add(most_cost(run, provider, request).await?),
        ..used
    };
    let judged = tally::judge(run.limits(), &after, tally::count_raises(run));
    let window = provider.context_window(&provider.text_model(request.model.as_deref()));
    if matches!(judged, LimitVerdict::Ends(..)) || window::fits(request, window) {
        return Ok(judged);
    }
    let full = Reached::full_window(run, window);
    Ok(LimitVerdict::Ends(full.kind, full.action))
}

/// The most tokens of a request and of its answer.
fn most_tokens(request: &ChatRequest) -> (u64, u64) {
    (request.tokens_at_most(), request.max_tokens.unwrap_or(UNSTATED_TOKENS).into())
}

/// The most that a call may cost; 0 where the agent has no limit of its own.
async fn most_cost(
    run: &AgentRun<'_>,
    provider: &dyn Provider,
    request: &ChatRequest,
) -> Result<i64, Failure> {
    let Some(limit) = run.limits().cost_micros else { return Ok(0) };
    if provider.is_sample() || provider.is_free() {
        return Ok(0);
    }
    let model = provider.text_model(request.model.as_deref());
    let cost = cost(run, provider, &model, request).await.map_err(internal_failure)?;
    cost.ok_or_else(|| {
        let words = format!(
            "The agent has a spending limit of {}, but the price of {model} is unknown. Ask an \
             admin to enter it under Providers, or remove the limit. Then resume.",
            Dollars(limit)
        );
        Failure::hold(HoldReason::Budget, "price_unknown", words)
    })
}

async fn cost(
    run: &AgentRun<'_>,
    provider: &dyn Provider,
    model: &str,
    request: &ChatRequest,
) -> EngineResult<Option<i64>> {
    let doing = "opening a connection for a price";
    let mut conn = run.context.pool().acquire().await.doing(doing)?;
    let name = provider.name();
    let price = prices::find_for_model(&mut conn, run.context.workspace, name, model).await?;
    let (input, output) = most_tokens(request);
    let count = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
    Ok(price.of_tokens(count(input), count(output)))
}
