//! `generate_copy`: asks a model for text, streams it, and keeps it as an artifact and a document.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    decide::{ArtifactOutBody, DocumentOut, JobOutput, Outcome},
    execution::{brought::Brought, failure::Failure},
    id::DocumentId,
    nodes::{
        NodeConfig,
        generate_copy::{Config, Output},
    },
    value::DocumentRef,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Attempt, Executor, context_documents, leave, ours,
    paid::{Answered, Goods, failed_call, item, made_from, seed, storable, varied},
    providers, unfit,
};
use crate::{
    job::JobContext,
    parts::Parts,
    providers::{CallError, Provider, TextAnswer, TextFormat, TextRequest, Used, list_items},
    schema,
};

/// Works on `generate_copy` jobs.
pub struct GenerateCopy {
    parts: Parts,
}

impl GenerateCopy {
    /// Asks the parts' providers; images of context documents come from their blob store.
    pub fn new(parts: &Parts) -> Self {
        Self { parts: parts.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let (mut request, documents) = self.request(context, config).await?;
        // Before the call: what was paid is not lost by it.
        let title = title(context, config).await?;
        let provider = providers(context, &self.parts).await?.text(config.model.as_deref()).await;
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
        let model = leave::text(context, &*provider, &mut request, &inputs).await?;
        let answer = ask(context, &*provider, &request).await;
        let answer = match leave::heard(context, (&*provider, &model), answer).await {
            Ok(answer) => answer,
            Err(error) => {
                return failed_call(context, &*provider, error, Goods::Text, &model).await;
            }
        };
        let answered = Answered { provider: &*provider, model: &answer.model, usage: answer.usage };
        let charge = answered.charge(context, Goods::Text, &model).await.map_err(ours)?;
        let outcome = match output(config, title, (&answered, &answer.text), inputs) {
            Ok(output) => Outcome::Done(output),
            Err(failure) => Outcome::Failed(failure),
        };
        Ok(Attempt { outcome, charges: vec![charge] })
    }

    /// What to ask, and the documents that go along.
    async fn request(
        &self,
        context: &JobContext,
        config: &Config,
    ) -> Result<(TextRequest, Vec<DocumentId>), Failure> {
        let scope = &context.scope;
        let prompt = config.prompt.render(scope).map_err(|error| unfit(&error))?;
        let system = config.system_prompt.render(scope).map_err(|error| unfit(&error))?;
        let material =
            context_documents::gather(context, &config.context_documents, &*self.parts.blobs)
                .await?;
        let request = TextRequest {
            model: config.model.clone(),
            system: Some(system).filter(|text| !text.trim().is_empty()),
            prompt: varied(prompt, context),
            context: material.passages,
            images: material.images,
            temperature: Some(config.temperature(scope).map_err(|error| unfit(&error))?),
            max_tokens: config.max_tokens(scope).map_err(|error| unfit(&error))?,
            format: format(&config.output),
            seed: seed(context),
            item: item(context),
            idempotency_key: context.idempotency_key(),
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
        match context.node().map(|node| &node.data.config) {
            Some(NodeConfig::GenerateCopy(config)) => {
                self.attempt(context, config).await.unwrap_or_else(Attempt::failed)
            }
            _ => Attempt::failed(Failure::permanent("wrong_node", "This is no text node.")),
        }
    }
}

async fn ask(
    context: &JobContext,
    provider: &dyn Provider,
    request: &TextRequest,
) -> Result<TextAnswer, CallError> {
    let streamed = context.stream_text();
    let mut answer = provider.generate_text(request, &mut |piece| streamed.push(piece)).await?;
    answer.text = storable(&answer.text);
    if answer.text.trim().is_empty() {
        let failure = Failure::permanent("empty_answer", "The model answered with nothing.");
        let used = Some(Used { model: answer.model, usage: answer.usage });
        return Err(CallError { failure, used });
    }
    Ok(answer)
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

fn output(
    config: &Config,
    title: Option<String>,
    (answered, text): (&Answered<'_>, &str),
    inputs: Value,
) -> Result<JobOutput, Failure> {
    let (texts, body) = match &config.output {
        Output::Text => (vec![json!(text)], ArtifactOutBody::Text(text.to_owned())),
        Output::List => {
            let items: Vec<Value> = list_items(text).into_iter().map(Value::String).collect();
            (items, ArtifactOutBody::Text(text.to_owned()))
        }
        Output::Json { schema: wanted } => {
            let value: Value = serde_json::from_str(text).map_err(|error| {
                let message = format!("The model's answer is not valid JSON: {error}.");
                Failure::transient("bad_model_output", message)
            })?;
            wanted.as_ref().map_or(Ok(()), |wanted| schema::check(wanted, &value))?;
            (vec![value.clone()], ArtifactOutBody::Json(value))
        }
    };
    let document = title.map(|title| DocumentOut {
        id: DocumentId(Uuid::now_v7()),
        title,
        content: text.to_owned(),
        status: config.output_status.as_str().to_owned(),
        sample: answered.provider.is_sample(),
    });
    let documents: Vec<_> = document.into_iter().collect();
    let references = documents
        .iter()
        .map(|made| DocumentRef { document_id: made.id, title: made.title.clone() }.to_value());
    let values = Map::from_iter([
        ("texts".to_owned(), Value::Array(texts)),
        ("documents".to_owned(), references.collect()),
    ]);
    let artifacts = vec![answered.artifact("texts", body, inputs)];
    Ok(JobOutput { values, artifacts, documents, attachments: vec![] })
}

/// What the document will be called; none where none is made.
async fn title(context: &JobContext, config: &Config) -> Result<Option<String>, Failure> {
    if !config.save_as_document {
        return Ok(None);
    }
    let label = || context.node().map_or_else(String::new, |node| node.title().to_owned());
    let wanted = match &config.document_title {
        Some(title) => title.render(&context.scope).map_err(|error| unfit(&error))?,
        None if context.count < 2 => label(),
        None => format!("{} {}", label(), context.item + 1),
    };
    context.claim_title(wanted).await.map(Some).map_err(ours)
}
