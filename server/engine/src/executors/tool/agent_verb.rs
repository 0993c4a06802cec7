//! Agent verbs: a paid call of a model, which answers with JSON of the verb's schema.

use model::{
    decide::{ArtifactOutBody, JobOutput, Outcome},
    execution::failure::Failure,
    id::ToolCallId,
    mcp::agent::{AgentVerb, without_examples},
};
use outside::{
    mcp::hash::definition_hash,
    providers::{Provider, TextFormat, TextRequest},
    schema::Schema,
};
use serde_json::{Map, Value, json};
use store::{
    calls::tool_calls::{self, ToolCall, ToolCallEnd},
    error::{Doing, Result as EngineResult},
};
use uuid::Uuid;

use super::answer::OUTPUT;
use crate::{
    deps::EngineDeps,
    executors::{
        attempt::Attempt,
        failure::retry_while_away,
        paid::{Answered, item, load_providers, made_from, seed, vary_prompt},
        written::{Asking, Written},
    },
    job::JobContext,
    tools::arguments,
};

/// Judging needs few surprises.
const TEMPERATURE: f64 = 0.2;

/// A verb with what it is asked about.
pub(super) struct VerbRequest<'a> {
    pub verb: AgentVerb,
    /// The tool as the workflow names it.
    pub tool: &'a str,
    pub arguments: Map<String, Value>,
}

/// Asks the workspace's model, streams what it writes, and gives its answer as the output of the
/// node.
///
/// # Errors
/// Why no call was made.
pub(super) async fn attempt(
    deps: &EngineDeps,
    context: &JobContext,
    asked: VerbRequest<'_>,
) -> Result<Attempt, Failure> {
    let VerbRequest { verb, tool, arguments } = asked;
    let arguments = arguments::fit(tool, arguments, &verb.input_schema())?;
    let answer_schema = verb.output_schema();
    let judge = Schema::read(&answer_schema)?;
    let provider = load_providers(context, deps).await?.text(None).await;
    let schema = if provider.is_sample() { answer_schema } else { without_examples(answer_schema) };
    let request = TextRequest {
        system: Some(verb.system_prompt()),
        prompt: vary_prompt(verb.prompt(&arguments), context),
        temperature: Some(TEMPERATURE),
        format: TextFormat::Json { schema },
        seed: seed(context),
        item: item(context),
        idempotency_key: context.idempotency_key(),
        ..TextRequest::default()
    };
    let inputs = json!({
        "tool": tool,
        "prompt": request.prompt,
        "system_prompt": request.system,
        "temperature": request.temperature,
        "provider": provider.name(),
        "seed": request.seed.to_string(),
    });
    let asking = Asking { provider: &*provider, request, inputs: made_from(inputs, context) };
    let streamed = context.stream_text();
    let judge = |text: &str| judge.parse_answer(text);
    let written = asking.write(context, &mut |piece| streamed.push(piece), judge).await;
    let attempt = match written {
        Ok(written) => into_attempt(&*provider, written),
        Err(attempt) => attempt,
    };
    let hash = definition_hash(&verb.definition());
    let call = ToolCall {
        id: ToolCallId(Uuid::now_v7()),
        tool,
        definition_hash: &hash,
        arguments: &arguments,
        sample: provider.is_sample(),
    };
    if let Err(error) = retry_while_away(|| record(context, call, &attempt)).await {
        // What was paid for is not given up for its row.
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "the call of an agent verb has no row");
    }
    Ok(attempt)
}

fn into_attempt(provider: &dyn Provider, written: Written<Value>) -> Attempt {
    let Written { value, answer, charges, inputs } = written;
    let answered = Answered { provider, model: &answer.model, usage: answer.usage };
    let output = JobOutput {
        values: Map::from_iter([(OUTPUT.to_owned(), value.clone())]),
        artifacts: vec![answered.artifact(OUTPUT, ArtifactOutBody::Json(value), inputs)],
        ..JobOutput::default()
    };
    Attempt { outcome: Outcome::Done(output), charges }
}

/// Records the call as those of other tools are; nothing where none has left.
async fn record(context: &JobContext, call: ToolCall<'_>, attempt: &Attempt) -> EngineResult<()> {
    let end = match &attempt.outcome {
        Outcome::Done(output) => {
            ToolCallEnd::Answered(output.values.get(OUTPUT).unwrap_or(&Value::Null))
        }
        Outcome::Failed(failure) => ToolCallEnd::Failed(&failure.message),
        Outcome::Waits(_) | Outcome::Stepped(_) => return Ok(()),
    };
    let costs = attempt.charges.iter().map(|charge| charge.cost_micros);
    let cost = costs.sum::<Option<i64>>();
    let mut conn = context.pool().acquire().await.doing("recording the call of a verb")?;
    tool_calls::record(&mut conn, context.claim(), call, end, cost).await
}
