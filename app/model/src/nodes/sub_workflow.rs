//! `sub_workflow`: runs another template and goes on with its result.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Category, Checker, FieldKind, FieldSpec, NodeSpec, NodeType, PortSpec, http_request::Pair,
};
use crate::{
    access::Permission,
    expr::{ExprError, Scope},
    parameter::Parameter,
    ports::{Kind, PortType},
    review::assignment::ReviewActor,
    text::name::is_name,
};

/// How deep workflows may launch each other: the first one is at 0.
pub const MAX_DEPTH: usize = 5;

/// The port that gives the result of the execution that was launched.
pub const OUTPUT: &str = "output";

/// Which template, and with what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The template, by its id or its name.
    pub template: String,
    /// Its version; none means the one that is published when the parent is launched, which from
    /// then on is this execution's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Its parameters by name. Those left out take the field of the same name of what comes in.
    pub parameters: Vec<Pair>,
}

impl Config {
    /// The parameters the other workflow is launched with, which declares `declared`; `input` is
    /// what comes in by the edges.
    ///
    /// # Errors
    /// When a reference has no value.
    pub fn launch_parameters(
        &self,
        scope: &Scope,
        input: Option<&Value>,
        declared: &[Parameter],
    ) -> Result<Map<String, Value>, ExprError> {
        let mut parameters = Map::new();
        if let Some(Value::Object(fields)) = input {
            let asked = declared.iter().filter_map(|p| fields.get_key_value(&p.name));
            parameters.extend(asked.map(|(name, value)| (name.clone(), value.clone())));
        }
        for pair in &self.parameters {
            let value = match literal_value(pair, declared) {
                Some(value) => value,
                None => pair.value.value(scope)?,
            };
            parameters.insert(pair.name.clone(), value);
        }
        Ok(parameters)
    }
}

/// The value of a parameter that is written out; none where it refers to other values.
pub fn literal_value(pair: &Pair, declared: &[Parameter]) -> Option<Value> {
    let text = Some(pair.value.as_str()).filter(|text| !text.contains("${"))?;
    let parameter = declared.iter().find(|parameter| parameter.name == pair.name);
    let kind = parameter.map(|parameter| parameter.kind);
    Some(kind.and_then(|kind| kind.parse_text(text)).unwrap_or_else(|| text.into()))
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "sub_workflow",
        label: "Workflow",
        purpose: "Runs another workflow and returns its result.",
        category: Category::Flow,
        icon: "workflow",
        color: "--t-sub",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new(OUTPUT, "Result", PortType::One(Kind::Any))],
        fields: &[
            FieldSpec::new(
                "template",
                "Workflow",
                "Its name or id. A workflow can't run itself, directly or through others.",
                FieldKind::Template,
            )
            .required(),
            FieldSpec::new(
                "version",
                "Version",
                "The newest is the version that is live when this workflow launches.",
                FieldKind::TemplateVersion,
            ),
            FieldSpec::new(
                "parameters",
                "Fields",
                "Values for its launch form. Fields you leave out come from the input.",
                FieldKind::Pairs,
            ),
        ],
    };

    fn headline(&self) -> Option<String> {
        let template = self.template.trim();
        (!template.is_empty()).then(|| format!("Runs {template}"))
    }

    /// What it runs may hold any review.
    fn permission_to_pass(&self, _actor: &ReviewActor) -> Option<Permission> {
        Some(Permission::DecideAnyReview)
    }

    fn check(&self, checker: &mut Checker) {
        if self.template.contains("${") {
            checker.wrong_kind("template", "Choose a workflow. A reference doesn't work here.");
        }
        let mut before = BTreeSet::new();
        for (place, pair) in self.parameters.iter().enumerate() {
            let field = format!("parameters[{place}].name");
            if !is_name(&pair.name) {
                checker.bad_name(&field, &pair.name);
            } else if !before.insert(&pair.name) {
                checker.duplicate(&field, &pair.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::{validate::validate_parameters, workflow::Workflow};

    /// What a child with one parameter `n` gets when its value is written so.
    fn given(kind: &str, written: &str) -> Result<Value, String> {
        let child = json!({"parameters": [{"name": "n", "type": kind}]});
        let child = Workflow::from_value(&child).unwrap();
        let config = json!({"template": "Child", "parameters": [{"name": "n", "value": written}]});
        let config: Config = serde_json::from_value(config).unwrap();
        let input = json!({"text": "7"}).as_object().cloned().unwrap();
        let scope = Scope::default().with_parameters(input);
        let parameters = config.launch_parameters(&scope, None, &child.parameters).unwrap();
        let parameters = validate_parameters(&child, &parameters);
        parameters
            .map(|parameters| parameters["n"].clone())
            .map_err(|found| found[0].message.clone())
    }

    #[test]
    fn what_is_written_for_a_parameter_is_read_as_what_it_holds() {
        for (kind, written, value) in [
            ("integer", "7", json!(7)),
            ("integer", " -7 ", json!(-7)),
            ("integer", "", Value::Null),
            // A reference gives the text that it refers to, which is read like one that is written.
            ("integer", "${input.text}", json!(7)),
            ("number", "7.5", json!(7.5)),
            ("number", "−7,5", json!(-7.5)),
            ("boolean", "true", json!(true)),
            ("boolean", "false", json!(false)),
            ("text", "7", json!("7")),
            ("json", "7", json!("7")),
        ] {
            assert_eq!(given(kind, written), Ok(value), "{kind} {written}");
        }
    }

    #[test]
    fn what_does_not_read_so_is_told_as_it_was_written() {
        let stray = |written: &str, stray| {
            format!(
                "n: “{written}” isn't a number. Remove “{stray}” and enter only the number, such as 1200 or 0.5."
            )
        };
        for (kind, written, words) in [
            ("integer", "seven", stray("seven", 's').as_str()),
            ("integer", "1,234", "n: “1,234” could be 1.234 or 1234. Enter 1234."),
            ("integer", "7.5", "n must be a whole number, but is 7.5."),
            ("number", "[7]", stray("[7]", '[').as_str()),
            ("boolean", "yes", "n must be true or false, but is text."),
        ] {
            assert_eq!(given(kind, written), Err(words.to_owned()), "{kind} {written}");
        }
    }
}
