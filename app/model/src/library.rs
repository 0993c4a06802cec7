//! Documents and pictures as pages and the API show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::DocumentStatus,
    id::{DocumentId, ExecutionId, ImageId},
    time::Timestamp,
};

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// How its text begins.
    pub excerpt: String,
    /// How far it is.
    pub status: DocumentStatus,
    /// True when the sample provider wrote it.
    pub sample: bool,
    /// The execution that made it.
    pub execution: Option<ExecutionId>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How many images it has.
    pub attachments: i64,
    /// The image shown first.
    pub primary_image: Option<ImageId>,
}

/// A document with its text and images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentPage {
    /// Its id.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// Its text, in Markdown.
    pub content: String,
    /// How far it is.
    pub status: DocumentStatus,
    /// Its tags.
    pub tags: Vec<String>,
    /// True when the sample provider wrote it.
    pub sample: bool,
    /// The execution that made it.
    pub execution: Option<ExecutionId>,
    /// What that execution is called, while it exists.
    pub execution_name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its images, the primary one first.
    pub images: Vec<AttachedImage>,
}

/// An image on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttachedImage {
    /// Its id.
    pub id: ImageId,
    /// What it shows, in words.
    pub alt: String,
    /// Words under it on this document.
    pub caption: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its size.
    pub bytes: i64,
    /// True when the sample provider made it.
    pub sample: bool,
    /// True for the one shown first.
    pub is_primary: bool,
    /// Its place, from 0.
    pub order: i32,
    /// The execution that attached it.
    pub by_workflow: Option<ExecutionId>,
}

/// A picture in the library's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageRow {
    /// Its id.
    pub id: ImageId,
    /// What it shows, in words.
    pub alt: String,
    /// What it is, from its content.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its size.
    pub bytes: i64,
    /// True when the sample provider made it.
    pub sample: bool,
    /// The execution that made it.
    pub execution: Option<ExecutionId>,
    /// When it was made.
    pub created_at: Timestamp,
}
