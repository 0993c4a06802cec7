//! What is wrong with an agent as it is described: for the library's form and for nodes that have
//! one of their own.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    account::is_deceptive,
    agent::{
        definition::{AgentDefinition, AgentInput},
        limits::{LimitAction, LimitKind, Limits},
        tools::{ToolGrant, ToolMode, ToolTarget},
    },
    budget::Dollars,
    expr::{Path, RESERVED, Template},
    mcp::name::{AGENT_SERVER, ToolName},
    nodes::{Checker, FindingKind},
    ports::Kind,
    problem::FieldProblem,
    text::{name::is_name, nearest::nearest},
    text_output::{self, Output},
};

/// Most characters of the sentence that says what an agent is for.
const MOST_PURPOSE_CHARACTERS: usize = 300;
/// Most bytes of an agent's instructions.
const MOST_INSTRUCTION_BYTES: usize = 64 * 1024;
/// Most inputs of an agent.
const MOST_INPUTS: usize = 30;
/// Most tools that a model is offered.
const MOST_TOOLS: usize = 30;
/// Most tools that an agent names, those among them that it never calls.
const MOST_GRANTS: usize = 100;
/// Why an agent verb is no tool of an agent.
const NO_VERBS: &str =
    "Agents can't use agent.* tools. Add a tool of a server, of Atelier or a workflow.";
/// Most bytes of the schema of an answer.
const MOST_SCHEMA_BYTES: usize = 32 * 1024;
/// Most characters of the words beside the field of an input, and of a model's name.
const MOST_LABEL_CHARACTERS: usize = 200;

impl AgentDefinition {
    /// What is wrong with it, each with the path of its field.
    pub fn check(&self) -> Vec<FieldProblem> {
        let mut checker = Checker::new(0, 0);
        self.check_with(&mut checker);
        let findings = checker.into_findings().into_iter();
        findings.map(|one| FieldProblem::field(code(one.kind), one.field, one.message)).collect()
    }

    /// Adds what is wrong with it, each with the path of its field.
    pub(crate) fn check_with(&self, checker: &mut Checker) {
        check_line(checker, "purpose", &self.purpose, MOST_PURPOSE_CHARACTERS);
        self.check_instructions(checker);
        self.check_inputs(checker);
        self.check_model(checker);
        check_output(checker, &self.output);
        check_tools(checker, &self.tools);
        check_limits(checker, &self.limits);
    }

    fn check_instructions(&self, checker: &mut Checker) {
        let text = self.instructions.as_str();
        if self.instructions.is_blank() {
            checker.missing("instructions", "Write instructions for the agent.");
        }
        if text.len() > MOST_INSTRUCTION_BYTES {
            let message = format!(
                "The instructions have {} bytes; the limit is {MOST_INSTRUCTION_BYTES}.",
                text.len()
            );
            return checker.too_many("instructions", &message);
        }
        if text.contains('\0') {
            checker.wrong_kind("instructions", "Remove the character U+0000.");
        }
        let paths = match Template::parse(text) {
            Ok(template) => template.references(),
            Err(error) => return checker.wrong_kind("instructions", &error.to_string()),
        };
        let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
        let unknown: BTreeSet<&str> =
            paths.iter().map(Path::name).filter(|name| !names.contains(name)).collect();
        for name in unknown {
            let help = nearest(name, names.iter().copied()).map_or_else(
                || "Add an input with this name.".to_owned(),
                |near| format!("Did you mean {near}?"),
            );
            let message = format!("The agent has no input {name}. {help}");
            checker.wrong_kind("instructions", &message);
        }
    }

    fn check_inputs(&self, checker: &mut Checker) {
        let count = self.inputs.len();
        if count > MOST_INPUTS {
            let message = format!("There are {count} inputs; the limit is {MOST_INPUTS}.");
            return checker.too_many("inputs", &message);
        }
        for (place, input) in self.inputs.iter().enumerate() {
            check_input(checker, input, place);
            if self.inputs.iter().take(place).any(|before| before.name == input.name) {
                checker.duplicate(&format!("inputs[{place}].name"), &input.name);
            }
        }
    }

