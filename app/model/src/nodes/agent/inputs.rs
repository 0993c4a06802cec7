//! What an agent is given: which input takes what, and as what.

use serde_json::{Map, Value};

use super::Config;
use crate::{
    agent::definition::{AgentDefinition, AgentInput},
    expr::{ExprError, Scope},
    nodes::Checker,
    number::{NumberKind, parse_number},
    ports::{Kind, PortType},
    text::name::is_name,
    value::{kind_of, text_of},
};

impl Config {
    /// What the agent is given, by the names of its inputs; `incoming` is what comes in by the edges.
    /// An input that is given nothing is null.
    ///
    /// # Errors
    /// When a reference has no value, a value is not of the type of its input, or one that the agent
    /// cannot work without is missing.
    pub fn rendered_inputs(
        &self,
        scope: &Scope,
        incoming: Option<&Value>,
    ) -> Result<Map<String, Value>, ExprError> {
        let mut given = Map::new();
        for (name, text) in self.inputs.iter().filter(|(_, text)| !text.is_blank()) {
            given.insert(name.clone(), text.value(scope)?);
        }
        let Some(definition) = self.definition() else { return Ok(given) };
        if let (Some(input), Some(value)) = (self.input_by_edge(definition), incoming) {
            given.insert(input.name.clone(), value.clone());
        }
        let values = definition.inputs.iter().map(|input| {
            let value = given.remove(&input.name).unwrap_or_default();
            fitted(input, value).map(|value| (input.name.clone(), value))
        });
        values.collect()
    }

    /// The input that takes what comes in by the edges: the only one that the agent cannot work
    /// without and that nothing is written for, or its only input at all.
    pub fn input_by_edge<'a>(&self, definition: &'a AgentDefinition) -> Option<&'a AgentInput> {
        let is_open = |input: &&AgentInput| !self.is_given(&input.name);
        let mut needed = definition.inputs.iter().filter(|input| input.required).filter(is_open);
        match (needed.next(), needed.next()) {
            (Some(input), None) => Some(input),
            (Some(_), Some(_)) => None,
            (None, _) => match definition.inputs.as_slice() {
                [only] => Some(only).filter(is_open),
                _ => None,
            },
        }
    }

    /// Whether something is written for an input.
    fn is_given(&self, input: &str) -> bool {
        self.inputs.get(input).is_some_and(|text| !text.is_blank())
    }

    /// Adds what is wrong with what its inputs are given.
    pub(super) fn check_inputs(&self, checker: &mut Checker) {
        let definition = self.definition();
        for name in self.inputs.keys() {
            let field = format!("inputs.{name}");
            let is_known = |definition: &AgentDefinition| {
                definition.inputs.iter().any(|input| input.name == *name)
            };
            if !is_name(name) {
                checker.bad_name(&field, name);
            } else if definition.is_some_and(|definition| !is_known(definition)) {
                checker.wrong_kind(&field, &format!("The agent has no input {name}."));
            }
        }
        let Some(definition) = definition else { return };
        let by_edge = self.input_by_edge(definition).map(|input| &input.name);
        for input in definition.inputs.iter().filter(|input| input.required) {
            if by_edge == Some(&input.name) {
                let message =
                    format!("{} has no source. Choose one, or connect a step.", input.title());
                checker.needs_edge("input", &message);
            } else if !self.is_given(&input.name) {
                let message = format!("Choose a source for {}.", input.title());
                checker.missing(&format!("inputs.{}", input.name), &message);
            }
        }
    }
}

/// A value as an input of this type takes it.
fn fitted(input: &AgentInput, value: Value) -> Result<Value, ExprError> {
    if value.is_null() && !input.required {
        return Ok(value);
    }
    let value = match (input.input_type, value) {
        (PortType::One(kind), value) => of_kind(kind, value),
        (PortType::List(_), Value::Null) => Value::Null,
        (PortType::List(kind), Value::Array(items)) => {
            items.into_iter().map(|item| of_kind(kind, item)).collect()
        }
        (PortType::List(kind), value) => Value::Array(vec![of_kind(kind, value)]),
    };
    let misfit = input.input_type.misfit(&value);
    if misfit.is_none() && !value.is_null() {
        return Ok(value);
    }
    Err(ExprError::WrongType {
        what: format!("The input {}", input.name),
        expected: format!("a value of the type {}", input.input_type),
        found: kind_of(&value).to_owned(),
    })
}

fn of_kind(kind: Kind, value: Value) -> Value {
    let read = match (kind, &value) {
        (Kind::Text, Value::Null | Value::String(_)) => None,
        (Kind::Text, other) => Some(Value::String(text_of(other))),
        (Kind::Number, Value::String(text)) => {
            parse_number(text, NumberKind::Decimal).ok().map(Value::Number)
        }
        (Kind::Boolean, Value::String(text)) => text.trim().parse().ok().map(Value::Bool),
        _ => None,
    };
    read.unwrap_or(value)
}
