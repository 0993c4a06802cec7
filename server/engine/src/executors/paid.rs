//! Shared by the executors that call models: providers, seeds, charges, and answers that can be
//! stored.

use model::{
    decide::{ArtifactOut, ArtifactOutBody, Outcome},
    execution::{
        event::Charge,
        failure::{Failure, HoldReason},
    },
    id::ArtifactId,
    price::Price,
};
use outside::providers::{CallError, ItemOf, Provider, Providers, Usage};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{
    error::{Doing, EngineError, Result},
    prices,
};
use uuid::Uuid;

use super::{
    attempt::Attempt,
    failure::{internal_failure, retry_while_away},
};
use crate::{
    deps::{EngineDeps, SEALED_KEY},
    job::JobContext,
};

/// The providers that answer the prompts of a job's workspace.
pub async fn load_providers(context: &JobContext, deps: &EngineDeps) -> Result<Providers, Failure> {
    let pool = context.pool();
    let mut conn =
        pool.acquire().await.doing("looking for a provider").map_err(internal_failure)?;
    match deps.providers_of(&mut conn, context.workspace).await {
        // No call was made yet: the job waits until the key is entered again.
        Err(EngineError::Conflict { code: SEALED_KEY, detail }) => {
            Err(Failure::hold(HoldReason::Provider, SEALED_KEY, detail))
        }
        found => found.map_err(internal_failure),
    }
}

/// An answer of a provider, for its charge and its artifact.
pub struct Answered<'a> {
    pub provider: &'a dyn Provider,
    /// The model that answered, by the name that the provider gives it.
    pub model: &'a str,
    /// The tokens that the answer is billed for.
    pub usage: Usage,
}

/// What a paid call asks for, which says how it is priced.
#[derive(Clone, Copy)]
pub enum PaidCallKind {
    /// A text, priced by its tokens.
    Text,
    /// One image, priced by the image or by its tokens.
    Image,
}

impl Answered<'_> {
    /// The charge at the current price. A model that answers under another name than `asked`, e.g.
    /// with a date, and has no price of its own, costs what `asked` costs.
    pub async fn charge(
        &self,
        context: &JobContext,
        kind: PaidCallKind,
        asked: &str,
    ) -> Result<Charge> {
        let name = self.provider.name();
        let price = retry_while_away(|| self.price(context, asked)).await?;
        let (input, output) = (count(self.usage.input_tokens), count(self.usage.output_tokens));
        let cost_micros = match kind {
            PaidCallKind::Text => price.for_cached(input, count(self.usage.cached_tokens), output),
            PaidCallKind::Image => price.of_image(input, output),
        };
        Ok(Charge {
            provider: name.to_owned(),
            model: self.model.to_owned(),
            input_tokens: input,
            output_tokens: output,
            cost_micros,
            sample: self.provider.is_sample(),
            estimated: self.usage.is_estimated && !self.provider.is_sample(),
        })
    }

    async fn price(&self, context: &JobContext, asked: &str) -> Result<Price> {
        let name = self.provider.name();
        let mut conn = context.pool().acquire().await.doing("opening a connection for a price")?;
        let price = prices::find_for_model(&mut conn, context.workspace, name, self.model).await?;
        if price != Price::default() {
            return Ok(price);
        }
        prices::find_for_model(&mut conn, context.workspace, name, asked).await
    }

    /// The artifact of the answer, on this output port, with what it was made from.
    pub fn artifact(&self, port: &str, body: ArtifactOutBody, inputs: Value) -> ArtifactOut {
        ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: port.to_owned(),
            body,
            inputs,
            provider: self.provider.name().to_owned(),
            model: self.model.to_owned(),
            sample: self.provider.is_sample(),
        }
    }
}

/// The failed attempt of a call without a usable answer, with what the call cost.
pub async fn failed_call(
    context: &JobContext,
    provider: &dyn Provider,
    error: CallError,
    kind: PaidCallKind,
    asked: &str,
) -> Result<Attempt, Failure> {
    let mut charges = vec![];
    if let Some(used) = &error.used {
        let answered = Answered { provider, model: &used.model, usage: used.usage };
        charges.push(answered.charge(context, kind, asked).await.map_err(internal_failure)?);
    }
    Ok(Attempt { outcome: Outcome::Failed(error.failure), charges })
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// The seed of a call: the same for every attempt of an item, so that a repeated call asks for the
/// same answer.
pub fn seed(context: &JobContext) -> u64 {
    let mut hash = Sha256::new();
    hash.update(context.execution.0.as_bytes());
    hash.update(context.node_id.as_str());
    hash.update(context.item.to_be_bytes());
    hash.update(context.generation.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The number of the job's item and how many items its node has.
pub fn item(context: &JobContext) -> ItemOf {
    ItemOf { index: context.item, count: context.count.max(1) }
}

/// The recorded inputs of an answer, with the feedback of a reviewer if there is any.
pub fn made_from(mut inputs: Value, context: &JobContext) -> Value {
    if let (Some(inputs), Some(feedback)) = (inputs.as_object_mut(), &context.feedback) {
        inputs.insert("feedback".to_owned(), Value::String(feedback.clone()));
    }
    inputs
}

/// Adds to a prompt the feedback of a reviewer, and the number of its variation if the node has
/// several jobs.
pub fn vary_prompt(prompt: String, context: &JobContext) -> String {
    let prompt = match &context.feedback {
        Some(feedback) => format!("{prompt}\n\nA reviewer asked for changes: {feedback}"),
        None => prompt,
    };
    if context.count < 2 {
        return prompt;
    }
    let (number, count) = (context.item + 1, context.count);
    format!(
        "{prompt}\n\nThis is variation {number} of {count}: make it clearly different from the others."
    )
}

/// Text as PostgreSQL can keep it: without NUL.
pub fn storable(text: &str) -> String {
    text.replace('\0', "")
}