    fn check_model(&self, checker: &mut Checker) {
        check_model_name(checker, "model", self.model.as_deref());
        if let Some(temperature) = self.temperature
            && !(0.0..=2.0).contains(&temperature)
        {
            let message = format!("The temperature must be between 0 and 2, but is {temperature}.");
            checker.out_of_range("temperature", &message);
        }
        let most = text_output::MOST_TOKENS;
        check_range(checker, "max_tokens", self.max_tokens.map(u64::from), 1, most.into());
    }
}

/// How a kind of finding is written in a problem.
const fn code(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Missing | FindingKind::NeedsEdge => "required",
        FindingKind::OutOfRange => "out_of_range",
        FindingKind::WrongKind => "wrong_type",
        FindingKind::TooMany => "too_many",
        FindingKind::Duplicate => "duplicate",
        FindingKind::BadName => "invalid_name",
    }
}

/// A text on one line, of visible characters, with a length.
fn check_line(checker: &mut Checker, field: &str, text: &str, most: usize) {
    let characters = text.chars().count();
    if characters > most {
        let message = format!("This has {characters} characters; the limit is {most}.");
        checker.too_many(field, &message);
    } else if text.chars().any(is_deceptive) {
        checker.wrong_kind(field, "Use visible characters only, on one line.");
    }
}

/// A number that is left out, or in a range.
fn check_range(checker: &mut Checker, field: &str, number: Option<u64>, least: u64, most: u64) {
    let Some(number) = number.filter(|number| !(least..=most).contains(number)) else { return };
    let message = format!("This must be between {least} and {most}, but is {number}.");
    checker.out_of_range(field, &message);
}

fn check_input(checker: &mut Checker, input: &AgentInput, place: usize) {
    let field = |name: &str| format!("inputs[{place}].{name}");
    if !is_name(&input.name) {
        checker.bad_name(&field("name"), &input.name);
    } else if RESERVED.contains(&input.name.as_str()) {
        let message = format!("{} is a reserved name. Choose another.", input.name);
        checker.wrong_kind(&field("name"), &message);
    }
    check_line(checker, &field("label"), &input.label, MOST_LABEL_CHARACTERS);
    check_line(checker, &field("help"), &input.help, MOST_PURPOSE_CHARACTERS);
    if input.input_type.kind() == Kind::Flow {
        checker.wrong_kind(&field("type"), "Choose another type. An input needs a value.");
    }
}

fn check_model_name(checker: &mut Checker, field: &str, name: Option<&str>) {
    let Some(name) = name else { return };
    if name.trim().is_empty() {
        checker.missing(field, "Choose a model, or leave it empty for the workspace default.");
    }
    check_line(checker, field, name, MOST_LABEL_CHARACTERS);
}

fn check_output(checker: &mut Checker, output: &Output) {
    let Output::Json { schema: Some(schema) } = output else { return };
    let field = "output.schema";
    if !matches!(schema, Value::Object(_)) {
        return checker.wrong_kind(
            field,
            "Write the schema as a JSON object, such as {\"type\": \"object\"}.",
        );
    }
    let bytes = schema.to_string().len();
    if bytes > MOST_SCHEMA_BYTES {
        let message = format!("The schema has {bytes} bytes; the limit is {MOST_SCHEMA_BYTES}.");
        checker.too_many(field, &message);
    }
}

