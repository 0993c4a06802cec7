//! Documents and pictures as pages and the API show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::{DocumentStatus, Writing},
    execution::state::ExecutionStatus,
    id::{DocumentId, ExecutionId, ImageId, ProjectId, TemplateId, UploadId},
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
    /// Its tags.
    pub tags: Vec<String>,
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
    /// How often it was saved; a change names it.
    pub revision: i64,
    /// Where it is kept.
    pub project: ProjectId,
    /// What that is called.
    pub project_name: String,
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

impl DocumentPage {
    /// What people write of it.
    pub fn writing(&self) -> Writing {
        Writing {
            title: self.title.clone(),
            content: self.content.clone(),
            status: self.status,
            tags: self.tags.clone(),
        }
    }
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
    /// When it was made or uploaded.
    pub created_at: Timestamp,
}

/// A project and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// What it is called.
    pub name: String,
    /// Documents.
    pub documents: i64,
    /// Images.
    pub images: i64,
    /// Executions.
    pub executions: i64,
}

/// A project's page, besides its documents and images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectPage {
    /// The project.
    pub project: ProjectRow,
    /// Its latest executions.
    pub executions: Vec<ProjectExecution>,
    /// The templates they came from, the one used last first.
    pub workflows: Vec<ProjectWorkflow>,
}

/// An execution in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectExecution {
    /// Its id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// When it was launched.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Who launched it.
    pub launched_by: Option<String>,
    /// Documents it made.
    pub documents: i64,
    /// Images it made.
    pub images: i64,
}

/// A template whose executions a project has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectWorkflow {
    /// Its id.
    pub id: TemplateId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many.
    pub executions: i64,
    /// When the last one was launched.
    pub last_at: Timestamp,
}

/// What is to become of a document's images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "images", rename_all = "snake_case")]
pub enum Arrangement {
    /// Attach these at the end; those that are on it already stay where they are.
    Attach(Vec<ImageId>),
    /// Take one off; the next becomes primary if it was. The image itself stays.
    Detach(ImageId),
    /// Show this one first.
    MakePrimary(ImageId),
    /// Show all of them in this order, the first as the primary one.
    Order(Vec<ImageId>),
}

/// A file brought along for an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// What it was called.
    pub name: String,
    /// What it is.
    pub kind: UploadKind,
    /// The same as a media type, from the content.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// What the person should know about it, e.g. that only its beginning is read.
    pub note: Option<String>,
}

/// What may be brought along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadKind {
    /// A picture: text nodes see it, image nodes follow it.
    Image,
    /// A PDF: kept with the execution, and its text is read where it has any.
    Pdf,
    /// A text.
    Text,
}

impl UploadKind {
    /// Its name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Pdf => "pdf",
            Self::Text => "text",
        }
    }
}
