//! Links by which somebody without an account decides a review.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::compare::{Comparison, ItemChange};
use crate::{
    agent::approval::ReviewKind,
    problem::{FieldProblem, Problem},
    review::{BEGINNING, begin_list, begin_text},
    time::Timestamp,
    value::{ImageRef, texts_in},
};

/// What is sent to make a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewLinkForm {
    /// For how many hours it works.
    pub hours: u32,
}

impl ReviewLinkForm {
    /// The longest a link works: 30 days.
    pub const MOST_HOURS: u32 = 720;

    /// The hours, if a link may work so long.
    ///
    /// # Errors
    /// What is allowed, in words.
    pub fn checked(self) -> Result<i32, Problem> {
        match i32::try_from(self.hours) {
            Ok(hours) if (1..=Self::MOST_HOURS).contains(&self.hours) => Ok(hours),
            _ => {
                let message = format!("Enter 1 to {} hours.", Self::MOST_HOURS);
                let error = FieldProblem::field("invalid_value", "hours", message);
                Err(Problem::invalid("The link was not created.", vec![error]))
            }
        }
    }
}

/// A link that was just made; its address is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewReviewLink {
    /// The id by which the link is revoked.
    pub id: Uuid,
    /// Where it leads, below the server's own address.
    pub path: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewLinkRow {
    /// The id by which the link is revoked.
    pub id: Uuid,
    /// Who made it.
    pub made_by: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A review as somebody sees it who has a link to it: without any id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkedReview {
    /// The execution that waits.
    pub execution: String,
    /// Who made the link.
    pub made_by: String,
    /// What kind of thing is decided about.
    #[serde(default)]
    pub kind: ReviewKind,
    /// What the reviewers are asked.
    pub instructions: String,
    /// What is decided about.
    pub items: Vec<LinkedItem>,
    /// The places of items of which only the beginning is among them; the API gives all of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<usize>,
    /// Whether the sample provider, or the sample tools, answered in the execution.
    #[serde(default)]
    pub sample: bool,
    /// How many people must approve.
    pub needed: u32,
    /// How many people have approved.
    pub approvals: u32,
    /// The edition of the items. An approval may name it, so that it is refused when another one
    /// has changed them meanwhile.
    #[serde(default)]
    pub edition: usize,
    /// The approval of who made the link, if it is given; by the link or otherwise.
    #[serde(default)]
    pub approved: Option<LinkedApproval>,
    /// How often the step has asked before.
    #[serde(default)]
    pub earlier: u32,
    /// Why nobody can ask for changes; none where they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_changes: Option<String>,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

impl LinkedReview {
    /// Cuts very long items to their beginning, for a page that loads the rest when asked; the
    /// places of these are then in `cut`.
    #[must_use]
    pub fn truncate_items(mut self) -> Self {
        let items = self.items.iter_mut().enumerate();
        self.cut = items.filter_map(|(place, item)| item.shorten().then_some(place)).collect();
        self
    }
}

/// How an item differs from the one in its place before, as shown to somebody with a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkedChange {
    /// The item's place, from 0.
    pub place: usize,
    /// The difference; none for two images, whose bytes are served under the link by place.
    pub comparison: Option<Comparison>,
}

impl From<ItemChange> for LinkedChange {
    fn from(ItemChange { place, comparison }: ItemChange) -> Self {
        let images = matches!(comparison, Comparison::Image { .. });
        Self { place, comparison: (!images).then_some(comparison) }
    }
}

/// An approval, as somebody sees it who has a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkedApproval {
    /// The name of the person for whom it counts.
    pub by: String,
    /// When it was given; none for approvals from before times were recorded.
    pub at: Option<Timestamp>,
}

/// Something to decide about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkedItem {
    /// One or several texts.
    Texts {
        /// The texts, in their order.
        texts: Vec<String>,
    },
    /// An image; its bytes lie under the link, by the item's place.
    #[serde(rename = "picture")]
    Image {
        /// What it shows, in words.
        alt: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A document of the library.
    Document {
        /// The title of the document.
        title: String,
        /// What it says, as Markdown.
        text: String,
    },
    /// Anything else, as indented JSON.
    Data {
        /// The whole value as JSON text.
        json: String,
    },
}

impl LinkedItem {
    /// The item as shown to somebody who may open nothing else. The caller reads documents.
    pub fn from_value(value: &Value) -> Self {
        if let Value::String(text) = value {
            return Self::Texts { texts: vec![text.clone()] };
        }
        if let Some(ImageRef { alt, width, height, .. }) = ImageRef::from_value(value) {
            return Self::Image { alt, width, height };
        }
        match texts_in(value) {
            Some(texts) => Self::Texts { texts },
            None => Self::Data { json: serde_json::to_string_pretty(value).unwrap_or_default() },
        }
    }
    fn shorten(&mut self) -> bool {
        let left = &mut { BEGINNING };
        match self {
            Self::Texts { texts } => begin_list(texts, left, begin_text),
            Self::Document { text, .. } | Self::Data { json: text } => begin_text(text, left),
            Self::Image { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn of_long_items_the_page_of_a_link_has_the_beginning_and_says_of_which() {
        let long = "Tea. ".repeat(BEGINNING);
        let items = json!([
            {"kind": "texts", "texts": ["short"]},
            {"kind": "texts", "texts": ["short", long, "after"]},
            {"kind": "document", "title": "Report", "text": long},
            {"kind": "data", "json": long},
        ]);
        let review: LinkedReview = serde_json::from_value(json!({
            "execution": "Ads", "made_by": "Ada", "instructions": "", "items": items, "needed": 1,
            "approvals": 0, "expires_at": 0,
        }))
        .unwrap();
        let all = review.items.clone();

        let truncated = review.truncate_items();

        assert_eq!(truncated.cut, [1, 2, 3]);
        assert_eq!(truncated.items[0], all[0]);
        assert!(serde_json::to_string(&truncated.items).unwrap().len() < 4 * BEGINNING);
    }
}
