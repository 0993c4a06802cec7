//! `frame`: a coloured area around nodes that belong together; nothing runs.
//!
//! What lies in a frame says so by its `parentId`; the format needs nothing else for groups. The
//! engine sees through frames: what lies in one in a loop lies in the loop.

use serde::{Deserialize, Serialize};

use super::{Category, Choice, FieldKind, FieldSpec, NodeSpec, NodeType, Work};

/// How the frame looks and what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What belongs together here, shown as written: references in it refer to nothing.
    pub note: String,
    /// The colour of its area and border.
    pub color: Color,
    /// One card in an editor instead of all that lies in it.
    pub collapsed: bool,
}

/// The colour of a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Color {
    /// The colour of the product.
    #[default]
    Blue,
    /// The green of the palette.
    Green,
    /// The orange of the palette.
    Orange,
    /// The purple of the palette.
    Purple,
    /// Grey, without a colour of its own.
    Gray,
}

impl Color {
    /// How it is written.
    pub fn key(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Orange => "orange",
            Self::Purple => "purple",
            Self::Gray => "gray",
        }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "frame",
        label: "Frame",
        purpose: "Groups steps visually. It doesn't change the run.",
        category: Category::Flow,
        icon: "frame",
        color: "--t-end",
        inputs: &[],
        outputs: &[],
        fields: &[
            FieldSpec::new("note", "Note", "What these steps do together.", FieldKind::Prompt),
            FieldSpec::new(
                "color",
                "Color",
                "The color of the frame.",
                FieldKind::Choice {
                    options: &[
                        Choice::new("blue", "Blue"),
                        Choice::new("green", "Green"),
                        Choice::new("orange", "Orange"),
                        Choice::new("purple", "Purple"),
                        Choice::new("gray", "Gray"),
                    ],
                },
            ),
            FieldSpec::new(
                "collapsed",
                "Collapsed",
                "Show one card instead of the steps inside.",
                FieldKind::Boolean,
            ),
        ],
    };

    fn work(&self) -> Work {
        Work::None
    }

    fn collapsed(&self) -> Option<bool> {
        Some(self.collapsed)
    }

    fn collapsed_mut(&mut self) -> Option<&mut bool> {
        Some(&mut self.collapsed)
    }
}
