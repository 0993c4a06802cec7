//! `agent`: a model that works on a task turn by turn and calls tools on the way.

mod check;
mod frozen;
mod inputs;
mod ways;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    CallKind, CallSize, Category, Checker, ExclusivePorts, FieldKind, FieldSpec, Level, ModelCall,
    NodeSpec, NodeType, PortSpec,
    changes::PROMPT_LOCKED,
    review::{REVIEWERS, check_named},
};
use crate::{
    access::Permission,
    agent::{
        definition::AgentDefinition,
        limits::LimitAction,
        tools::{ToolGrant, ToolMode, ToolTarget},
    },
    expr::Scope,
    field::Text,
    id::UserId,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
    review::assignment::{Assignment, ReviewActor, Reviewers},
    text_output::Output,
};

pub use frozen::{FrozenAgent, PinnedWorkflow};
pub use ways::{DONE, FAILED, LIMIT_REACHED, done_output, failed_output, limit_output};

/// Which agent works on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The agent of the library, by its key or its id; empty for one of the node's own. Steps by
    /// agent, which were kept before agents could run, write it `agent_id`.
    #[serde(alias = "agent_id", skip_serializing_if = "String::is_empty")]
    pub agent: String,
    /// Its version; none means the one that is published when the workflow is published or
    /// launched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// The agent of the node's own, where it names none of the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<Box<AgentDefinition>>,
    /// What it is asked to do; may refer.
    pub prompt: Text,
    /// Whether only editors change the prompt in a run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub prompt_locked: bool,
    /// What it is given, by the names of its inputs; one reference alone keeps its type. An input
    /// that is left out takes what comes in by the edge where it is the only one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, Text>,
    /// Who approves its calls.
    pub reviewers: Reviewers,
    /// The people who approve, where people are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// Whether the person who launched the execution does not approve.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclude_author: bool,
    /// The agent as it was when the workflow was published or launched; none in drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen: Option<Box<FrozenAgent>>,
}

impl Config {
    /// Who approves its calls.
    pub fn assignment(&self) -> Assignment {
        Assignment {
            reviewers: self.reviewers,
            people: self.reviewers.named(&self.people),
            exclude_author: self.exclude_author,
        }
    }

    /// What the agent is: frozen, or the node's own; none for one of the library in a draft.
    pub fn definition(&self) -> Option<&AgentDefinition> {
        let frozen = self.frozen.as_deref().map(|frozen| &frozen.definition);
        frozen.or(self.own.as_deref())
    }

    /// Leaves in a changed configuration what this one has frozen: only publishing and launching
    /// freeze an agent. Another agent of the library has nothing frozen; one of the node's own that
    /// is described anew keeps the tools and workflows that were pinned for it.
    pub(super) fn keep_frozen(&self, changed: &mut Map<String, Value>) {
        let text = |name: &str| changed.get(name).and_then(Value::as_str).unwrap_or_default();
        let version = changed.get("version").and_then(Value::as_i64);
        let is_same = text("agent") == self.agent
            && text("agent_id").is_empty()
            && version == self.version.map(i64::from);
        let mut frozen = json!(self.frozen.as_ref().filter(|_| is_same));
        let is_sound = |own: &&Value| AgentDefinition::deserialize(*own).is_ok();
        let own = changed.get("own").filter(is_sound).filter(|_| self.agent.is_empty());
        if let (Value::Object(frozen), Some(own)) = (&mut frozen, own) {
            frozen.insert("definition".to_owned(), own.clone());
        }
        changed.insert("frozen".to_owned(), frozen);
    }

    /// Whether it may ask people, as far as that is known.
    fn may_ask(&self) -> bool {
        self.definition().is_none_or(|definition| {
            let asks = |grant: &ToolGrant| {
                matches!(grant.mode, ToolMode::AsksToWrite | ToolMode::AlwaysAsks)
            };
            let asks_at_limit =
                |action: &LimitAction| matches!(action, LimitAction::Ask | LimitAction::HandOver);
            definition.tools.iter().any(asks) || definition.limits.then.values().any(asks_at_limit)
        })
    }

    /// Whether it may run other workflows, as far as that is known.
    fn may_run_workflows(&self) -> bool {
        self.definition().is_none_or(|definition| {
            let runs = |grant: &ToolGrant| {
                grant.is_offered() && matches!(grant.target(), Some(ToolTarget::Workflow(_)))
            };
            definition.tools.iter().any(runs)
        })
    }

    fn check_agent(&self, checker: &mut Checker) {
        match (self.agent.trim().is_empty(), &self.own) {
            (true, None) => checker.missing("agent", "Choose an agent, or describe one here."),
            (false, Some(_)) => {
                let message = "Choose an agent from the library or describe one here, not both.";
                checker.wrong_kind("own", message);
            }
            (true, Some(own)) => {
                let mut inner = Checker::new(0, 0);
                own.check_with(&mut inner);
                checker.add_within("own", inner);
            }
            (false, None) => {}
        }
        if self.agent.contains("${") {
            checker.wrong_kind("agent", "Choose an agent. A reference doesn't work here.");
        }
        if self.version.is_some_and(|version| version < 1) {
            checker.out_of_range("version", "Versions start at 1.");
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            agent: String::new(),
            version: None,
            own: None,
            prompt: Text::default(),
            prompt_locked: false,
            inputs: BTreeMap::new(),
            reviewers: Reviewers::Runners,
            people: vec![],
            exclude_author: false,
            frozen: None,
        }
    }
}

