//! The types of inputs of a list of steps, by the arguments of the tools that read them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    expr::Template,
    mcp::arguments::Shape,
    nodes::NodeConfig,
    parameter::{ParameterKind, ParameterOption},
    workflow::Workflow,
};

/// Gives each input that takes any JSON the type of the arguments that it is, where all of them agree
/// and have a field of their own. `shape` is what an argument of a tool holds, as far as it is known.
pub fn type_inputs(workflow: &mut Workflow, shape: impl Fn(&str, &str) -> Option<Shape>) {
    let mut read = BTreeMap::<String, Vec<Option<Shape>>>::new();
    for node in &workflow.nodes {
        let NodeConfig::Tool(config) = &node.data.config else { continue };
        for (argument, value) in &config.params {
            let Some(input) = value.as_str().and_then(input_alone) else { continue };
            read.entry(input).or_default().push(shape(&config.tool, argument));
        }
    }
    for parameter in workflow.parameters.iter_mut().filter(|one| one.kind == ParameterKind::Json) {
        let Some([Some(first), rest @ ..]) = read.get(&parameter.name).map(Vec::as_slice) else {
            continue;
        };
        let fits_default = parameter.default.as_ref().is_none_or(|value| first.holds(value));
        if !fits_default || rest.iter().any(|other| other.as_ref() != Some(first)) {
            continue;
        }
        if let Some((kind, options)) = field_for(first) {
            (parameter.kind, parameter.options) = (kind, options);
        }
    }
}

/// The input that a text is and nothing else: `${input.name}`.
fn input_alone(text: &str) -> Option<String> {
    let template = Template::parse(text).ok()?;
    let path = template.alone().filter(|path| path.name() == "input")?;
    (path.segments().len() == 2).then(|| path.key(1).map(str::to_owned))?
}

/// The type of a field for such an argument; none if any JSON is as good.
fn field_for(shape: &Shape) -> Option<(ParameterKind, Vec<ParameterOption>)> {
    let kind = match shape {
        Shape::Integer => ParameterKind::Integer,
        Shape::Number => ParameterKind::Number,
        Shape::Boolean => ParameterKind::Boolean,
        Shape::List(item) if **item == Shape::Text => ParameterKind::List,
        Shape::Choice(values) => {
            let option = |value: &Value| {
                let text = value.as_str()?.to_owned();
                Some(ParameterOption { label: text.clone(), value: text })
            };
            let options = values.iter().map(option).collect::<Option<Vec<_>>>()?;
            return Some((ParameterKind::Choice, options));
        }
        Shape::Text | Shape::List(_) | Shape::Object(_) | Shape::OneOf(_) | Shape::Json(_) => {
            return None;
        }
    };
    Some((kind, vec![]))
}
