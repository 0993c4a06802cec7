//! Shows what a text looks like with sample values.

use serde_json::{Map, Value, json};

use crate::{
    connect::outputs,
    expr::{ExprError, Scope, Template},
    parameter::{Parameter, ParameterKind},
    ports::{ERROR_PORT, Kind, Port, PortType},
    template::example_context,
    workflow::{Node, Workflow},
};

/// How many items a sample list has.
const ITEMS: u64 = 2;

/// A scope in which every parameter and every node has a value: examples and defaults of the
/// parameters, an example repository, and names in ‹› for what only an execution can produce.
pub fn sample_scope(workflow: &Workflow) -> Scope {
    let value = |parameter: &Parameter| (parameter.name.clone(), parameter_sample(parameter));
    let mut scope =
        Scope::default().with_parameters(workflow.parameters.iter().map(value).collect());
    for node in &workflow.nodes {
        let given = outputs(workflow, node).into_iter().filter(|port| port.name != ERROR_PORT);
        let given: Map<String, Value> = given.map(|port| given_sample(node, port)).collect();
        scope.set_node(node.id.clone(), given);
    }
    scope.names = workflow.names().into();
    scope.context = example_context(workflow).into();
    scope.item = Some(json!("‹item›"));
    scope.execution_id = Some(uuid::Uuid::nil().into());
    scope.for_item(0, ITEMS)
}

/// The text with sample values filled in.
///
/// # Errors
/// Which reference has no value, or cannot be read.
pub fn filled_in(text: &str, scope: &Scope) -> Result<String, ExprError> {
    Template::parse(text)?.render(scope)
}

fn parameter_sample(parameter: &Parameter) -> Value {
    let words = || format!("‹{}›", parameter.title());
    let known = parameter.example.clone().or_else(|| parameter.default.clone());
    known.unwrap_or_else(|| match parameter.kind {
        ParameterKind::Integer | ParameterKind::Number => json!(1),
        ParameterKind::Boolean => json!(false),
        ParameterKind::Choice => match parameter.options.first() {
            Some(option) => json!(option.value),
            None => json!(words()),
        },
        ParameterKind::MultiChoice
        | ParameterKind::List
        | ParameterKind::Documents
        | ParameterKind::Images => json!([words()]),
        ParameterKind::Text
        | ParameterKind::LongText
        | ParameterKind::Json
        | ParameterKind::Document
        | ParameterKind::Image => json!(words()),
    })
}

fn given_sample(node: &Node, port: Port) -> (String, Value) {
    let words = |place: u64| match port.port_type {
        PortType::List(_) => format!("‹{} {}›", node.title(), place + 1),
        PortType::One(_) => format!("‹{}›", node.title()),
    };
    let one = |place: u64| match port.port_type.kind() {
        Kind::Number => json!(1),
        Kind::Boolean => json!(true),
        _ => json!(words(place)),
    };
    let value = match port.port_type {
        PortType::One(_) => one(0),
        PortType::List(_) => (0..ITEMS).map(one).collect(),
    };
    (port.name, value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{nodes::NodeKind, template::system_templates};

    #[test]
    fn every_prompt_of_the_system_templates_can_be_shown_with_sample_values() {
        for template in system_templates() {
            let scope = sample_scope(&template.workflow);
            // What is in a result from outside shows only once it is there.
            let gives_data = |node: &Node| {
                matches!(node.kind(), NodeKind::Tool | NodeKind::Agent | NodeKind::HttpRequest)
            };
            let is_known = !template.workflow.nodes.iter().any(gives_data);
            for node in template.workflow.nodes.iter().filter(|_| is_known) {
                for (field, text) in node.data.config.texts() {
                    let shown = filled_in(&text, &scope);
                    let shown = shown.unwrap_or_else(|error| {
                        panic!("{}, {}, {field}: {error}", template.key, node.id)
                    });
                    assert!(!shown.contains("${"), "{shown}");
                }
            }
        }
    }

    #[test]
    fn examples_come_first_and_what_is_unknown_says_so() {
        let workflow: Workflow = serde_json::from_value(json!({ "parameters": [
            { "name": "a", "example": "Tea", "default": "Coffee" },
            { "name": "b", "label": "Brief" },
        ]}))
        .unwrap();
        let scope = sample_scope(&workflow);

        assert_eq!(filled_in("${input.a}, ${input.b}", &scope).unwrap(), "Tea, ‹Brief›");
        assert!(filled_in("${input.c}", &scope).is_err());
    }
}