const ANY: PortType = PortType::One(Kind::Any);
const JSON: PortType = PortType::One(Kind::Json);
const DONE_PORT: PortSpec = PortSpec::new(DONE, "Done", ANY);
const FAILED_PORT: PortSpec = PortSpec::new(FAILED, "Failed", JSON);

/// Past an agent that did not run the path goes on as if it were done; a failure past which the
/// workflow goes on is one.
pub const WAYS: ExclusivePorts =
    ExclusivePorts { passed: DONE_PORT, failed: FAILED_PORT, beside: None };

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "agent",
        "Agent",
        "One from the library, or one you describe here.",
        FieldKind::Agent,
    ),
    FieldSpec::new("prompt", "Task", "What the agent should do.", FieldKind::Prompt).required(),
    FieldSpec::new(
        "inputs",
        "Inputs",
        "What the agent works with, from earlier steps.",
        FieldKind::AgentInputs,
    ),
    FieldSpec::new(
        "reviewers",
        "Who approves tool calls",
        "Approves calls of tools that can change something, and decides at the agent's limits.",
        FieldKind::Choice { options: REVIEWERS },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "people",
        "People",
        "Only these people approve. An editor can reassign it later.",
        FieldKind::People,
    )
    .with_dependency("reviewers", "people"),
    FieldSpec::new(
        "exclude_author",
        "Anyone but the author",
        "The person who launches the run doesn't approve.",
        FieldKind::Boolean,
    )
    .with_level(Level::Intermediate),
    PROMPT_LOCKED,
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "agent",
        label: "Agent",
        purpose: "A model works on a task and calls tools as needed.",
        category: Category::Create,
        icon: "bot",
        color: "--t-agent",
        inputs: &[PortSpec::new("input", "Input", ANY)],
        outputs: &[DONE_PORT, PortSpec::new(LIMIT_REACHED, "Limit reached", JSON), FAILED_PORT],
        fields: FIELDS,
    };

    const EXCLUSIVE: Option<&'static ExclusivePorts> = Some(&WAYS);

    /// What it gives when it is done is of the kind that its description says.
    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        let mut ports: Vec<Port> = Self::SPEC.outputs.iter().map(PortSpec::port).collect();
        let output = self.definition().map(|definition| &definition.output);
        if let (Some(output), Some(done)) = (output, ports.first_mut()) {
            done.port_type = match output {
                Output::Text => PortType::One(Kind::Text),
                Output::List => PortType::List(Kind::Text),
                Output::Json { .. } => JSON,
            };
        }
        ports
    }

    /// What comes in by its edges only orders, unless an input takes it.
    fn reads_port(&self, _port: &str) -> bool {
        match self.definition() {
            Some(definition) => self.input_by_edge(definition).is_some(),
            None => self.inputs.is_empty(),
        }
    }

    /// What an agent says of itself refers to its own inputs, and what is frozen is read as it is.
    fn refers(&self, field: &str) -> bool {
        !field.starts_with("own.") && !field.starts_with("frozen.")
    }

    fn type_needed(&self, field: &str) -> Option<PortType> {
        let name = field.strip_prefix("inputs.")?;
        let inputs = &self.definition()?.inputs;
        inputs.iter().find(|input| input.name == name).map(|input| input.input_type)
    }

    fn model_call(&self) -> Option<ModelCall> {
        let by_name = self.definition().and_then(|definition| definition.model.clone());
        Some(ModelCall { kind: CallKind::Text, by_name })
    }

    fn most_calls(&self) -> Option<u32> {
        self.definition().map(|definition| definition.limits.turns)
    }

    /// The mean of its calls: each turn adds an answer to what is sent with the next.
    fn call_size(&self, scope: &Scope) -> CallSize {
        let sent = self.inputs.values().chain([&self.prompt]);
        let (low, high) = CallSize::count_each_sent(sent, scope);
        let Some(definition) = self.definition() else {
            let most = high.saturating_add(CallSize::UNSTATED);
            return CallSize { input: (low, most), output: (CallSize::SHORT, CallSize::UNSTATED) };
        };
        let told = i64::try_from(definition.instructions.as_str().len()).unwrap_or(i64::MAX / 4);
        let answer = definition.max_tokens.map_or(CallSize::UNSTATED, i64::from);
        let turns = i64::from(definition.limits.turns.max(1));
        let grown = high.saturating_add(told).saturating_add(answer * (turns - 1) / 2);
        // All of its calls together stay below its limit of tokens.
        let share = definition.limits.tokens.map(|most| i64::try_from(most).unwrap_or(i64::MAX));
        let most = share.map_or(grown, |most| grown.min((most / turns).max(low)));
        CallSize { input: (low, most), output: (CallSize::SHORT.min(answer), answer) }
    }

    /// A workflow that it runs may hold any review.
    fn permission_to_pass(&self, actor: &ReviewActor) -> Option<Permission> {
        let own = self.may_ask().then(|| self.assignment().permission_to_pass(actor));
        let others = self.may_run_workflows().then_some(Permission::DecideAnyReview);
        own.into_iter().chain(others).max_by_key(|permission| permission.least_role())
    }

    fn headline(&self) -> Option<String> {
        let name = self.frozen.as_ref().map_or(self.agent.trim(), |frozen| frozen.name.as_str());
        (!self.agent.trim().is_empty()).then(|| name.to_owned())
    }

    fn check(&self, checker: &mut Checker) {
        self.check_agent(checker);
        self.check_inputs(checker);
        check_named(checker, self.reviewers, &self.people);
    }
}

#[cfg(test)]
mod tests;
