//! Documents and images as pages and the API show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    document::{Aside, DocumentStatus, Writing, one_line},
    execution::state::{ExecutionStatus, PauseReason},
    id::{DocumentId, ExecutionId, ImageId, ProjectId, TemplateId, UploadId},
    launch_context::LaunchContext,
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRow {
    /// The document's id.
    pub id: DocumentId,
    /// The document's title.
    pub title: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// How far the work on it is.
    pub status: DocumentStatus,
    /// The document's tags.
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
    /// Why lists leave it out unless they are asked for such documents; none for a listed one.
    #[serde(default)]
    pub aside: Option<Aside>,
}

/// A document with its text and images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentPage {
    /// The document's id.
    pub id: DocumentId,
    /// The document's title.
    pub title: String,
    /// Its text, in Markdown.
    pub content: String,
    /// How far the work on it is.
    pub status: DocumentStatus,
    /// The document's tags.
    pub tags: Vec<String>,
    /// How often it was saved; a change has to name this number.
    pub revision: i64,
    /// The project it is kept in.
    pub project: ProjectId,
    /// The name of the project.
    pub project_name: String,
    /// True when the sample provider wrote it.
    pub sample: bool,
    /// True while it is a text as it ended at its token limit.
    #[serde(default)]
    pub cut_off: bool,
    /// The execution that made it.
    pub execution: Option<ExecutionId>,
    /// The name of that execution, while it exists.
    pub execution_name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its images, the primary one first.
    pub images: Vec<AttachedImage>,
    /// Files that go along wherever it is read as context, the oldest first.
    pub files: Vec<Upload>,
    /// Why lists leave it out; none for a listed one.
    #[serde(default)]
    pub aside: Option<Aside>,
}

impl DocumentPage {
    /// The parts that people write: title, text, status and tags.
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
    /// The image's id.
    pub id: ImageId,
    /// What it shows, in words.
    pub alt: String,
    /// Words under it on this document.
    pub caption: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The size of the file in bytes.
    pub bytes: i64,
    /// True when the sample provider made it.
    pub sample: bool,
    /// True for the one shown first.
    pub is_primary: bool,
    /// Its position on the document, from 0.
    pub order: i32,
    /// The execution that attached it.
    pub by_workflow: Option<ExecutionId>,
}

/// An image in the library's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageRow {
    /// The image's id.
    pub id: ImageId,
    /// What it shows, in words.
    pub alt: String,
    /// The media type, detected from the content.
    pub media_type: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The size of the file in bytes.
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
    /// The project's id.
    pub id: ProjectId,
    /// What it is called.
    pub name: String,
    /// True when it is archived: nothing more goes into it.
    pub archived: bool,
    /// How many documents it holds.
    pub documents: i64,
    /// How many images it holds.
    pub images: i64,
    /// How many executions it holds.
    pub executions: i64,
    /// The context, variables and environment of launches that leave them out.
    #[serde(default)]
    pub launch_defaults: LaunchContext,
}

/// A project's page, besides its documents and images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectPage {
    /// The project with its numbers.
    pub project: ProjectRow,
    /// Its latest executions.
    pub executions: Vec<ProjectExecution>,
    /// The templates they came from, the one used last first.
    pub workflows: Vec<ProjectWorkflow>,
}

/// An execution in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectExecution {
    /// The execution's id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused, if it is.
    pub pause_reason: Option<PauseReason>,
    /// When it was launched.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Who launched it.
    pub launched_by: Option<String>,
    /// How many documents it made.
    pub documents: i64,
    /// How many images it made.
    pub images: i64,
}

/// A template whose executions a project has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectWorkflow {
    /// The template's id.
    pub id: TemplateId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many of its executions the project has.
    pub executions: i64,
    /// When the last one was launched.
    pub last_at: Timestamp,
}

/// The most files of a document.
pub const MOST_FILES: usize = 20;
/// The most characters of an image's description or caption.
pub const MOST_IMAGE_CHARS: usize = 1_000;

