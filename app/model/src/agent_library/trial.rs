//! Trying out an agent: a message starts an execution of nothing but the agent as it is described,
//! and a further message begins with what was said before.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::refuse,
    agent::definition::{AgentDefinition, AgentInput},
    field::Text,
    id::{EdgeId, NodeId},
    nodes::{NodeConfig, NodeKind, agent},
    pages::LaunchRequest,
    parameter::{Parameter, ParameterKind},
    problem::{FieldProblem, Problem},
    workflow::{Edge, Node, Position, Workflow},
};

/// The node of the agent in the workflow of a trial.
pub const AGENT_NODE: &str = "agent";

/// The parameter with the message.
const MESSAGE: &str = "message";
/// What the names of parameters begin with that are inputs of the agent.
const INPUT: &str = "in_";
/// Most characters of a message.
const MOST_CHARACTERS: usize = 20_000;
/// Most messages before.
const MOST_EARLIER: usize = 100;
/// Most bytes of all messages before.
const MOST_EARLIER_BYTES: usize = 512 * 1024;

/// A message to an agent that is tried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentTrial {
    /// The agent's name for people: the execution is called by it.
    pub name: String,
    /// What the agent is.
    pub definition: AgentDefinition,
    /// What it is asked.
    pub message: String,
    /// Values of its inputs, by the names of [`trial_parameters`].
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// What was said before, in its order.
    #[serde(default)]
    pub earlier: Vec<Said>,
}

/// Something that was said before in a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Whether the agent said it; otherwise the person did.
    pub by_agent: bool,
    /// The words.
    pub text: String,
}

impl AgentTrial {
    /// The launch of a workflow with nothing but the agent in it.
    ///
    /// # Errors
    /// A message that is empty or too long; too many before it; everything that is wrong with the
    /// agent.
    pub fn launch(self) -> Result<LaunchRequest, Problem> {
        self.check()?;
        let workflow = trial_workflow(&self.name, &self.definition, &self.inputs);
        let definition = serde_json::to_value(workflow).map_err(|_| Problem::internal())?;
        let task = task(&self.earlier, &self.message);
        let mut parameters = self.inputs;
        parameters.insert(MESSAGE.to_owned(), Value::String(task));
        Ok(LaunchRequest::for_definition(definition, parameters))
    }

    fn check(&self) -> Result<(), Problem> {
        let mut errors: Vec<FieldProblem> = self.definition.check();
        let characters = self.message.chars().count();
        if self.message.trim().is_empty() {
            errors.push(FieldProblem::field("required", MESSAGE, "Enter a message."));
        } else if characters > MOST_CHARACTERS {
            let words = format!("Use at most {MOST_CHARACTERS} characters.");
            errors.push(FieldProblem::field("too_long", MESSAGE, words));
        }
        let said: usize = self.earlier.iter().map(|one| one.text.len()).sum();
        if self.earlier.len() > MOST_EARLIER || said > MOST_EARLIER_BYTES {
            let words = "This conversation is too long. Start a new one.";
            errors.push(FieldProblem::field("too_many", MESSAGE, words));
        }
        refuse("The message was not sent.", errors)
    }
}

/// The parameters with which an agent is tried out: one for each of its inputs.
pub fn trial_parameters(definition: &AgentDefinition) -> Vec<Parameter> {
    let parameter = |input: &AgentInput| Parameter {
        name: format!("{INPUT}{}", input.name),
        label: input.title().to_owned(),
        kind: ParameterKind::for_port(input.input_type),
        required: input.required,
        help: input.help.clone(),
        ..Parameter::default()
    };
    definition.inputs.iter().map(parameter).collect()
}