fn check_tools(checker: &mut Checker, tools: &[ToolGrant]) {
    let offered = tools.iter().filter(|grant| grant.is_offered()).count();
    if offered > MOST_TOOLS {
        let message = format!("The agent has {offered} tools; the limit is {MOST_TOOLS}.");
        return checker.too_many("tools", &message);
    }
    if tools.len() > MOST_GRANTS {
        let message = format!("The agent lists {} tools; the limit is {MOST_GRANTS}.", tools.len());
        return checker.too_many("tools", &message);
    }
    for (place, grant) in tools.iter().enumerate() {
        let field = format!("tools[{place}].tool");
        if let Some(message) = tool_fault(grant) {
            checker.wrong_kind(&field, message);
        } else if tools.iter().take(place).any(|before| before.tool == grant.tool) {
            checker.duplicate(&field, &grant.tool);
        }
        let most = Limits::MOST_TOOL_CALLS.into();
        let field = format!("tools[{place}].max_calls");
        check_range(checker, &field, grant.max_calls.map(u64::from), 1, most);
    }
}

/// Why an agent cannot have this tool; none where it can.
fn tool_fault(grant: &ToolGrant) -> Option<&'static str> {
    match grant.target() {
        None => Some(
            "This isn't a tool. Write server.toolName, server.*, atelier.tool_name, or workflow. \
             followed by the name of a workflow.",
        ),
        Some(ToolTarget::Mcp(tool)) => {
            let server = ToolName::parse(tool).map(|name| name.server);
            (server == Some(AGENT_SERVER)).then_some(NO_VERBS)
        }
        Some(ToolTarget::Server(AGENT_SERVER)) => Some(NO_VERBS),
        Some(ToolTarget::Server(_)) => (grant.mode == ToolMode::Free).then_some(
            "Tools of a whole server need approval before they change something. Choose “Ask before \
             writing”.",
        ),
        Some(ToolTarget::Workflow(name)) => {
            let is_plain = !name.contains("${") && !name.chars().any(is_deceptive);
            (!is_plain).then_some("Choose a workflow. A reference doesn't work here.")
        }
        Some(ToolTarget::BuiltIn(_)) => None,
    }
}

