//! What the nodes that call models share: seeds, charges, and answers that can be stored.

use model::{
    decide::{ArtifactOut, ArtifactOutBody, Outcome},
    execution::{event::Charge, failure::Failure},
    id::ArtifactId,
    price::Price,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Attempt, ours, patiently};
use crate::{
    error::{Doing, Result},
    job::JobContext,
    providers::{CallError, ItemOf, Provider, Usage},
    store::prices,
};

/// Who answered, with which model.
pub struct Answered<'a> {
    /// Who.
    pub provider: &'a dyn Provider,
    /// With which model.
    pub model: &'a str,
    /// What it used.
    pub usage: Usage,
}

/// What was bought.
#[derive(Clone, Copy)]
pub enum Goods {
    /// Text.
    Text,
    /// One picture.
    Image,
}

impl Answered<'_> {
    /// The charge, at the price of this moment; a model that answers by a name of its own, e.g. with
    /// a date, costs what the one that was `asked` does.
    pub async fn charge(&self, context: &JobContext, goods: Goods, asked: &str) -> Result<Charge> {
        let name = self.provider.name();
        let price = patiently(|| self.price(context, asked)).await?;
        let (input, output) = (count(self.usage.input_tokens), count(self.usage.output_tokens));
        let cost_micros = match goods {
            Goods::Text => price.of_tokens(input, output),
            Goods::Image => price.of_image(input, output),
        };
        Ok(Charge {
            provider: name.to_owned(),
            model: self.model.to_owned(),
            input_tokens: input,
            output_tokens: output,
            cost_micros,
            sample: self.provider.is_sample(),
        })
    }

    async fn price(&self, context: &JobContext, asked: &str) -> Result<Price> {
        let name = self.provider.name();
        let mut conn = context.pool().acquire().await.doing("opening a connection for a price")?;
        let price = prices::of_model(&mut conn, context.workspace, name, self.model).await?;
        if price != Price::default() {
            return Ok(price);
        }
        prices::of_model(&mut conn, context.workspace, name, asked).await
    }

    /// The artifact of an answer.
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

/// The attempt that a call ends which gave nothing that can be used: it failed, at what it cost.
pub async fn failed_call(
    context: &JobContext,
    provider: &dyn Provider,
    error: CallError,
    goods: Goods,
    asked: &str,
) -> Result<Attempt, Failure> {
    let mut charges = vec![];
    if let Some(used) = &error.used {
        let answered = Answered { provider, model: &used.model, usage: used.usage };
        charges.push(answered.charge(context, goods, asked).await.map_err(ours)?);
    }
    Ok(Attempt { outcome: Outcome::Failed(error.failure), charges })
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// The same for every try of an item: a repeated call asks for the same answer.
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

/// Which of how many.
pub fn item(context: &JobContext) -> ItemOf {
    ItemOf { index: context.item, count: context.count.max(1) }
}

/// What an answer is made from, with what a reviewer asked to be different.
pub fn made_from(mut inputs: Value, context: &JobContext) -> Value {
    if let (Some(inputs), Some(feedback)) = (inputs.as_object_mut(), &context.feedback) {
        inputs.insert("feedback".to_owned(), Value::String(feedback.clone()));
    }
    inputs
}

/// A prompt that asks for its own variation when the node makes several, and for what a reviewer
/// wants to be different.
pub fn varied(prompt: String, context: &JobContext) -> String {
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