/// An image's description or caption as it can be saved: on one line.
///
/// # Errors
/// More than [`MOST_IMAGE_CHARS`], with the numbers.
pub fn image_words(field: &str, text: &str) -> Result<String, Problem> {
    let text = one_line(text);
    let chars = text.chars().count();
    if chars <= MOST_IMAGE_CHARS {
        return Ok(text);
    }
    let words = format!("The text has {chars} characters; the limit is {MOST_IMAGE_CHARS}.");
    let wrong = FieldProblem::field("text_too_long", field, words.clone());
    Err(Problem::invalid(words, vec![wrong]))
}

/// A change to the images of a document.
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
    /// Show this one at this place, counted from 0, or last where there are fewer.
    Place(ImageId, usize),
}

/// A file that an execution is launched with, or has got of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upload {
    /// The file's id.
    pub id: UploadId,
    /// What it was called.
    pub name: String,
    /// What kind of file it is.
    pub kind: UploadKind,
    /// Its media type, detected from the content.
    pub media_type: String,
    /// The size of the file in bytes.
    pub bytes: i64,
    /// What the person should know about it, e.g. that only its beginning is read.
    pub note: Option<String>,
}

impl Upload {
    /// A file of a tool, as the values of its step name it.
    pub fn to_value(&self) -> Value {
        let Self { id, name, media_type, bytes, .. } = self;
        json!({ "file_id": id, "name": name, "media_type": media_type, "bytes": bytes })
    }

    /// Every file that is named in a value, however deep.
    pub fn files_in(value: &Value) -> Vec<Self> {
        let inside: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(fields) => match Self::from_value(value) {
                Some(file) => return vec![file],
                None => fields.values().collect(),
            },
            _ => vec![],
        };
        inside.into_iter().flat_map(Self::files_in).collect()
    }

    fn from_value(value: &Value) -> Option<Self> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let media_type = text("media_type")?;
        Some(Self {
            id: UploadId::deserialize(value.get("file_id")?).ok()?,
            name: text("name")?,
            kind: UploadKind::of_media_type(&media_type),
            bytes: value.get("bytes")?.as_i64()?,
            media_type,
            note: None,
        })
    }
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadKind {
    /// An image: text nodes see it, image nodes follow it.
    Image,
    /// A PDF: kept with the execution, and its text is read where it has any.
    Pdf,
    /// A text: read with prompts as context.
    Text,
    /// Anything else, given by a tool.
    File,
}

impl UploadKind {
    /// Its name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Pdf => "pdf",
            Self::Text => "text",
            Self::File => "file",
        }
    }

    /// The kind of a file that a tool gives, which keeps its images apart.
    pub fn of_media_type(media_type: &str) -> Self {
        match media_type {
            "application/pdf" => Self::Pdf,
            text if text.starts_with("text/") => Self::Text,
            _ => Self::File,
        }
    }
}

/// Error: the text names no kind of file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not image, pdf, text or file")]
pub struct UnknownKind(String);

impl std::str::FromStr for UploadKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let all = [Self::Image, Self::Pdf, Self::Text, Self::File];
        all.into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn files_of_tools_are_found_in_the_values_that_name_them() {
        let id = UploadId("0193bbbb-0000-7000-8000-000000000060".parse().unwrap());
        let pdf = Upload {
            id,
            name: "a.pdf".to_owned(),
            kind: UploadKind::Pdf,
            media_type: "application/pdf".to_owned(),
            bytes: 9,
            note: None,
        };

        let value = json!({"text": "x", "files": [pdf.to_value(), {"file_id": "no id"}]});

        assert_eq!(Upload::files_in(&value), [pdf]);
    }

    #[test]
    fn words_of_an_image_are_one_line_within_the_limit() {
        assert_eq!(image_words("alt", " A cup\n of شاي ").unwrap(), "A cup of شاي");
        assert!(image_words("alt", &"茶".repeat(MOST_IMAGE_CHARS)).is_ok());
        let long = image_words("caption", &"x".repeat(MOST_IMAGE_CHARS + 1)).unwrap_err();
        assert!(long.detail.contains("1001 characters; the limit is 1000"), "{}", long.detail);
        assert_eq!(long.errors[0].path.as_deref(), Some("caption"));
    }
}