fn check_limits(checker: &mut Checker, limits: &Limits) {
    let numbers = [
        ("limits.turns", Some(u64::from(limits.turns)), 1, Limits::MOST_TURNS.into()),
        ("limits.tool_calls", Some(limits.tool_calls.into()), 0, Limits::MOST_TOOL_CALLS.into()),
        ("limits.tokens", limits.tokens, 1, Limits::MOST_TOKENS),
        ("limits.minutes", limits.minutes.map(u64::from), 1, Limits::MOST_MINUTES.into()),
    ];
    for (field, number, least, most) in numbers {
        check_range(checker, field, number, least, most);
    }
    if let Some(cost) = limits.cost_micros
        && !(1..=Limits::MOST_COST_MICROS).contains(&cost)
    {
        let [least, most, cost] = [1, Limits::MOST_COST_MICROS, cost].map(Dollars);
        let message = format!("This must be between {least} and {most}, but is {cost}.");
        checker.out_of_range("limits.cost_micros", &message);
    }
    check_model_name(checker, "limits.cheaper_model", limits.cheaper_model.as_deref());
    let goes_cheaper = limits.then.values().any(|action| *action == LimitAction::CheaperModel);
    if goes_cheaper && limits.cheaper_model.is_none() {
        checker.missing("limits.cheaper_model", "Choose the model that takes over.");
    }
    if matches!(limits.action(LimitKind::Context), LimitAction::Ask | LimitAction::CheaperModel) {
        let message = "The context window can't be raised. Choose “Stop with partial work” or \
                       “Hand over to a person”.";
        checker.wrong_kind("limits.then.context", message);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn sound() -> Value {
        json!({
            "purpose": "Writes ads",
            "instructions": "Write about ${topic} in ${tone}.",
            "inputs": [
                { "name": "topic", "type": { "shape": "one", "kind": "text" }, "required": true },
                { "name": "tone", "type": { "shape": "list", "kind": "text" } }
            ],
            "output": { "format": "json", "schema": { "type": "object" } },
            "temperature": 1,
            "tools": [
                { "tool": "github.getIssue" },
                { "tool": "atelier.read_document", "mode": "free", "max_calls": 3 },
                { "tool": "workflow.Blog post", "mode": "always_asks" }
            ],
            "limits": { "turns": 5, "then": { "cost": "ask", "turns": "cheaper_model" },
                "cheaper_model": "mini" }
        })
    }

    /// What is wrong once the field at this pointer is another one.
    fn found(pointer: &str, value: Value) -> Vec<(String, String)> {
        let mut written = sound();
        *written.pointer_mut(pointer).unwrap() = value;
        let definition: AgentDefinition = serde_json::from_value(written).unwrap();
        let problems = definition.check().into_iter();
        problems.map(|problem| (problem.code, problem.path.unwrap_or_default())).collect()
    }

    #[test]
    fn a_sound_agent_has_nothing_wrong_with_it_and_survives_writing() {
        let definition: AgentDefinition = serde_json::from_value(sound()).unwrap();

        assert_eq!(definition.check(), []);
        let again: AgentDefinition =
            serde_json::from_value(serde_json::to_value(&definition).unwrap()).unwrap();
        assert_eq!(again, definition);
        let codes: Vec<_> =
            AgentDefinition::default().check().into_iter().map(|p| p.path).collect();
        assert_eq!(codes, [Some("instructions".to_owned())]);
    }

    #[test]
    fn every_fault_is_told_with_its_path() {
        let many: Vec<Value> =
            (0..31).map(|place| json!({ "tool": format!("github.t{place}") })).collect();
        for (pointer, value, code, path) in [
            ("/purpose", json!("a\u{202E}b"), "wrong_type", "purpose"),
            ("/instructions", json!(" "), "required", "instructions"),
            ("/instructions", json!("${topics}"), "wrong_type", "instructions"),
            ("/instructions", json!("${input.topic}"), "wrong_type", "instructions"),
            ("/instructions", json!("${topic"), "wrong_type", "instructions"),
            ("/inputs/1/name", json!("topic"), "duplicate", "inputs[1].name"),
            ("/inputs/0/name", json!("Topic"), "invalid_name", "inputs[0].name"),
            ("/inputs/0/name", json!("env"), "wrong_type", "inputs[0].name"),
            ("/inputs/0/type/kind", json!("flow"), "wrong_type", "inputs[0].type"),
            ("/temperature", json!(2.5), "out_of_range", "temperature"),
            ("/output/schema", json!("object"), "wrong_type", "output.schema"),
            ("/tools", json!(many), "too_many", "tools"),
            ("/tools/1/tool", json!("github.getIssue"), "duplicate", "tools[1].tool"),
            ("/tools/1/tool", json!("atelier.destroy"), "wrong_type", "tools[1].tool"),
            ("/tools/1/tool", json!("agent.analyze"), "wrong_type", "tools[1].tool"),
            ("/tools/1/tool", json!("workflow. "), "wrong_type", "tools[1].tool"),
            ("/tools/1/tool", json!("agent.*"), "wrong_type", "tools[1].tool"),
            // The mode there is free.
            ("/tools/1/tool", json!("github.*"), "wrong_type", "tools[1].tool"),
            ("/tools/1/max_calls", json!(0), "out_of_range", "tools[1].max_calls"),
            ("/limits/turns", json!(0), "out_of_range", "limits.turns"),
            ("/limits/cheaper_model", json!(null), "required", "limits.cheaper_model"),
            ("/limits/then", json!({ "context": "ask" }), "wrong_type", "limits.then.context"),
        ] {
            let all = found(pointer, value);
            let wanted = (code.to_owned(), path.to_owned());
            assert!(all.contains(&wanted), "{pointer}: {all:?}");
        }
    }

    #[test]
    fn instructions_read_the_inputs_of_the_agent_and_nothing_else() {
        let definition: AgentDefinition = serde_json::from_value(sound()).unwrap();
        let given = json!({ "topic": "tea", "other": "x" });

        let told = definition.rendered_instructions(given.as_object().unwrap());
        assert_eq!(told.unwrap(), "Write about tea in .");
        let astray = AgentDefinition { instructions: "${other}".into(), ..definition };
        assert!(astray.rendered_instructions(given.as_object().unwrap()).is_err());
    }
}
