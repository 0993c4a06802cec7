//! `review`: a person decides.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Category, Checker, Choice, ExclusivePorts, FieldKind, FieldSpec, HandedOn, Level, NodeInputs,
    NodeSpec, NodeType, PortSpec, Work,
};
use crate::{
    access::Permission,
    expr::ExprError,
    field::{Field, Text},
    id::UserId,
    ports::{Kind, PortType},
    review::{
        Verdict,
        assignment::{Assignment, ReviewActor, Reviewers},
    },
};

/// The port that gives what was approved.
pub const ITEMS: &str = "items";

/// What is decided about, by whom and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What the reviewers are asked.
    pub instructions: Text,
    /// The content, as a reference; none means that of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Text>,
    /// Who decides.
    pub reviewers: Reviewers,
    /// The people who decide, where people are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// Whether the person who launched the execution does not decide.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclude_author: bool,
    /// How many people must approve: 1 to 10.
    pub approvals: Field<u32>,
    /// Approved by itself after so many minutes; 0 means never.
    pub auto_approve_minutes: Field<u32>,
    /// What a rejection means.
    pub on_reject: OnReject,
}

/// What a rejection means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReject {
    /// The path goes on by the port `rejected`.
    #[default]
    Branch,
    /// The node fails with the reason.
    Fail,
}

impl Config {
    /// Fewest and most people who must approve.
    pub const APPROVALS: std::ops::RangeInclusive<u32> = 1..=10;
    /// Longest time until it is approved by itself: 30 days.
    pub const MAX_MINUTES: u32 = 30 * 24 * 60;
    /// Most people who can be named.
    pub const MOST_PEOPLE: usize = 50;

    /// Who decides.
    pub fn assignment(&self) -> Assignment {
        Assignment {
            reviewers: self.reviewers,
            people: self.reviewers.named(&self.people),
            exclude_author: self.exclude_author,
        }
    }

    fn check_people(&self, checker: &mut Checker) {
        check_named(checker, self.reviewers, &self.people);
        if self.reviewers != Reviewers::People {
            return;
        }
        let needed = self.least_approvals();
        if (1..needed).contains(&self.people.len()) {
            let message =
                format!("{needed} people must approve, but only {} are chosen.", self.people.len());
            checker.out_of_range("people", &message);
        }
    }

    /// How many must approve, as far as that is written out; a reference gives at least one.
    pub fn least_approvals(&self) -> usize {
        match self.approvals {
            Field::Value(needed) => usize::try_from(needed).unwrap_or(usize::MAX),
            Field::Reference(_) => 1,
        }
    }

    /// What is decided about, item by item.
    ///
    /// # Errors
    /// When a reference has no value.
    pub fn content(&self, inputs: &NodeInputs<'_>) -> Result<Vec<Value>, ExprError> {
        let own = self.content.as_ref().filter(|content| !content.is_blank());
        let value = match own {
            Some(content) => content.value(inputs.scope)?,
            None => inputs.value("input").unwrap_or_default(),
        };
        Ok(match value {
            Value::Array(items) => items,
            Value::Null => vec![],
            one => vec![one],
        })
    }
}

/// Adds what is wrong with the people who are named to decide.
pub(super) fn check_named(checker: &mut Checker, reviewers: Reviewers, people: &[UserId]) {
    if reviewers != Reviewers::People {
        return;
    }
    if people.is_empty() {
        checker.missing("people", "Choose who decides.");
    }
    if people.len() > Config::MOST_PEOPLE {
        let message = format!("Choose up to {} people.", Config::MOST_PEOPLE);
        checker.too_many("people", &message);
    }
    if people.iter().collect::<BTreeSet<_>>().len() < people.len() {
        checker.too_many("people", "Someone is listed twice. List each person once.");
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            instructions: Text::default(),
            content: None,
            reviewers: Reviewers::Runners,
            people: vec![],
            exclude_author: false,
            approvals: Field::Value(1),
            auto_approve_minutes: Field::Value(0),
            on_reject: OnReject::Branch,
        }
    }
}

const ANY: PortType = PortType::One(Kind::Any);

const APPROVED: PortSpec = PortSpec::new(Verdict::Approved.as_str(), "Approved", ANY);
const REJECTED: PortSpec = PortSpec::new(Verdict::Rejected.as_str(), "Rejected", ANY);
const HANDED_ON: PortSpec = PortSpec::new(ITEMS, "Items", PortType::List(Kind::Any));

/// Who is not asked does not object, so that the path goes on as after an approval; a failure
/// approves nothing.
pub const VERDICTS: ExclusivePorts =
    ExclusivePorts { passed: APPROVED, failed: REJECTED, beside: Some(HANDED_ON) };

/// The groups of people that may be asked.
pub(super) const REVIEWERS: &[Choice] = &[
    Choice::new("runners", "Anyone who can launch"),
    Choice::new("editors", "Editors and admins"),
    Choice::new("admins", "Admins only"),
    Choice::new("people", "Chosen people"),
];

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "instructions",
        "Instructions",
        "What reviewers should check.",
        FieldKind::Prompt,
    ),
    FieldSpec::new(
        "reviewers",
        "Who decides",
        "Who can approve, ask for changes or reject.",
        FieldKind::Choice { options: REVIEWERS },
    ),
    FieldSpec::new(
        "people",
        "People",
        "Only these people decide. An editor can reassign it later.",
        FieldKind::People,
    )
    .with_dependency("reviewers", "people"),
    FieldSpec::new(
        "exclude_author",
        "Anyone but the author",
        "The person who launches the run doesn't decide.",
        FieldKind::Boolean,
    ),
    FieldSpec::new(
        "content",
        "Content",
        "What to decide on. Leave empty to use the input.",
        FieldKind::Reference,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "approvals",
        "Approvals needed",
        "How many people must approve.",
        FieldKind::Integer { min: 1, max: 10 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "auto_approve_minutes",
        "Auto-approve after (minutes)",
        "0 means never.",
        FieldKind::Integer { min: 0, max: Config::MAX_MINUTES as i64 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "on_reject",
        "When rejected",
        "If “Rejected” isn't connected, the step fails with the reason.",
        FieldKind::Choice {
            options: &[
                Choice::new("branch", "Continue from “Rejected”"),
                Choice::new("fail", "Fail the step with the reason"),
            ],
        },
    )
    .with_level(Level::Expert),
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "review",
        label: "Review",
        purpose: "A person approves, asks for changes or rejects.",
        category: Category::Decide,
        icon: "user-check",
        color: "--t-review",
        inputs: &[PortSpec::new("input", "Content", ANY)],
        outputs: &[
            APPROVED,
            PortSpec::new(Verdict::Changes.as_str(), "Changes", ANY),
            REJECTED,
            HANDED_ON,
        ],
        fields: FIELDS,
    };

    const EXCLUSIVE: Option<&'static ExclusivePorts> = Some(&VERDICTS);

    fn work(&self) -> Work {
        Work::Review
    }

    fn handed_on(&self) -> HandedOn<'_> {
        self.content.as_ref().into()
    }

    fn permission_to_pass(&self, actor: &ReviewActor) -> Option<Permission> {
        Some(self.assignment().permission_to_pass(actor))
    }

    fn check(&self, checker: &mut Checker) {
        if self.content.as_ref().is_none_or(Text::is_blank) {
            checker.needs_edge("input", "Nothing to review. Connect a step.");
        }
        self.check_people(checker);
    }
}
