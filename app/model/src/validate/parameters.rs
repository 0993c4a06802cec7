//! Parameters and presets as they are declared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Code, Issue,
    pattern::Patterns,
    value::{Misfit, fit, is_empty_number},
};
use crate::{
    parameter::{Parameter, ParameterKind},
    text::{name::is_name, nearest::nearest},
    workflow::Workflow,
};

/// Names that would clash with the start node's other ports.
const TAKEN: &[&str] = &["all", "error"];

pub(super) fn check(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let (mut seen, mut patterns) = (BTreeSet::new(), Patterns::default());
    for (place, parameter) in workflow.parameters.iter().enumerate() {
        let path = format!("parameters[{place}]");
        if !seen.insert(&parameter.name) {
            let message = format!("There are two fields named {}.", parameter.name);
            issues.push(Issue::error(Code::DuplicateId, format!("{path}.name"), message));
        }
        one(parameter, &path, &mut patterns, issues);
    }
    presets(workflow, &mut patterns, issues);
}

fn one(parameter: &Parameter, path: &str, patterns: &mut Patterns, issues: &mut Vec<Issue>) {
    let mut add = |code: Code, field: &str, message: String| {
        let issue = Issue::error(code, format!("{path}.{field}"), message);
        issues.push(issue.in_field(&parameter.name));
    };
    let title = parameter.title();
    if !is_name(&parameter.name) || TAKEN.contains(&parameter.name.as_str()) {
        let message = format!(
            "“{}” isn't a valid field name. Start with a letter a–z, then use a–z, 0–9 and _. \
             “all” and “error” are reserved.",
            parameter.name
        );
        add(Code::InvalidName, "name", message);
    }
    let chosen = matches!(parameter.kind, ParameterKind::Choice | ParameterKind::MultiChoice);
    if chosen && parameter.options.is_empty() {
        add(Code::MissingParameter, "options", format!("{title} has no options."));
    }
    if let (Some(min), Some(max)) = (parameter.min, parameter.max)
        && min > max
    {
        add(
            Code::ValueOutOfRange,
            "min",
            format!("{title}: the minimum {min} is greater than the maximum {max}."),
        );
    }
    if parameter.step.is_some_and(|step| step <= 0.0) {
        add(
            Code::ValueOutOfRange,
            "step",
            format!("{title}: the step size must be greater than 0."),
        );
    }
    if parameter.pattern.as_deref().is_some_and(|pattern| !patterns.can_read(pattern)) {
        let message =
            format!("{title}: the pattern isn't a valid regular expression, or it is too large.");
        add(Code::InvalidExpression, "pattern", message);
        return;
    }
    for (field, value) in [("default", &parameter.default), ("example", &parameter.example)] {
        let value = value.as_ref().filter(|value| !is_empty_number(parameter, value));
        if let Some(Err(found)) = value.map(|value| fit(parameter, value, patterns)) {
            add(code(&found), field, found.message);
        }
    }
}

fn code(misfit: &Misfit) -> Code {
    match misfit.code {
        "wrong_type" => Code::WrongType,
        _ => Code::ValueOutOfRange,
    }
}

fn presets(workflow: &Workflow, patterns: &mut Patterns, issues: &mut Vec<Issue>) {
    let mut seen = BTreeSet::new();
    for (place, preset) in workflow.presets.iter().enumerate() {
        let path = format!("presets[{place}]");
        if preset.name.trim().is_empty() || !seen.insert(&preset.name) {
            let message = format!("The preset's name “{}” is empty or used twice.", preset.name);
            issues.push(Issue::error(Code::DuplicateId, format!("{path}.name"), message));
        }
        for (name, value) in &preset.values {
            let path = format!("{path}.values.{name}");
            issues.extend(preset_value(workflow, name, value, path, patterns));
        }
    }
}

fn preset_value(
    workflow: &Workflow,
    name: &str,
    value: &Value,
    path: String,
    patterns: &mut Patterns,
) -> Option<Issue> {
    let Some(parameter) = workflow.parameter(name) else {
        let message = format!("There is no field “{name}”.");
        let known = workflow.parameters.iter().map(|parameter| parameter.name.as_str());
        let fix = nearest(name, known).map(|near| format!("Did you mean {near}?"));
        let issue = Issue::error(Code::MissingRequiredVariable, path, message).in_field(name);
        return Some(Issue { fix, ..issue });
    };
    if is_empty_number(parameter, value) {
        return None;
    }
    let found = fit(parameter, value, patterns).err()?;
    Some(Issue::error(code(&found), path, found.message).in_field(name))
}
