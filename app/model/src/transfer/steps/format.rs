//! The format of a list of steps: its types, and the JSON Schema that is made from them.
#![cfg_attr(
    target_arch = "wasm32",
    allow(dead_code, unused_imports, reason = "only schemas need it")
)]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    nodes::tool::RefMapping,
    parameter::{Parameter, ParameterKind},
    text::name::label,
    workflow::{Backoff, RetryCause, RetryPolicy, Settings},
};

/// What names of steps and of results match.
const NAME: &str = "^[a-z][a-z0-9_]*$";
/// What names of tools match.
const TOOL: &str = "^[a-z][a-z0-9_]*\\.[a-zA-Z0-9_][a-zA-Z0-9_./-]*$";

/// The shortest delay after a failed attempt, in milliseconds.
pub(super) const MIN_DELAY_MS: u64 = 100;
/// The least that the longest delay may be, in milliseconds.
pub(super) const MIN_LONGEST_DELAY_MS: u64 = 1000;
/// The largest factor by which delays grow.
pub(super) const MAX_MULTIPLIER: f64 = 10.0;

/// A workflow as a list of steps. Each calls one tool; later steps read what earlier ones gave.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Steps", example = example())]
pub(super) struct File {
    /// What the workflow is called. A file may hold its steps only.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What a launch gives as `input`. What steps read and is not declared takes any JSON.
    #[serde(default)]
    #[schemars(with = "Vec<Input>")]
    pub inputs: Vec<Value>,
    /// The steps in their order.
    #[schemars(with = "Vec<Step>", length(min = 1))]
    pub steps: Vec<Value>,
    /// Settings of the whole execution.
    #[serde(default)]
    pub config: Config,
}

/// Something that a launch gives.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Its name in `${input.name}`, once in a file.
    #[schemars(pattern(NAME), example = &"issue_number")]
    pub name: String,
    /// The type of its value; any JSON unless it is given.
    #[serde(rename = "type", default = "any_json", skip_serializing_if = "is_any_json")]
    pub kind: ParameterKind,
    /// Whether a launch without it is refused; unless it is given, that is so without a `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// The value where a launch gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

fn any_json() -> ParameterKind {
    ParameterKind::Json
}

fn is_any_json(kind: &ParameterKind) -> bool {
    *kind == ParameterKind::Json
}

impl From<Input> for Parameter {
    fn from(input: Input) -> Self {
        let Input { name, kind, required, default, description: help } = input;
        let required = required.unwrap_or(default.is_none());
        Self { label: label(&name), name, kind, required, default, help, ..Self::default() }
    }
}

impl From<&Parameter> for Input {
    fn from(parameter: &Parameter) -> Self {
        let Parameter { name, kind, required, default, help, .. } = parameter.clone();
        let required = (required != default.is_none()).then_some(required);
        Self { name, kind, required, default, description: help }
    }
}

/// Settings of the whole execution.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Config {
    /// How long it may be active, in milliseconds.
    #[schemars(range(min = Settings::MIN_TIMEOUT_MS, max = Settings::MAX_TIMEOUT_MS))]
    pub timeout_ms: u64,
    /// Whether it goes on past a step that failed.
    pub continue_on_error: bool,
    /// How often a failed step without a `retry` of its own is tried again.
    #[schemars(range(max = Settings::MAX_RETRIES))]
    pub max_retries: u32,
}