/// Start, agent and end; the agent is given those of its inputs that have a value.
fn trial_workflow(
    name: &str,
    definition: &AgentDefinition,
    given: &Map<String, Value>,
) -> Workflow {
    let inputs = definition.inputs.iter().filter_map(|input| {
        let parameter = format!("{INPUT}{}", input.name);
        let reference = Text(format!("${{input.{parameter}}}"));
        given.contains_key(&parameter).then(|| (input.name.clone(), reference))
    });
    let config = agent::Config {
        own: Some(Box::new(definition.clone())),
        prompt: Text(format!("${{input.{MESSAGE}}}")),
        inputs: inputs.collect(),
        ..agent::Config::default()
    };
    let message = Parameter {
        name: MESSAGE.to_owned(),
        kind: ParameterKind::LongText,
        required: true,
        ..Parameter::default()
    };
    let node = |id: &str, label: &str, x: f64, config: NodeConfig| Node {
        position: Position { x, y: 192.0 },
        ..Node::new(NodeId::from(id), label, config)
    };
    let edge = |id: &str, source: &str, port: Option<&str>, target: &str| Edge {
        id: EdgeId::from(id),
        source: NodeId::from(source),
        source_handle: port.map(str::to_owned),
        target: NodeId::from(target),
        target_handle: None,
        label: None,
    };
    Workflow {
        name: name.to_owned(),
        parameters: std::iter::once(message).chain(trial_parameters(definition)).collect(),
        nodes: vec![
            node("start", "Start", 96.0, NodeKind::Start.default_config()),
            node(AGENT_NODE, name, 432.0, NodeConfig::Agent(Box::new(config))),
            node("end", "End", 768.0, NodeKind::End.default_config()),
        ],
        edges: vec![
            edge("asks", "start", None, AGENT_NODE),
            edge("answers", AGENT_NODE, Some(agent::DONE), "end"),
        ],
        ..Workflow::default()
    }
}

/// What the agent is asked, with what was said before.
fn task(earlier: &[Said], message: &str) -> String {
    let message = message.trim();
    if earlier.is_empty() {
        return message.to_owned();
    }
    let mut task = "This was said before:\n".to_owned();
    for Said { by_agent, text } in earlier {
        let speaker = if *by_agent { "You" } else { "Person" };
        // Writing to a text cannot fail.
        let _ = write!(task, "\n{speaker}: {text}\n");
    }
    task + "\nNow the person says:\n\n" + message
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::validate::{is_runnable, validate};

    fn trial() -> AgentTrial {
        serde_json::from_value(json!({
            "name": "Ad writer",
            "definition": {
                "instructions": "Write about ${topic} for ${audience}.",
                "inputs": [
                    { "name": "topic", "type": { "shape": "one", "kind": "text" }, "required": true },
                    { "name": "audience", "type": { "shape": "list", "kind": "text" } }
                ]
            },
            "message": " Shorter, please. ${input.secret} ",
            "inputs": { "in_topic": "tea" },
            "earlier": [
                { "by_agent": false, "text": "An ad." },
                { "by_agent": true, "text": "Drink tea." }
            ]
        }))
        .unwrap()
    }

    #[test]
    fn a_message_launches_a_workflow_that_can_run_with_what_was_said_before() {
        let launch = trial().launch().unwrap();

        let definition = launch.definition.clone().unwrap();
        let workflow: Workflow = serde_json::from_value(definition.clone()).unwrap();
        assert!(is_runnable(&validate(&workflow)), "{:?}", validate(&workflow));
        let config = &definition["nodes"][1]["data"]["config"];
        assert_eq!(config["prompt"], "${input.message}");
        assert_eq!(config["inputs"], json!({ "topic": "${input.in_topic}" }));
        assert_eq!(
            launch.parameters["message"],
            "This was said before:\n\nPerson: An ad.\n\nYou: Drink tea.\n\nNow the person says:\n\n\
             Shorter, please. ${input.secret}"
        );
    }

    #[test]
    fn what_cannot_be_asked_is_told_with_its_path() {
        let mut empty = trial();
        empty.message = " ".to_owned();
        empty.definition.instructions = "".into();

        let problem = empty.launch().unwrap_err();

        assert!(problem.field_message("message").is_some(), "{problem:?}");
        assert!(problem.field_message("instructions").is_some(), "{problem:?}");
        let long = AgentTrial { message: "x".repeat(MOST_CHARACTERS + 1), ..trial() };
        assert!(long.launch().is_err());
    }
}
