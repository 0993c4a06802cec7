//! Paid calls for text: one call, and a second one that repairs an answer which is not of the kind
//! that was asked for.

use model::{
    decide::{ArtifactOut, Outcome},
    execution::{event::Charge, failure::Failure},
};
use serde_json::{Value, json};

use super::{
    attempt::Attempt,
    failure::internal_failure,
    paid::{Answered, PaidCallKind, failed_call, storable},
    paid_call_gate,
};
use crate::{
    job::JobContext,
    providers::{CallError, Provider, Repair, TextAnswer, TextRequest, TextSink, Used},
};

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
        let admitted =
            paid_call_gate::admit_text(context, provider, &mut self.request, &self.inputs).await;
        let model = admitted.map_err(Attempt::from_failure)?;
        let (answer, charge) = self.call(context, &model, sink).await?;
        let fault = match judge(&answer.text) {
            Ok(value) => return Ok(self.into_written(value, answer, vec![charge])),
            Err(fault) => fault,
        };
        let failed = |failure: Failure, charges: Vec<Charge>| Attempt {
            outcome: Outcome::Failed(Failure { may_have_happened: true, ..failure }),
            charges,
        };
        let bad = |fault: &str| Failure::permanent("bad_model_output", fault.to_owned());
        let shown: String = answer.text.chars().take(MOST_REPAIRED).collect();
        self.inputs[ArtifactOut::REPAIRED] = json!({ "fault": fault, "answer": shown });
        self.request.repair = Some(Repair { answer: answer.text, fault: fault.clone() });
        self.request.idempotency_key.push_str("-repair");
        let (request, inputs) = (&self.request, &self.inputs);
        match paid_call_gate::admit_repair(context, provider, &model, request, inputs, &charge)
            .await
        {
            Ok(None) => {}
            Ok(Some(words)) => {
                let words = format!("{fault} The model was not asked to correct it: {words}.");
                return Err(failed(bad(&words), vec![charge]));
            }
            Err(failure) => return Err(failed(failure, vec![charge])),
        }
        // The repair is not streamed: the first answer stays on screen until the second is
        // complete.
        let again = self.call(context, &model, &mut |_| {}).await;
        let (answer, second) = match again {
            Ok(answered) => answered,
            Err(Attempt { outcome, mut charges }) => {
                charges.insert(0, charge);
                return Err(Attempt { outcome, charges });
            }
        };
        let charges = vec![charge, second];
        match judge(&answer.text) {
            Ok(value) => Ok(self.into_written(value, answer, charges)),
            Err(fault) => {
                let words = format!("{fault} The model was asked once to correct it.");
                Err(failed(bad(&words), charges))
            }
        }
    }

    /// Makes one call; gives the answer and its charge.
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
            self.inputs[ArtifactOut::REASONING] = Value::String(reasoning);
        }
        if answer.is_cut_off {
            self.inputs[ArtifactOut::CUT_OFF] = true.into();
        }
        Written { value, answer, charges, inputs: self.inputs }
    }
}

/// The answer without characters that cannot be stored; fails if it is empty.
fn check_answer(mut answer: TextAnswer) -> Result<TextAnswer, CallError> {
    answer.text = storable(&answer.text);
    if answer.text.trim().is_empty() {
        let failure = Failure::permanent("empty_answer", "The model's answer was empty.");
        let used = Some(Used { model: answer.model, usage: answer.usage });
        return Err(CallError { failure, used });
    }
    Ok(answer)
}
