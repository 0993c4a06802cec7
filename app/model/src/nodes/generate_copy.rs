//! `generate_copy`: text from a model.

use serde::{Deserialize, Serialize};

use super::{
    CallKind, CallSize, Category, Checker, Choice, FieldKind, FieldSpec, JobValues, Level,
    ModelCall, NodeSpec, NodeType, PortSpec, changes::PROMPT_LOCKED,
};
use crate::{
    document::DocumentStatus,
    expr::{ExprError, Scope},
    field::{Field, Text},
    id::DocumentId,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
    text_output::{MOST_TOKENS, Output},
};

/// How text is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What to write.
    pub prompt: Text,
    /// Whether only editors change the prompt in a run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub prompt_locked: bool,
    /// Who the model is.
    #[serde(skip_serializing_if = "Text::is_blank")]
    pub system_prompt: Text,
    /// How many; each is a job, an artifact and, if saved, a document.
    pub quantity: Field<u32>,
    /// How daring: 0 to 2.
    pub temperature: Field<f64>,
    /// Longest answer; none means the model's own bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<Field<u32>>,
    /// Which model; none means the workspace's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Documents that go along.
    pub context_documents: ContextDocuments,
    /// What the model answers with.
    pub output: Output,
    pub output_status: DocumentStatus,
    /// Whether each text becomes a document.
    pub save_as_document: bool,
    /// Title of a document; none means the node's label and the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_title: Option<Text>,
}

/// Documents that go along as context, their images included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", from = "written::ContextDocuments")]
pub enum ContextDocuments {
    /// What the launch brings along, and nothing else.
    #[default]
    Launch,
    /// Nothing, not even what the launch brings along.
    None,
    /// Every document of the project, and what the launch brings along.
    All,
    /// These documents, and what the launch brings along.
    Chosen {
        /// The ids of the documents, written out or as a reference.
        ids: Field<Vec<DocumentId>>,
    },
    /// The project's documents with a tag, and what the launch brings along.
    Tag {
        /// The tag that the documents carry.
        tag: Text,
    },
}

impl ContextDocuments {
    /// The documents that are chosen one by one; empty where a reference gives them.
    pub fn chosen_documents(&self) -> &[DocumentId] {
        match self {
            Self::Chosen { ids: Field::Value(ids) } => ids,
            _ => &[],
        }
    }
}

/// The same as written: serde refuses unknown fields only of variants with braces.
mod written {
    use serde::Deserialize;

    use crate::{
        field::{Field, Text},
        id::DocumentId,
    };

    #[derive(Deserialize)]
    #[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
    pub(super) enum ContextDocuments {
        Launch {},
        None {},
        All {},
        Chosen { ids: Field<Vec<DocumentId>> },
        Tag { tag: Text },
    }

    impl From<ContextDocuments> for super::ContextDocuments {
        fn from(written: ContextDocuments) -> Self {
            match written {
                ContextDocuments::Launch {} => Self::Launch,
                ContextDocuments::None {} => Self::None,
                ContextDocuments::All {} => Self::All,
                ContextDocuments::Chosen { ids } => Self::Chosen { ids },
                ContextDocuments::Tag { tag } => Self::Tag { tag },
            }
        }
    }
}

impl Config {
    /// Most texts of one node.
    pub const MAX_QUANTITY: u32 = 50;

    /// The temperature in this scope.
    ///
    /// # Errors
    /// When it is a reference without a number from 0 to 2.
    pub fn temperature(&self, scope: &Scope) -> Result<f64, ExprError> {
        self.temperature.resolve_within(scope, 0.0..=2.0, "temperature")
    }

