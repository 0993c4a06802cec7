//! `ai_review`: asks a model for a score of content, with feedback and suggestions.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    decide::{ArtifactOutBody, JobOutput, Outcome},
    execution::failure::Failure,
    id::DocumentId,
    nodes::{
        NodeConfig,
        ai_review::{Config, Verdict},
    },
    value::{DocumentRef, text_of},
};
use outside::providers::{TextFormat, TextRequest};
use serde_json::{Map, Value, json};
use store::{error::Doing, library};

use super::{
    attempt::{Attempt, Executor},
    failure::{expression_failure, internal_failure},
    paid::{Answered, item, load_providers, seed},
    written::{Asking, Written},
};
use crate::{deps::EngineDeps, job::JobContext};

const SYSTEM: &str = "You are a strict, fair editor. Judge only by the criteria. Answer with JSON: \
    a score from 0 to 10, feedback in two or three sentences, and up to five concrete suggestions.";

/// Works on `ai_review` jobs.
pub struct AiReview {
    deps: EngineDeps,
}

impl AiReview {
    /// Asks the providers of `deps`.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: deps.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let threshold = config.threshold(&context.scope).map_err(expression_failure)?;
        let request = request(context, config).await?;
        let provider =
            load_providers(context, &self.deps).await?.text(config.model.as_deref()).await;
        let inputs = json!({
            "prompt": request.prompt,
            "system_prompt": request.system,
            "threshold": threshold,
            "provider": provider.name(),
            "seed": request.seed.to_string(),
        });
        let asking = Asking { provider: &*provider, request, inputs };
        let judge = |text: &str| verdict(text, threshold);
        let written = match asking.write(context, &mut |_| {}, judge).await {
            Ok(written) => written,
            Err(attempt) => return Ok(attempt),
        };
        let Written { value: verdict, answer, charges, inputs } = written;
        let answered = Answered { provider: &*provider, model: &answer.model, usage: answer.usage };
        let output = JobOutput {
            values: Map::from_iter([("output".to_owned(), verdict.clone())]),
            artifacts: vec![answered.artifact("output", ArtifactOutBody::Json(verdict), inputs)],
            ..JobOutput::default()
        };
        Ok(Attempt { outcome: Outcome::Done(output), charges })
    }
}

#[async_trait]
impl Executor for AiReview {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(120)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::AiReview(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't a review step.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}

async fn request(context: &JobContext, config: &Config) -> Result<TextRequest, Failure> {
    let criteria = config.criteria.render(&context.scope).map_err(expression_failure)?;
    let content = content(context, config).await?;
    Ok(TextRequest {
        model: config.model.clone(),
        system: Some(SYSTEM.to_owned()),
        prompt: format!("Criteria:\n{criteria}\n\nContent to judge:\n{content}"),
        temperature: Some(0.0),
        format: TextFormat::Json { schema: schema() },
        seed: seed(context),
        item: item(context),
        idempotency_key: context.idempotency_key(),
        ..TextRequest::default()
    })
}

/// The content to judge as text: the texts of documents, any other value as in a prompt.
async fn content(context: &JobContext, config: &Config) -> Result<String, Failure> {
    let value = match &config.content {
        Some(text) if !text.is_blank() => text.value(&context.scope).map_err(expression_failure)?,
        _ => context.input("input").unwrap_or_default(),
    };
    let ids: Vec<DocumentId> =
        DocumentRef::list(&value).into_iter().map(|document| document.document_id).collect();
    let text = match ids.as_slice() {
        [] => text_of(&value),
        ids => {
            let doing = "opening a connection for documents";
            let mut conn = context.pool().acquire().await.doing(doing).map_err(internal_failure)?;
            let texts = library::document_texts(&mut conn, context.workspace, ids).await;
            texts.map_err(internal_failure)?.join("\n\n")
        }
    };
    if text.trim().is_empty() {
        let words = "There is nothing to review. Check the step's input.";
        return Err(Failure::permanent("nothing_to_review", words));
    }
    Ok(text)
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "score": { "type": "number", "minimum": 0, "maximum": 10 },
            "feedback": { "type": "string" },
            "suggestions": { "type": "array", "items": { "type": "string" }, "maxItems": 5 },
        },
        "required": ["score", "feedback", "suggestions"],
        "additionalProperties": false,
    })
}

/// Parses the model's answer and decides by the threshold whether it passes; the error says what is
/// wrong with the answer.
fn verdict(text: &str, threshold: f64) -> Result<Value, String> {
    let mut verdict: Verdict = serde_json::from_str(text)
        .map_err(|error| format!("The model's answer isn't a valid review: {error}."))?;
    if !(0.0..=10.0).contains(&verdict.score) {
        return Err(format!("The model's score is {}, but must be from 0 to 10.", verdict.score));
    }
    verdict.passed = verdict.score >= threshold;
    serde_json::to_value(verdict).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::verdict;

    #[test]
    fn the_threshold_decides_and_not_the_model() {
        let text = r#"{"score": 6.5, "passed": true, "feedback": "Fine.", "suggestions": []}"#;

        assert_eq!(verdict(text, 7.0).unwrap()["passed"], false);
        assert_eq!(verdict(text, 6.5).unwrap()["passed"], true);
    }

    #[test]
    fn an_answer_that_is_no_verdict_is_an_error() {
        for text in ["fine", "{}", r#"{"score": 11, "feedback": "", "suggestions": []}"#] {
            assert!(verdict(text, 7.0).unwrap_err().starts_with("The model's"), "{text}");
        }
    }
}
