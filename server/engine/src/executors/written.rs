//! Text that a model is asked for and paid for: one call, and one more where the answer is not what was
//! asked for.

use model::{
    decide::{ArtifactOut, Outcome},
    execution::{event::Charge, failure::Failure},
};
use serde_json::{Value, json};

use super::{
    Attempt, leave, ours,
    paid::{Answered, Goods, failed_call, storable},
};
use crate::{
    job::JobContext,
    providers::{CallError, Provider, Repair, TextAnswer, TextRequest, TextSink, Used},
};

/// So much of what a model thought is kept with its call, in characters.
const MOST_REASONING: usize = 50_000;
/// So much of an answer that was put right is kept, in characters.
const MOST_REPAIRED: usize = 2_000;

/// What is asked, and of whom.
pub struct Asking<'a> {
    /// Of whom.
    pub provider: &'a dyn Provider,
    /// What.
    pub request: TextRequest,
    /// What is kept of it with the answer.
    pub inputs: Value,
}

/// An answer of the kind that was asked for.
pub struct Written<T> {
    /// What it was read as.
    pub value: T,
    /// The answer itself.
    pub answer: TextAnswer,
    /// What all calls cost.
    pub charges: Vec<Charge>,
    /// What was asked, and what is known of the calls.
    pub inputs: Value,
}

impl Asking<'_> {
    /// Asks, with one repair turn where `judge` says in words what is wrong with the answer.
    ///
    /// # Errors
    /// The attempt that ends here, at what it cost.
    pub async fn write<T>(
        mut self,
        context: &JobContext,
        sink: &mut TextSink<'_>,
        judge: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Written<T>, Attempt> {
        let left = leave::text(context, self.provider, &mut self.request, &self.inputs).await;
        let model = left.map_err(Attempt::failed)?;
        let (answer, charge) = self.call(context, &model, sink).await?;
        let fault = match judge(&answer.text) {
            Ok(value) => return Ok(self.written(value, answer, vec![charge])),
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
        match leave::repair(context, self.provider, &model, &self.request, &self.inputs, &charge)
            .await
        {
            Ok(None) => {}
            Ok(Some(words)) => {
                let words = format!("{fault} It was not asked to put it right: {words}.");
                return Err(failed(bad(&words), vec![charge]));
            }
            Err(failure) => return Err(failed(failure, vec![charge])),
        }
        // What was streamed stays until all of the better answer is there.
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
            Ok(value) => Ok(self.written(value, answer, charges)),
            Err(fault) => {
                let words = format!("{fault} It was asked once to put it right.");
                Err(failed(bad(&words), charges))
            }
        }
    }

    /// One call and what it cost.
    async fn call(
        &self,
        context: &JobContext,
        model: &str,
        sink: &mut TextSink<'_>,
    ) -> Result<(TextAnswer, Charge), Attempt> {
        let provider = self.provider;
        let answer = provider.generate_text(&self.request, sink).await.and_then(filled);
        let answer = match leave::heard(context, (provider, model), answer).await {
            Ok(answer) => answer,
            Err(error) => {
                let failed = failed_call(context, provider, error, Goods::Text, model).await;
                return Err(failed.unwrap_or_else(Attempt::failed));
            }
        };
        let answered = Answered { provider, model: &answer.model, usage: answer.usage };
        let charge = answered.charge(context, Goods::Text, model).await;
        let charge = charge.map_err(|error| Attempt::failed(ours(error)))?;
        Ok((answer, charge))
    }

    /// With what is known of the call, for whoever asks why the answer is as it is.
    fn written<T>(mut self, value: T, answer: TextAnswer, charges: Vec<Charge>) -> Written<T> {
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

/// An answer that can be stored and says something.
fn filled(mut answer: TextAnswer) -> Result<TextAnswer, CallError> {
    answer.text = storable(&answer.text);
    if answer.text.trim().is_empty() {
        let failure = Failure::permanent("empty_answer", "The model answered with nothing.");
        let used = Some(Used { model: answer.model, usage: answer.usage });
        return Err(CallError { failure, used });
    }
    Ok(answer)
}