    /// The longest answer in this scope, in tokens.
    ///
    /// # Errors
    /// When it is a reference without a whole number in range.
    pub fn max_tokens(&self, scope: &Scope) -> Result<Option<u32>, ExprError> {
        let bound = |field: &Field<u32>| field.resolve_within(scope, 1..=MOST_TOKENS, "max_tokens");
        self.max_tokens.as_ref().map(bound).transpose()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            prompt: Text::default(),
            prompt_locked: false,
            system_prompt: Text::default(),
            quantity: Field::Value(1),
            temperature: Field::Value(0.7),
            max_tokens: None,
            model: None,
            context_documents: ContextDocuments::Launch,
            output: Output::Text,
            output_status: DocumentStatus::Draft,
            save_as_document: true,
            document_title: None,
        }
    }
}

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("prompt", "Prompt", "What to write.", FieldKind::Prompt).required(),
    FieldSpec::new(
        "quantity",
        "Quantity",
        "How many texts to write. Each is its own result.",
        FieldKind::Integer { min: 1, max: 50 },
    )
    .required(),
    FieldSpec::new("model", "Model", "Leave empty for the workspace default.", FieldKind::Model)
        .with_level(Level::Intermediate),
    FieldSpec::new(
        "temperature",
        "Temperature",
        "Low values are predictable, high values are creative.",
        FieldKind::Number { min: 0.0, max: 2.0, step: 0.1 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "max_tokens",
        "Maximum tokens",
        "About four characters each. Leave empty for the model's limit.",
        FieldKind::Integer { min: 1, max: 128_000 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "context_documents",
        "Context documents",
        "Documents the model reads first, images included.",
        FieldKind::Documents,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "save_as_document",
        "Save as document",
        "Save each text as a document in the project.",
        FieldKind::Boolean,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "document_title",
        "Document title",
        "Leave empty to use the step's name and a number.",
        FieldKind::Text,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "output_status",
        "Document status",
        "The status of new documents.",
        FieldKind::Choice {
            options: &[
                Choice::new("draft", "Draft"),
                Choice::new("in_review", "In review"),
                Choice::new("published", "Published"),
            ],
        },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "system_prompt",
        "System prompt",
        "The model's role, and rules for every answer.",
        FieldKind::Prompt,
    )
    .with_level(Level::Expert),
    PROMPT_LOCKED,
    FieldSpec::new(
        "output",
        "Answer format",
        "One text, a list of texts, or JSON that follows a schema.",
        FieldKind::Output,
    )
    .with_level(Level::Expert),
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "generate_copy",
        label: "Generate copy",
        purpose: "Writes one or more texts with a model.",
        category: Category::Create,
        icon: "pen-line",
        color: "--t-copy",
        inputs: &[PortSpec::new("input", "Context", PortType::One(Kind::Any))],
        outputs: &[
            PortSpec::new("texts", "Texts", PortType::List(Kind::Text)),
            PortSpec::new("documents", "Documents", PortType::List(Kind::Document)),
        ],
        fields: FIELDS,
    };

    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        let mut ports: Vec<Port> = Self::SPEC.outputs.iter().map(PortSpec::port).collect();
        if let (Output::Json { .. }, Some(texts)) = (&self.output, ports.first_mut()) {
            texts.port_type = PortType::List(Kind::Json);
        }
        ports
    }

    fn quantity(&self, scope: &Scope) -> Result<u32, ExprError> {
        self.quantity.resolve_within(scope, 1..=Self::MAX_QUANTITY, "quantity")
    }

    fn empty_port(&self, port: &str) -> Option<&'static str> {
        (port == "documents" && !self.save_as_document)
            .then_some("its texts aren't saved as documents")
    }

    /// What comes in only orders: the prompt names what it reads.
    fn reads_port(&self, _port: &str) -> bool {
        false
    }

    fn documents_read(&self) -> Option<&[DocumentId]> {
        match &self.context_documents {
            ContextDocuments::None => None,
            context => Some(context.chosen_documents()),
        }
    }

    fn job_values(&self) -> JobValues {
        match self.output {
            Output::Text => JobValues::One,
            Output::Json { .. } => JobValues::OneJson,
            Output::List => JobValues::Any,
        }
    }

    fn model_call(&self) -> Option<ModelCall> {
        Some(ModelCall { kind: CallKind::Text, by_name: self.model.clone() })
    }

    fn call_size(&self, scope: &Scope) -> CallSize {
        let (low, high) = CallSize::count_sent([&self.prompt, &self.system_prompt], scope);
        let reads = match self.context_documents {
            ContextDocuments::Launch | ContextDocuments::None => 0,
            _ => CallSize::UNSTATED,
        };
        let most = self.max_tokens.as_ref().and_then(|most| most.resolve(scope).ok());
        let most = most.map_or(CallSize::UNSTATED, i64::from);
        CallSize { input: (low, high + reads), output: (CallSize::SHORT.min(most), most) }
    }

    fn check(&self, checker: &mut Checker) {
        match &self.context_documents {
            ContextDocuments::Chosen { ids: Field::Value(ids) } if ids.is_empty() => {
                checker.missing("context_documents.ids", "Choose at least one document.");
            }
            ContextDocuments::Tag { tag } if tag.is_blank() => {
                checker.missing("context_documents.tag", "Enter a tag.");
            }
            _ => {}
        }
    }
}
