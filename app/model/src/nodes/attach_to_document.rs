//! `attach_to_document`: attaches images to documents.

use serde::{Deserialize, Serialize};

use super::{Category, Checker, Choice, FieldKind, FieldSpec, Level, NodeSpec, NodeType, PortSpec};
use crate::{
    expr::{ExprError, Scope},
    field::{Field, Text},
    ports::{Kind, PortType},
};

/// Which images go to which documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How images and documents are paired.
    pub strategy: Strategy,
    /// The documents, as a reference; none means those of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Text>,
    /// The images, as a reference; none means those of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<Text>,
    /// In which order images are taken.
    pub order: Order,
    /// Which attached image becomes primary.
    pub primary: Primary,
    /// Most images on one document: 1 to 20.
    pub max: Field<u32>,
}

/// How images and documents are paired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The first image to the first document, the second to the second, and so on.
    #[default]
    OneToOne,
    /// The first image to every document.
    OneToMany,
    /// Every image to the first document.
    ManyToOne,
    /// Dealt out in turn until every image and every document has had one.
    RoundRobin,
    /// Every image to every document.
    AllToAll,
}

/// In which order images are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Created,
    /// By their description.
    Alphabetical,
    /// Shuffled, the same way each time for the same seed.
    Random,
}

/// Which attached image becomes primary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Primary {
    /// The first that this node attaches to a document.
    #[default]
    First,
    /// No attached image becomes primary.
    None,
}

/// Which image (second) goes to which document (first), by place, in the order of attaching.
pub fn pairs(strategy: Strategy, documents: usize, images: usize) -> Vec<(usize, usize)> {
    if documents == 0 || images == 0 {
        return vec![];
    }
    match strategy {
        Strategy::OneToOne => (0..documents.min(images)).map(|place| (place, place)).collect(),
        Strategy::OneToMany => (0..documents).map(|document| (document, 0)).collect(),
        Strategy::ManyToOne => (0..images).map(|image| (0, image)).collect(),
        Strategy::RoundRobin => {
            (0..documents.max(images)).map(|turn| (turn % documents, turn % images)).collect()
        }
        Strategy::AllToAll => (0..documents)
            .flat_map(|document| (0..images).map(move |image| (document, image)))
            .collect(),
    }
}

impl Order {
    /// The items in this order; `name` is what they are sorted by.
    pub fn arrange<T>(self, mut items: Vec<T>, name: impl Fn(&T) -> String, seed: u64) -> Vec<T> {
        match self {
            Self::Created => {}
            Self::Alphabetical => items.sort_by_cached_key(|item| name(item).to_lowercase()),
            Self::Random => shuffle(&mut items, seed),
        }
        items
    }
}

/// Fisher and Yates over SplitMix64: no more than a fair, repeatable order is asked.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let bound = last as u64 + 1;
        items.swap(last, usize::try_from(mixed % bound).unwrap_or(last));
    }
}

impl Config {
    /// Most images a document may carry.
    pub const MAX_IMAGES: u32 = 20;

    /// The bound in this scope.
    ///
    /// # Errors
    /// When it is a reference without a whole number from 1 to 20.
    pub fn max(&self, scope: &Scope) -> Result<u32, ExprError> {
        self.max.resolve_within(scope, 1..=Self::MAX_IMAGES, "max")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            strategy: Strategy::OneToOne,
            documents: None,
            images: None,
            order: Order::Created,
            primary: Primary::First,
            max: Field::Value(Self::MAX_IMAGES),
        }
    }
}

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "strategy",
        "Strategy",
        "Which images go on which documents.",
        FieldKind::Choice {
            options: &[
                Choice::new("one_to_one", "One image per document, in order"),
                Choice::new("one_to_many", "The same image on every document"),
                Choice::new("many_to_one", "All images on one document"),
                Choice::new("round_robin", "Images spread evenly"),
                Choice::new("all_to_all", "All images on every document"),
            ],
        },
    )
    .required(),
    FieldSpec::new(
        "documents",
        "Documents",
        "Leave empty to use connected documents.",
        FieldKind::Reference,
    ),
    FieldSpec::new(
        "images",
        "Images",
        "Leave empty to use connected images.",
        FieldKind::Reference,
    ),
    FieldSpec::new(
        "primary",
        "Primary image",
        "Shown first and used as the cover.",
        FieldKind::Choice {
            options: &[Choice::new("first", "First attached"), Choice::new("none", "None")],
        },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "order",
        "Order",
        "The order images are used in.",
        FieldKind::Choice {
            options: &[
                Choice::new("created", "As created"),
                Choice::new("alphabetical", "By description"),
                Choice::new("random", "Random"),
            ],
        },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "max",
        "Maximum images",
        "Per document, up to 20.",
        FieldKind::Integer { min: 1, max: 20 },
    )
    .with_level(Level::Intermediate),
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "attach_to_document",
        label: "Attach to document",
        purpose: "Attaches images to documents.",
        category: Category::Create,
        icon: "paperclip",
        color: "--t-attach",
        inputs: &[
            PortSpec::new("documents", "Documents", PortType::List(Kind::Document)),
            PortSpec::new("images", "Images", PortType::List(Kind::Image)),
        ],
        outputs: &[PortSpec::new("documents", "Documents", PortType::List(Kind::Document))],
        fields: FIELDS,
    };

    fn check(&self, checker: &mut Checker) {
        if self.documents.as_ref().is_none_or(Text::is_blank) {
            checker.needs_edge(
                "documents",
                "No documents to attach to. Connect a step that makes documents.",
            );
        }
        if self.images.as_ref().is_none_or(Text::is_blank) {
            checker.needs_edge("images", "No images to attach. Connect a step that makes images.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Strategy, pairs};

    #[test]
    fn each_strategy_pairs_as_it_says() {
        assert_eq!(pairs(Strategy::OneToOne, 3, 2), [(0, 0), (1, 1)]);
        assert_eq!(pairs(Strategy::OneToMany, 3, 2), [(0, 0), (1, 0), (2, 0)]);
        assert_eq!(pairs(Strategy::ManyToOne, 3, 2), [(0, 0), (0, 1)]);
        assert_eq!(pairs(Strategy::RoundRobin, 3, 2), [(0, 0), (1, 1), (2, 0)]);
        assert_eq!(pairs(Strategy::RoundRobin, 2, 3), [(0, 0), (1, 1), (0, 2)]);
        assert_eq!(pairs(Strategy::AllToAll, 2, 2), [(0, 0), (0, 1), (1, 0), (1, 1)]);
    }

    #[test]
    fn ten_copies_share_five_images_and_no_pair_repeats() {
        let dealt = pairs(Strategy::RoundRobin, 10, 5);

        assert_eq!(dealt.len(), 10);
        assert_eq!(dealt[7], (7, 2));
        let distinct: std::collections::BTreeSet<_> = dealt.iter().collect();
        assert_eq!(distinct.len(), 10);
    }

    #[test]
    fn without_documents_or_images_nothing_is_paired() {
        assert_eq!(pairs(Strategy::AllToAll, 0, 5), []);
        assert_eq!(pairs(Strategy::RoundRobin, 5, 0), []);
    }

    #[test]
    fn a_shuffle_repeats_itself_and_loses_nothing() {
        let items: Vec<u32> = (0..20).collect();

        let once = Order::Random.arrange(items.clone(), u32::to_string, 7);
        let again = Order::Random.arrange(items.clone(), u32::to_string, 7);
        let mut sorted = once.clone();
        sorted.sort_unstable();

        assert_eq!(once, again);
        assert_ne!(once, items);
        assert_eq!(sorted, items);
    }
}
