//! `wait`: goes on after a while, or at a time.

use serde::{Deserialize, Serialize};

use super::{
    Category, Checker, FieldKind, FieldSpec, HandedOn, Level, NodeSpec, NodeType, PortSpec,
};
use crate::{
    expr::{ExprError, Scope},
    field::{Field, Text},
    ports::{Kind, PortType},
    time::Timestamp,
};

/// How long, or until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// So many seconds.
    pub seconds: Field<f64>,
    /// Until this time instead, in ISO 8601; one that has passed is no wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Text>,
}

impl Config {
    /// Longest wait in seconds: 366 days.
    pub const MAX_SECONDS: f64 = 366.0 * 24.0 * 3600.0;
}

impl Default for Config {
    fn default() -> Self {
        Self { seconds: Field::Value(60.0), until: None }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "wait",
        label: "Wait",
        purpose: "Waits for a while, or until a time.",
        category: Category::Flow,
        icon: "hourglass",
        color: "--t-wait",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new("output", "Output", PortType::One(Kind::Any))],
        fields: &[
            FieldSpec::new(
                "seconds",
                "Seconds",
                "How long to wait, up to 366 days.",
                FieldKind::Number { min: 0.0, max: Self::MAX_SECONDS, step: 1.0 },
            ),
            FieldSpec::new(
                "until",
                "Until",
                "Waits until a time instead, such as 2026-12-24T18:00:00Z.",
                FieldKind::Text,
            )
            .with_level(Level::Intermediate),
        ],
    };

    fn not_before(&self, scope: &Scope) -> Result<Timestamp, ExprError> {
        let longest = scope.now.plus_ms((Self::MAX_SECONDS * 1000.0) as u64);
        let Some(until) = self.until.as_ref().filter(|until| !until.is_blank()) else {
            let seconds = self.seconds.resolve_within(scope, 0.0..=Self::MAX_SECONDS, "seconds")?;
            return Ok(scope.now.plus_ms((seconds * 1000.0).round() as u64));
        };
        let text = until.render(scope)?;
        let time = Timestamp::from_iso8601(&text).ok_or_else(|| ExprError::WrongType {
            what: "until".to_owned(),
            expected: "a time such as 2026-12-24T18:00:00Z".to_owned(),
            found: match Timestamp::advice_on_zone(&text) {
                Some(_) => format!("“{}”, which has no time zone", text.escape_debug()),
                None => format!("“{}”", text.escape_debug()),
            },
        })?;
        if time > longest {
            return Err(ExprError::OutOfRange {
                field: "until".to_owned(),
                value: text,
                min: "now".to_owned(),
                max: longest.to_iso8601(),
            });
        }
        Ok(time.max(scope.now))
    }

    /// For how long it waits is no part of what goes on.
    fn handed_on(&self) -> HandedOn<'_> {
        HandedOn::Incoming
    }

    fn check(&self, checker: &mut Checker) {
        let text = self.until.as_ref().map(Text::as_str).filter(|text| !text.contains("${"));
        let text = text.filter(|text| !text.trim().is_empty());
        if let Some(text) = text.filter(|text| Timestamp::from_iso8601(text).is_none()) {
            let example = || "Enter a time such as 2026-12-24T18:00:00Z.".to_owned();
            let advice = Timestamp::advice_on_zone(text).unwrap_or_else(example);
            checker.out_of_range("until", &advice);
        }
    }
}
