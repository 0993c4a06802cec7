//! Outages of providers: jobs wait until the provider answers again, which counts as no attempt,
//! and a person is asked when that takes too long.
//!
//! `model_outages` keeps, for each access, since when a model of it or its whole address is away: a
//! status such as 503 counts for the model that was asked, a connection that nobody takes for the
//! address. One call at a time finds out whether it is back, after pauses that grow from a second to a minute; all others wait as for any
//! limit, and the first answer, if only an error, ends the outage for everybody. After half an hour
//! the execution pauses with the reason `provider`. A gateway's refusal while other calls are
//! answered is about the call itself, and counts as an attempt. HTTP steps know nothing of outages.
//! Servers of tools have them as addresses do; all that wait for one ask when it is time.

use model::execution::failure::{Failure, FailureClass, HoldReason};
use outside::providers::{AWAY, CallError, GATEWAY, Provider};
use store::{
    calls::{
        self,
        outages::{self, Endpoint, OutageAdvice, OutageWait},
    },
    error::{Doing, Result},
};

use super::failure::{internal_failure, retry_while_away};
use crate::job::JobContext;

/// What a call shows about the availability of its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The provider answered, even if only with an error.
    Answered,
    /// The provider gave no answer; true where the cause may be this call alone.
    Away(bool),
    /// The failure shows nothing: it came from elsewhere, or the call was cut off.
    Nothing,
}

fn sign<T>(answer: &Result<T, CallError>) -> Sign {
    let Err(CallError { failure, .. }) = answer else { return Sign::Answered };
    match (failure.code.as_str(), failure.class) {
        (AWAY, FailureClass::Transient { .. }) => Sign::Away(false),
        (GATEWAY, FailureClass::Transient { .. }) => Sign::Away(true),
        ("address_refused" | "unreachable", _) => Sign::Nothing,
        _ if failure.unanswered => Sign::Nothing,
        _ => Sign::Answered,
    }
}

/// Passes an answer on, after noting it for all workers: an answer ends the outage of the provider,
/// no answer begins or extends it. The failure of a call without an answer then says how long to
/// wait.
pub async fn note_answer<T>(
    context: &JobContext,
    provider: &dyn Provider,
    model: &str,
    answer: Result<T, CallError>,
) -> Result<T, CallError> {
    let Some(address) = provider.address() else { return answer };
    let endpoint = Endpoint { provider: provider.account(), address, model };
    match (sign(&answer), answer) {
        (Sign::Nothing, answer) => answer,
        (Sign::Away(may_be_its_own), Err(error)) => {
            let away = retry_while_away(|| note(context, endpoint, may_be_its_own)).await;
            let failure = match away {
                Ok(away) => {
                    let who = away_name(address, may_be_its_own.then_some(model));
                    unanswered_failure(context, &who, error.failure, away)
                }
                Err(error) => internal_failure(error),
            };
            Err(CallError { failure, ..error })
        }
        (Sign::Answered | Sign::Away(_), answer) => {
            if let Err(error) = end(context, endpoint).await {
                // The next call that leaves ends it.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "others are not told that a provider is back");
            }
            answer
        }
    }
}

async fn note(
    context: &JobContext,
    endpoint: Endpoint<'_>,
    may_be_its_own: bool,
) -> Result<OutageAdvice> {
    let doing = "noting that a provider is away";
    let mut tx = store::begin(context.pool()).await.doing(doing)?;
    calls::lock_provider(&mut tx, endpoint.provider).await?;
    let (of, how) = ((context.execution, context.job), (may_be_its_own, rand::random::<u8>()));
    let away = outages::note_unanswered(&mut tx, endpoint, of.0, of.1, how.0, how.1).await?;
    tx.commit().await.doing(doing)?;
    Ok(away)
}

async fn end(context: &JobContext, endpoint: Endpoint<'_>) -> Result<()> {
    let doing = "opening a connection to note that a provider is back";
    let mut conn = context.pool().acquire().await.doing(doing)?;
    outages::note_answered(&mut conn, endpoint).await
}

/// What is away, as people read it: one model, or the whole address.
fn away_name(address: &str, model: Option<&str>) -> String {
    model.map_or_else(|| address.to_owned(), |model| format!("{model} at {address}"))
}

