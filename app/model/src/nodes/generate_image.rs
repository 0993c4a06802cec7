//! `generate_image`: images from a model.

use serde::{Deserialize, Serialize};

use super::{
    CallKind, CallSize, Category, Choice, FieldKind, FieldSpec, JobValues, Level, ModelCall,
    NodeSpec, NodeType, PortSpec, changes::PROMPT_LOCKED,
};
use crate::{
    expr::{ExprError, Scope},
    field::{Field, Text},
    image::{AspectRatio, ImageSize, Quality, Style},
    ports::{Kind, PortType},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What to show.
    pub prompt: Text,
    /// Whether only editors change the prompt in a run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub prompt_locked: bool,
    /// In which manner.
    pub style: Field<Style>,
    /// The shape, where no exact size is given.
    pub aspect_ratio: Field<AspectRatio>,
    /// The exact size; it wins over the shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Field<ImageSize>>,
    /// How much care.
    pub quality: Field<Quality>,
    /// How many; each is a job and an artifact.
    pub quantity: Field<u32>,
    /// Images to follow, as a reference; none means those of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<Text>,
    /// Which model; none means the workspace's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Config {
    /// Most images of one node.
    pub const MAX_QUANTITY: u32 = 20;

    /// Width and height to ask for, in pixels.
    ///
    /// # Errors
    /// When size or shape is a reference without one.
    pub fn dimensions(&self, scope: &Scope) -> Result<ImageSize, ExprError> {
        match &self.size {
            Some(size) => size.resolve(scope),
            None => Ok(self.aspect_ratio.resolve(scope)?.size()),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            prompt: Text::default(),
            prompt_locked: false,
            style: Field::Value(Style::None),
            aspect_ratio: Field::Value(AspectRatio::Square),
            size: None,
            quality: Field::Value(Quality::Standard),
            quantity: Field::Value(1),
            references: None,
            model: None,
        }
    }
}

/// The aspect ratios to choose from, as they are shown.
pub const ASPECT_RATIOS: &[Choice] = &[
    Choice::new("1:1", "Square 1:1"),
    Choice::new("16:9", "Wide 16:9"),
    Choice::new("9:16", "Tall 9:16"),
    Choice::new("4:5", "Portrait 4:5"),
    Choice::new("5:4", "Landscape 5:4"),
    Choice::new("3:2", "Photo 3:2"),
    Choice::new("2:3", "Photo, tall 2:3"),
    Choice::new("4:3", "Screen 4:3"),
    Choice::new("3:4", "Screen, tall 3:4"),
];

/// The styles to choose from, as they are shown.
pub const STYLES: &[Choice] = &[
    Choice::new("none", "From the prompt"),
    Choice::new("photo", "Photo"),
    Choice::new("illustration", "Illustration"),
    Choice::new("render", "3D render"),
    Choice::new("watercolor", "Watercolor"),
    Choice::new("flat", "Flat"),
    Choice::new("minimal", "Minimal"),
    Choice::new("cinematic", "Cinematic"),
];

/// Tokens of the smallest and of the largest image, where images are paid by tokens.
const DRAWN_TOKENS: (i64, i64) = (272, 8000);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("prompt", "Prompt", "What to show.", FieldKind::Prompt).required(),
    FieldSpec::new(
        "style",
        "Style",
        "The look of the image.",
        FieldKind::Choice { options: STYLES },
    ),
    FieldSpec::new(
        "aspect_ratio",
        "Aspect ratio",
        "The shape of the image.",
        FieldKind::Choice { options: ASPECT_RATIOS },
    ),
    FieldSpec::new(
        "quantity",
        "Quantity",
        "How many images to make.",
        FieldKind::Integer { min: 1, max: 20 },
    )
    .required(),
    FieldSpec::new("model", "Model", "Leave empty for the workspace default.", FieldKind::Model)
        .with_level(Level::Intermediate),
    FieldSpec::new(
        "quality",
        "Quality",
        "High costs more and takes longer.",
        FieldKind::Choice {
            options: &[Choice::new("standard", "Standard"), Choice::new("high", "High")],
        },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "references",
        "Reference images",
        "Images for the model to follow. Leave empty to use connected images.",
        FieldKind::Reference,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "size",
        "Exact size",
        "Width x height in pixels, such as 1024x1024. Overrides the aspect ratio.",
        FieldKind::Text,
    )
    .with_level(Level::Expert),
    PROMPT_LOCKED,
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "generate_image",
        label: "Generate image",
        purpose: "Makes one or more images with a model.",
        category: Category::Create,
        icon: "image",
        color: "--t-image",
        inputs: &[
            PortSpec::new("input", "Context", PortType::One(Kind::Any)),
            PortSpec::new("references", "Reference images", PortType::List(Kind::Image)),
        ],
        outputs: &[PortSpec::new("images", "Images", PortType::List(Kind::Image))],
        fields: FIELDS,
    };

    fn quantity(&self, scope: &Scope) -> Result<u32, ExprError> {
        self.quantity.resolve_within(scope, 1..=Self::MAX_QUANTITY, "quantity")
    }

    /// What comes in as context only orders: the prompt names what it reads.
    fn reads_port(&self, port: &str) -> bool {
        port == "references"
    }

    fn job_values(&self) -> JobValues {
        JobValues::One
    }

    fn model_call(&self) -> Option<ModelCall> {
        Some(ModelCall { kind: CallKind::Image, by_name: self.model.clone() })
    }

    fn call_size(&self, scope: &Scope) -> CallSize {
        CallSize { input: CallSize::count_sent([&self.prompt], scope), output: DRAWN_TOKENS }
    }
}
