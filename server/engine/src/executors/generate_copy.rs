//! `generate_copy`: asks a model for text, streams it, and stores it as an artifact and a document.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    answer::list_items,
    decide::{ArtifactOutBody, DocumentOut, JobOutput, Outcome},
    execution::{brought::Brought, failure::Failure},
    id::DocumentId,
    nodes::{NodeConfig, generate_copy::Config},
    text_output::Output,
    value::DocumentRef,
};
use outside::{
    providers::{Provider, TextFormat, TextRequest},
    schema::Schema,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    attempt::{Attempt, Executor},
    context_documents,
    failure::{expression_failure, internal_failure},
    paid::{Answered, item, load_providers, made_from, seed, vary_prompt},
    written::{Asking, Written},
};
use crate::{deps::EngineDeps, job::JobContext};

/// Works on `generate_copy` jobs.
pub struct GenerateCopy {
    deps: EngineDeps,
}

impl GenerateCopy {
    /// Asks the providers of `deps`; images of context documents come from their blob store.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: deps.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let (request, documents) = self.request(context, config).await?;
        // Before the call, because a failure here must not lose a paid answer.
        let title = title(context, config).await?;
        let schema = schema(&config.output)?;
        let provider =
            load_providers(context, &self.deps).await?.text(config.model.as_deref()).await;
        let mut inputs = json!({
            "prompt": request.whole_prompt(),
            "system_prompt": request.system,
            "temperature": request.temperature,
            "provider": provider.name(),
            "seed": request.seed.to_string(),
        });
        if !documents.is_empty() {
            inputs[Brought::READ] = json!(documents);
        }
        let inputs = made_from(inputs, context);
        let asking = Asking { provider: &*provider, request, inputs };
        let streamed = context.stream_text();
        let judge = |text: &str| texts(&config.output, schema.as_ref(), text);
        let written = match asking.write(context, &mut |piece| streamed.push(piece), judge).await {
            Ok(written) => written,
            Err(attempt) => return Ok(attempt),
        };
        let charges = written.charges.clone();
        Ok(Attempt { outcome: Outcome::Done(output(config, title, &*provider, written)), charges })
    }

    /// The request, and the ids of the documents in its context.
    async fn request(
        &self,
        context: &JobContext,
        config: &Config,
    ) -> Result<(TextRequest, Vec<DocumentId>), Failure> {
        let scope = &context.scope;
        let prompt = config.prompt.render(scope).map_err(expression_failure)?;
        let system = config.system_prompt.render(scope).map_err(expression_failure)?;
        let material =
            context_documents::gather(context, &config.context_documents, &*self.deps.blobs)
                .await?;
        let request = TextRequest {
            model: config.model.clone(),
            system: Some(system).filter(|text| !text.trim().is_empty()),
            prompt: vary_prompt(prompt, context),
            context: material.passages,
            images: material.images,
            temperature: Some(config.temperature(scope).map_err(expression_failure)?),
            max_tokens: config.max_tokens(scope).map_err(expression_failure)?,
            format: format(&config.output),
            seed: seed(context),
            item: item(context),
            idempotency_key: context.idempotency_key(),
            repair: None,
        };
        Ok((request, material.documents))
    }
}

#[async_trait]
impl Executor for GenerateCopy {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(120)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::GenerateCopy(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't a text step.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}

fn format(output: &Output) -> TextFormat {
    match output {
        Output::Text => TextFormat::Text,
        Output::List => TextFormat::List,
        Output::Json { schema } => {
            TextFormat::Json { schema: schema.clone().unwrap_or_else(|| json!({"type": "object"})) }
        }
    }
}

/// The schema of a JSON answer; none for text.
fn schema(output: &Output) -> Result<Option<Schema>, Failure> {
    let TextFormat::Json { schema } = format(output) else { return Ok(None) };
    Schema::read(&schema).map(Some)
}

/// The values that the node passes on, and the body of its artifact; the error says what is wrong
/// with the answer.
fn texts(
    output: &Output,
    schema: Option<&Schema>,
    text: &str,
) -> Result<(Vec<Value>, ArtifactOutBody), String> {
    let body = || ArtifactOutBody::Text(text.to_owned());
    Ok(match (output, schema) {
        (Output::List, _) => (list_items(text).into_iter().map(Value::String).collect(), body()),
        (Output::Json { .. }, Some(schema)) => {
            let value = schema.parse_answer(text)?;
            (vec![value.clone()], ArtifactOutBody::Json(value))
        }
        (Output::Text | Output::Json { .. }, _) => (vec![json!(text)], body()),
    })
}

fn output(
    config: &Config,
    title: Option<String>,
    provider: &dyn Provider,
    written: Written<(Vec<Value>, ArtifactOutBody)>,
) -> JobOutput {
    let Written { value: (texts, body), answer, inputs, .. } = written;
    let answered = Answered { provider, model: &answer.model, usage: answer.usage };
    let artifacts = vec![answered.artifact("texts", body, inputs)];
    let document = title.map(|title| DocumentOut {
        id: DocumentId(Uuid::now_v7()),
        title,
        content: answer.text,
        status: config.output_status.as_str().to_owned(),
        sample: provider.is_sample(),
    });
    let documents: Vec<_> = document.into_iter().collect();
    let references = documents
        .iter()
        .map(|made| DocumentRef { document_id: made.id, title: made.title.clone() }.to_value());
    let values = Map::from_iter([
        ("texts".to_owned(), Value::Array(texts)),
        ("documents".to_owned(), references.collect()),
    ]);
    JobOutput { values, artifacts, documents, attachments: vec![] }
}

/// The title of the document; none if the node makes no document.
async fn title(context: &JobContext, config: &Config) -> Result<Option<String>, Failure> {
    if !config.save_as_document {
        return Ok(None);
    }
    let label = || context.node().map_or_else(String::new, |node| node.title().to_owned());
    let wanted = match &config.document_title {
        Some(title) => title.render(&context.scope).map_err(expression_failure)?,
        None if context.count < 2 => label(),
        None => format!("{} {}", label(), context.item + 1),
    };
    context.claim_title(wanted).await.map(Some).map_err(internal_failure)
}
