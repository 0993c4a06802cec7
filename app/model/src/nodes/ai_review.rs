//! `ai_review`: a model's score of content.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    CallKind, CallSize, Category, Checker, FieldKind, FieldSpec, HandedOn, Level, ModelCall,
    NodeSpec, NodeType, PortSpec,
};
use crate::{
    expr::{ExprError, Scope},
    field::{Field, Text},
    ports::{Kind, PortType},
};

/// What is judged and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The content, as a reference; none means that of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Text>,
    /// What it is judged by.
    pub criteria: Text,
    /// The score from which it passes: 0 to 10.
    pub threshold: Field<f64>,
    /// Which model; none means the workspace's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// What a review gives at its `output`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// 0 to 10.
    pub score: f64,
    /// The score reaches the threshold.
    #[serde(default)]
    pub passed: bool,
    /// What is good and bad.
    pub feedback: String,
    #[serde(default)]
    pub suggestions: Vec<String>,
}

/// A verdict, with the score that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What the model said.
    pub verdict: Verdict,
    /// The score from which it passed; none where that was not recorded.
    pub threshold: Option<f64>,
}

impl Verdict {
    /// Reads what a review gave; none when it is anything else, or more than that.
    pub fn from_value(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let known = ["score", "passed", "feedback", "suggestions"];
        let is_one = fields.len() == known.len() && known.iter().all(|k| fields.contains_key(*k));
        is_one.then(|| Self::deserialize(value).ok())?
    }

    /// "8 of 10, passed. Clear and warm."
    pub fn words(&self) -> String {
        let Self { score, passed, feedback, .. } = self;
        let word = if *passed { "passed" } else { "not passed" };
        format!("{} of 10, {word}. {feedback}", score_words(*score))
    }
}

/// A score as it is read: at most one digit after the point, and never more than it is, so that one
/// just below the threshold does not read as if it had passed.
pub fn score_words(score: f64) -> String {
    let tenths = (score * 10.0).round();
    let tenths = if tenths / 10.0 > score { tenths - 1.0 } else { tenths };
    format!("{}", tenths / 10.0)
}

impl Config {
    /// The threshold in this scope.
    ///
    /// # Errors
    /// When it is a reference without a number from 0 to 10.
    pub fn threshold(&self, scope: &Scope) -> Result<f64, ExprError> {
        self.threshold.resolve_within(scope, 0.0..=10.0, "threshold")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            content: None,
            criteria: Text::from("Clear, correct, fits its readers, ready to publish."),
            threshold: Field::Value(7.0),
            model: None,
        }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "ai_review",
        label: "AI review",
        purpose: "Scores content and suggests improvements.",
        category: Category::Decide,
        icon: "badge-check",
        color: "--t-review",
        inputs: &[PortSpec::new("input", "Content", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new("output", "Verdict", PortType::One(Kind::Json))],
        fields: &[
            FieldSpec::new("criteria", "Criteria", "What makes a result good.", FieldKind::Prompt)
                .required(),
            FieldSpec::new(
                "threshold",
                "Passing score",
                "From 0 to 10.",
                FieldKind::Number { min: 0.0, max: 10.0, step: 0.5 },
            ),
            FieldSpec::new(
                "content",
                "Content",
                "What to score. Leave empty to use the input.",
                FieldKind::Reference,
            )
            .with_level(Level::Intermediate),
            FieldSpec::new(
                "model",
                "Model",
                "Leave empty for the workspace default.",
                FieldKind::Model,
            )
            .with_level(Level::Intermediate),
        ],
    };

    fn handed_on(&self) -> HandedOn<'_> {
        self.content.as_ref().into()
    }

    fn model_call(&self) -> Option<ModelCall> {
        Some(ModelCall { kind: CallKind::Score, by_name: self.model.clone() })
    }

    fn call_size(&self, scope: &Scope) -> CallSize {
        let (low, high) = CallSize::count_sent([&self.criteria], scope);
        CallSize {
            input: (low + CallSize::SHORT, high + CallSize::UNSTATED),
            output: (CallSize::SHORT, CallSize::UNSTATED),
        }
    }

    fn check(&self, checker: &mut Checker) {
        if self.content.as_ref().is_none_or(Text::is_blank) {
            checker.needs_edge("input", "Nothing to score. Connect a step.");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_score_that_does_not_pass_never_reads_as_the_threshold() {
        let words = [6.99, 6.95, 6.9, 7.0, 7.04, 9.999, 10.0, 0.04].map(score_words);

        assert_eq!(words, ["6.9", "6.9", "6.9", "7", "7", "9.9", "10", "0"]);
        // What has one digit reads as it is.
        for tenths in 0..=100 {
            let score = f64::from(tenths) / 10.0;
            assert_eq!(score_words(score), format!("{score}"));
        }
    }

    #[test]
    fn only_what_a_review_gave_is_read_as_a_verdict() {
        let given = json!({ "score": 8.4, "passed": true, "feedback": "Clear.", "suggestions": ["Shorter."] });
        let more =
            json!({ "score": 8, "passed": true, "feedback": "", "suggestions": [], "by": 1 });

        let verdict = Verdict::from_value(&given);

        assert!(verdict.is_some_and(|verdict| {
            verdict.words() == "8.4 of 10, passed. Clear." && verdict.suggestions.len() == 1
        }));
        assert_eq!(Verdict::from_value(&more), None);
        assert_eq!(Verdict::from_value(&json!({ "score": 8, "feedback": "" })), None);
        assert_eq!(Verdict::from_value(&json!("Good")), None);
    }
}
