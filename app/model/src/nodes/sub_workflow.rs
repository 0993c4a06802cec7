//! `sub_workflow`: runs another template and goes on with its result.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Category, FieldKind, FieldSpec, NodeSpec, NodeType, PortSpec, http_request::Pair,
};
use crate::{
    expr::{ExprError, Scope},
    name::is_name,
    ports::{Kind, PortType},
    validate::Checker,
    workflow::Workflow,
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
    /// The values the other workflow is launched with; `input` is what comes in by the edges.
    ///
    /// # Errors
    /// When a reference has no value.
    pub fn values(
        &self,
        scope: &Scope,
        input: Option<&Value>,
        of: &Workflow,
    ) -> Result<Map<String, Value>, ExprError> {
        let mut values = Map::new();
        if let Some(Value::Object(fields)) = input {
            let asked = of.parameters.iter().filter_map(|p| fields.get_key_value(&p.name));
            values.extend(asked.map(|(name, value)| (name.clone(), value.clone())));
        }
        for pair in &self.parameters {
            values.insert(pair.name.clone(), pair.value.value(scope)?);
        }
        Ok(values)
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "sub_workflow",
        label: "Workflow",
        purpose: "Runs another workflow and goes on with its result.",
        category: Category::Flow,
        icon: "workflow",
        color: "--t-sub",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new(OUTPUT, "Result", PortType::One(Kind::Any))],
        fields: &[
            FieldSpec::new(
                "template",
                "Template",
                "Its name or id. A workflow cannot run itself, also not by way of others.",
                FieldKind::Template,
            )
            .required(),
            FieldSpec::new(
                "version",
                "Version",
                "The newest means the one that is published when this workflow is launched.",
                FieldKind::TemplateVersion,
            ),
            FieldSpec::new(
                "parameters",
                "Parameters",
                "What it is launched with. Those left out are taken from what comes in.",
                FieldKind::Pairs,
            ),
        ],
    };

    fn headline(&self) -> Option<String> {
        let template = self.template.trim();
        (!template.is_empty()).then(|| format!("Runs {template}"))
    }

    fn check(&self, checker: &mut Checker<'_>) {
        if self.template.contains("${") {
            checker.wrong_kind("template", "Name the template itself; a reference cannot be followed.");
        }
        for (place, pair) in self.parameters.iter().enumerate() {
            let field = format!("parameters[{place}].name");
            if !is_name(&pair.name) {
                checker.bad_name(&field, &pair.name);
            } else if self.parameters[..place].iter().any(|before| before.name == pair.name) {
                checker.duplicate(&field, &pair.name);
            }
        }
    }
}
