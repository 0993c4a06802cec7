//! `note`: words on the canvas for whoever reads the workflow; nothing runs.

use serde::{Deserialize, Serialize};

use super::{Category, FieldKind, FieldSpec, NodeSpec, NodeType, Work};

/// What the note says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Its words, shown as written: references in it refer to nothing.
    pub text: String,
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "note",
        label: "Note",
        purpose: "A note for people who read the workflow. It doesn't run.",
        category: Category::Flow,
        icon: "sticky-note",
        color: "--t-end",
        inputs: &[],
        outputs: &[],
        fields: &[FieldSpec::new("text", "Text", "What readers should know.", FieldKind::Prompt)],
    };

    fn work(&self) -> Work {
        Work::None
    }
}
