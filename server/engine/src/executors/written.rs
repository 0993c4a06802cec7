//! Paid calls for text: one call, and a second one that repairs an answer which is not of the kind
//! that was asked for. Before the second the first answer is kept, which is not paid for again where
//! the second waits, e.g. for a provider that is away, or its process is lost.

use model::{
    decide::Outcome,
    execution::{artifact, event::Charge, failure::Failure},
};
use outside::providers::{CallError, Provider, Repair, TextAnswer, TextRequest, TextSink, Used};
use serde_json::{Value, json};
use store::{
    error::Doing,
    executions::paid_texts::{self, PaidText},
};

use super::{
    attempt::Attempt,
    failure::internal_failure,
    paid::{Answered, PaidCallKind, failed_call, storable},
    paid_call_gate,
};
use crate::job::JobContext;

/// The most characters of a model's reasoning that are kept with its call.
const MOST_REASONING: usize = 50_000;
/// The most characters that are kept of an answer which was repaired.
const MOST_REPAIRED: usize = 2_000;

/// A call for text.
pub struct Asking<'a> {
    /// The provider that is called; the sample provider costs nothing.
    pub provider: &'a dyn Provider,
    /// The prompt with its settings; a repair is added to it before the second call.
    pub request: TextRequest,
    /// What is recorded of the request with the answer.
    pub inputs: Value,
}

/// An answer of the kind that was asked for.
pub struct Written<T> {
    /// The parsed answer.
    pub value: T,
    /// The last answer as it came.
    pub answer: TextAnswer,
    /// The charges of all calls, in their order.
    pub charges: Vec<Charge>,
    /// What is recorded of the request and of its calls.
    pub inputs: Value,
}

impl Asking<'_> {
    /// Makes the call, and one repair call if `judge` finds a fault, which it says in words. Text
    /// goes to `sink` as it arrives.
    ///
    /// # Errors
    /// The failed attempt, with what its calls cost.
    pub async fn write<T>(
        mut self,
        context: &JobContext,
        sink: &mut TextSink<'_>,
        judge: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Written<T>, Attempt> {
        let provider = self.provider;
        let asked = json!({ "inputs": self.inputs, "generation": context.generation });
        let kept = find_first(context, &asked).await.map_err(Attempt::from_failure)?;
        let is_kept = kept.is_some();
        let mut charges = vec![];
        if let Some(First { repair, unbilled }) = kept {
            self.ask_to_repair(repair);
            charges.extend(unbilled);
        }
        let admitted =
            paid_call_gate::admit_text(context, provider, &mut self.request, &self.inputs).await;
        let model = admitted.map_err(Attempt::from_failure)?;
        if !is_kept {
            let (answer, charge) = self.call(context, &model, sink).await?;
            let fault = match judge(&answer.text) {
                Ok(value) => return Ok(self.into_written(value, answer, vec![charge])),
                Err(fault) => fault,
            };
            self.ask_to_repair(Repair { answer: answer.text, fault: fault.clone() });
            self.keep_first(context, &asked, &charge).await;
            self.admit_repair(context, &model, &fault, &charge).await?;
            charges.push(charge);
        }
        // The repair is not streamed: the first answer stays on screen until the second is
        // complete.
        let again = self.call(context, &model, &mut |_| {}).await;
        let (answer, second) = match again {
            Ok(answered) => answered,
            Err(Attempt { outcome, charges: more }) => {
                charges.extend(more);
                return Err(Attempt { outcome, charges });
            }
        };
        charges.push(second);
        match judge(&answer.text) {
            Ok(value) => Ok(self.into_written(value, answer, charges)),
            Err(fault) => {
                let words = format!("{fault} The model was asked once to correct it.");
                Err(failed(bad_output(&words), charges))
            }
        }
    }

    /// Makes the request one for the correction of an answer.
    fn ask_to_repair(&mut self, repair: Repair) {
        let shown: String = repair.answer.chars().take(MOST_REPAIRED).collect();
        self.inputs[artifact::REPAIRED] = json!({ "fault": repair.fault, "answer": shown });
        self.request.repair = Some(repair);
        self.request.idempotency_key.push_str("-repair");
    }

    /// Admits the call that corrects an answer with this `fault`, which cost `charge`.
    ///
    /// # Errors
    /// The failed attempt where it is not admitted.
    async fn admit_repair(
        &self,
        context: &JobContext,
        model: &str,
        fault: &str,
        charge: &Charge,
    ) -> Result<(), Attempt> {
        let Self { provider, request, inputs } = self;
        let failure =
            match paid_call_gate::admit_repair(context, *provider, model, request, inputs, charge)
                .await
            {
                Ok(None) => return Ok(()),
                Ok(Some(words)) => {
                    bad_output(&format!("{fault} The model was not asked to correct it: {words}."))
                }
                Err(failure) => failure,
            };
        Err(failed(failure, vec![charge.clone()]))
    }

    /// Keeps the first answer for the attempts to come: it is paid for. Where that fails, they ask for
    /// it again.
    async fn keep_first(&self, context: &JobContext, asked: &Value, charge: &Charge) {
        let Some(repair) = &self.request.repair else { return };
        let answer = json!({ "answer": repair.answer, "fault": repair.fault, "charge": charge });
        let keep = async {
            let doing = "opening a connection for an answer";
            let mut conn = context.pool().acquire().await.doing(doing)?;
            paid_texts::keep(&mut conn, context.claim(), asked, &answer).await
        };
        if let Err(error) = keep.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "an answer that was paid for is not kept");
        }
    }

    async fn call(
        &self,
        context: &JobContext,
        model: &str,
        sink: &mut TextSink<'_>,
    ) -> Result<(TextAnswer, Charge), Attempt> {
        let provider = self.provider;
        let answer = provider.generate_text(&self.request, sink).await.and_then(check_answer);
        let answer = match paid_call_gate::note_answer(context, provider, model, answer).await {
            Ok(answer) => answer,
            Err(error) => {
                let failed = failed_call(context, provider, error, PaidCallKind::Text, model).await;
                return Err(failed.unwrap_or_else(Attempt::from_failure));
            }
        };
        let answered = Answered { provider, model: &answer.model, usage: answer.usage };
        let charge = answered.charge(context, PaidCallKind::Text, model).await;
        let charge = charge.map_err(|error| Attempt::from_failure(internal_failure(error)))?;
        Ok((answer, charge))
    }

    /// The result, with the reasoning and whether the answer was cut off in its inputs.
    fn into_written<T>(mut self, value: T, answer: TextAnswer, charges: Vec<Charge>) -> Written<T> {
        if !answer.reasoning.trim().is_empty() {
            let reasoning = storable(&answer.reasoning).chars().take(MOST_REASONING).collect();
            self.inputs[artifact::REASONING] = Value::String(reasoning);
        }
        if answer.is_cut_off {
            self.inputs[artifact::CUT_OFF] = true.into();
        }
        Written { value, answer, charges, inputs: self.inputs }
    }
}