/// A call of a tool.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// What it is called, once in a file.
    #[schemars(pattern(NAME), example = &"fetch_issue")]
    pub name: String,
    /// The tool, as `server.toolName`.
    #[schemars(pattern(TOOL), example = &"github.getIssue", example = &"agent.analyze")]
    pub tool: String,
    /// The arguments of the tool by name. Texts in them may refer, however deep they lie:
    /// `${input.x}` to what the launch gives, `${name.field}` to the result of an earlier step,
    /// `${repo.owner}` and `${env.NAME}` to its context. One reference alone keeps its type.
    #[schemars(example = json!({ "number": "${input.issue_number}", "owner": "${repo.owner}" }))]
    pub params: Map<String, Value>,
    /// The name by which later steps read the result, once in a file; else that of the step.
    #[schemars(pattern(NAME), example = &"issue")]
    pub assign: Option<String>,
    /// The step only runs if this holds.
    #[serde(rename = "if")]
    #[schemars(example = &"${analysis.confidence > 0.8 && analysis.has_fix}")]
    pub condition: Option<String>,
    /// How it is tried again when it fails; else as `config.maxRetries` says.
    pub retry: Option<Retry>,
    /// How long an attempt may take, in milliseconds; 300000 unless it is given.
    #[serde(rename = "timeoutMs")]
    #[schemars(range(min = 1, max = Settings::MAX_TIMEOUT_MS))]
    pub timeout_ms: Option<u64>,
    /// Issues, pull requests, runs and commits in its result, to which the execution is linked.
    #[serde(default)]
    #[schemars(example = json!([link()]))]
    pub external_refs: Vec<RefMapping>,
    /// Notes for colleagues.
    pub description: Option<String>,
}

/// How a step is tried again when it fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(example = json!({ "maxAttempts": 3, "backoff": "exponential", "initialDelayMs": 2000 }))]
pub(super) struct Retry {
    /// Attempts in all, the first included.
    #[schemars(range(min = 1, max = RetryPolicy::MAX_ATTEMPTS))]
    pub max_attempts: u32,
    /// How the delay grows.
    pub backoff: Backoff,
    /// The factor by which an exponential delay grows each time.
    #[schemars(range(min = 1, max = MAX_MULTIPLIER))]
    pub backoff_multiplier: f64,
    /// The delay after the first failure, in milliseconds, not above `maxDelayMs`.
    #[schemars(range(min = MIN_DELAY_MS, max = Settings::MAX_TIMEOUT_MS))]
    pub initial_delay_ms: u64,
    /// The longest delay, in milliseconds.
    #[schemars(range(min = MIN_LONGEST_DELAY_MS, max = Settings::MAX_TIMEOUT_MS))]
    pub max_delay_ms: u64,
    /// The only failures that are tried again; all that may pass where none is named.
    pub on: Vec<RetryCause>,
}

impl Default for Config {
    fn default() -> Self {
        Self { timeout_ms: 300_000, continue_on_error: false, max_retries: 0 }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::Exponential,
            backoff_multiplier: 2.0,
            initial_delay_ms: 1000,
            max_delay_ms: 60_000,
            on: vec![],
        }
    }
}

/// The JSON Schema (draft 7) of a list of steps.
#[cfg(not(target_arch = "wasm32"))]
pub fn schema() -> Value {
    use schemars::{generate::SchemaSettings, transform::RestrictFormats};

    // Formats such as `uint32` are Rust's: validators do not know them.
    let settings = SchemaSettings::draft07().with_transform(RestrictFormats::default());
    settings.into_generator().into_root_schema_for::<File>().to_value()
}

/// A link to the issue or pull request that a result is.
fn link() -> Value {
    let id = "${repo.owner}/${repo.name}#${item.number}";
    json!({ "kind": "issue", "id": id, "address": "${item.html_url}" })
}

/// A small file that shows every part.
fn example() -> Value {
    json!({
        "name": "label_urgent_issue",
        "description": "Labels an issue that is urgent",
        "steps": [
            {
                "name": "fetch_issue",
                "tool": "github.getIssue",
                "params": {
                    "owner": "${repo.owner}",
                    "repo": "${repo.name}",
                    "number": "${input.issue_number}",
                },
                "assign": "issue",
                "external_refs": [link()],
            },
            {
                "name": "classify",
                "tool": "agent.classifyIssue",
                "params": { "title": "${issue.title}", "body": "${issue.body}" },
                "assign": "classification",
            },
            {
                "name": "add_label",
                "tool": "github.addLabels",
                "params": {
                    "owner": "${repo.owner}",
                    "repo": "${repo.name}",
                    "issueNumber": "${input.issue_number}",
                    "labels": ["urgent"],
                },
                "if": "${classification.priority === 'high'}",
                "retry": { "maxAttempts": 3, "backoff": "exponential", "initialDelayMs": 2000 },
            },
        ],
        "config": { "timeoutMs": 60_000, "continueOnError": false, "maxRetries": 1 },
    })
}