/// Whether a server of tools may be asked now.
///
/// # Errors
/// How long to wait, while it is away.
pub async fn check_tool_server(context: &JobContext, server: &str) -> Result<(), Failure> {
    let account = outages::tool_account(context.workspace, server);
    let find = async {
        let doing = "looking whether a server of tools is away";
        let mut conn = context.pool().acquire().await.doing(doing)?;
        outages::find_wait(&mut conn, Endpoint::of_tools(&account, server)).await
    };
    match find.await.map_err(internal_failure)? {
        Some((OutageWait::For(for_ms), _)) => {
            let for_ms = for_ms + calls::spread_ms(context.job);
            Err(Failure::for_limit(for_ms, AWAY, retry_text(&tool_server(server), for_ms)))
        }
        Some((OutageWait::Tried, _)) | None => Ok(()),
    }
}

/// Notes that a server of tools answers: its outage is over for everybody in the workspace.
pub async fn note_tool_server_back(context: &JobContext, server: &str) {
    let account = outages::tool_account(context.workspace, server);
    if let Err(error) = end(context, Endpoint::of_tools(&account, server)).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "others are not told that a server of tools is back");
    }
}

/// Notes that a server of tools is away; the failure says how long to wait, and ends with `why`.
pub async fn tool_server_away(context: &JobContext, server: &str, why: &str) -> Failure {
    let account = outages::tool_account(context.workspace, server);
    let endpoint = Endpoint::of_tools(&account, server);
    match retry_while_away(|| note(context, endpoint, false)).await {
        Ok(away) => {
            let (who, unanswered) = (tool_server(server), Failure::transient(AWAY, why));
            let failure = unanswered_failure(context, &who, unanswered, away);
            Failure { message: format!("{}. {why}", failure.message), ..failure }
        }
        Err(error) => internal_failure(error),
    }
}

fn tool_server(name: &str) -> String {
    format!("The tool server {name}")
}

/// The failure of a call that got no answer from `who`.
fn unanswered_failure(
    context: &JobContext,
    who: &str,
    failure: Failure,
    away: OutageAdvice,
) -> Failure {
    let may_have_happened = failure.may_have_happened;
    let waiting = match away {
        OutageAdvice::For(for_ms) => {
            let for_ms = for_ms + calls::spread_ms(context.job);
            let mut words = retry_text(who, for_ms);
            if may_have_happened {
                words.push_str(". The last call might have been charged");
            }
            Failure::for_limit(for_ms, AWAY, words)
        }
        OutageAdvice::TooLong(since_ms) => {
            let minutes = since_ms / 60_000;
            let words =
                format!("{who} hasn't answered for {minutes} minutes. Resume when it is back");
            Failure::hold(HoldReason::Provider, AWAY, words)
        }
        OutageAdvice::AnswersOthers => {
            return Failure { code: "provider_unavailable".to_owned(), ..failure };
        }
    };
    Failure { may_have_happened, ..waiting }
}

/// The failure of a call that is not made because its provider, or only this `model` of it, is away.
pub fn wait_failure(
    provider: &dyn Provider,
    model: Option<&str>,
    for_ms: u64,
    is_tried: bool,
) -> Failure {
    let who = away_name(provider.address().unwrap_or_else(|| provider.label()), model);
    let words = if is_tried {
        format!(
            "{who} doesn't answer; another call is testing it, and this step continues when it is back"
        )
    } else {
        retry_text(&who, for_ms)
    };
    Failure::for_limit(for_ms, AWAY, words)
}

fn retry_text(who: &str, for_ms: u64) -> String {
    format!("{who} doesn't answer; trying again in {} s", for_ms.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_is_there_whatever_it_says() {
        let sign_of = |failure: Failure| sign::<()>(&Err(failure.into()));
        let hold = HoldReason::Provider;

        assert_eq!(sign(&Ok(())), Sign::Answered);
        assert_eq!(sign_of(Failure::transient(AWAY, "")), Sign::Away(false));
        assert_eq!(sign_of(Failure::transient(GATEWAY, "")), Sign::Away(true));
        for answered in [
            Failure::transient("rate_limited", ""),
            Failure::transient("provider_unavailable", ""),
            Failure::permanent("request_refused", ""),
            Failure::hold(hold, "provider_refused_key", ""),
            Failure::permanent(AWAY, "the address of a picture"),
        ] {
            assert_eq!(sign_of(answered), Sign::Answered);
        }
        for nothing in [
            Failure::permanent("address_refused", ""),
            Failure::transient("unreachable", ""),
            Failure::transient("timeout", "").without_answer(),
        ] {
            assert_eq!(sign_of(nothing), Sign::Nothing);
        }
    }
}