/// A first answer that an earlier attempt has paid for.
struct First {
    /// The answer, and what was wrong with it.
    repair: Repair,
    /// What it cost, where no bill has it yet.
    unbilled: Option<Charge>,
}

/// The first answer that an earlier attempt has paid for.
async fn find_first(context: &JobContext, asked: &Value) -> Result<Option<First>, Failure> {
    // The first claim of a job has none before it.
    if context.fence <= 1 {
        return Ok(None);
    }
    let find = async {
        let mut conn =
            context.pool().acquire().await.doing("opening a connection for an answer")?;
        paid_texts::find(&mut conn, context.claim(), asked).await
    };
    let kept = find.await.map_err(internal_failure)?;
    let part = |kept: &Value, key: &str| kept[key].as_str().map(str::to_owned);
    Ok(kept.and_then(|PaidText { answer: kept, is_billed }| {
        let repair = Repair { answer: part(&kept, "answer")?, fault: part(&kept, "fault")? };
        let charge = || serde_json::from_value(kept["charge"].clone()).ok();
        Some(First { repair, unbilled: if is_billed { None } else { charge() } })
    }))
}

fn bad_output(words: &str) -> Failure {
    Failure::permanent("bad_model_output", words.to_owned())
}

/// A failed attempt after an answer that was paid for.
fn failed(failure: Failure, charges: Vec<Charge>) -> Attempt {
    Attempt { outcome: Outcome::Failed(Failure { may_have_happened: true, ..failure }), charges }
}

/// The answer without characters that cannot be stored; fails if it is empty.
fn check_answer(mut answer: TextAnswer) -> Result<TextAnswer, CallError> {
    answer.text = storable(&answer.text);
    if answer.text.trim().is_empty() {
        let failure = Failure::transient("empty_answer", "The model's answer was empty.");
        let used = Some(Box::new(Used { model: answer.model, usage: answer.usage }));
        return Err(CallError { failure, used });
    }
    Ok(answer)
}
