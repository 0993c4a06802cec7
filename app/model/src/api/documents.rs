//! Documents as people and programs write, keep and look for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::{DocumentStatus, Writing},
    id::{DocumentId, ExecutionId, ProjectId, TemplateId},
    library::ProjectRow,
    problem::Problem,
    time::Timestamp,
};

/// What is sent to make a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocument {
    /// The title of the document; “Untitled document” when absent.
    #[serde(default)]
    pub title: Option<String>,
    /// Its text, in Markdown.
    #[serde(default)]
    pub content: String,
    /// How far the document is; a draft when absent.
    #[serde(default)]
    pub status: DocumentStatus,
    /// Tags of the document; none when absent.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where it is kept; the workspace's first project when absent.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
}

/// What is sent to change a document; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentChange {
    /// The revision this change was made on; a document that has moved on since refuses it.
    pub revision: i64,
    /// The new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The new text, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<DocumentStatus>,
    /// The new tags; they take the place of all present ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

impl DocumentChange {
    /// The change that turns `before` into `after`, made on `revision`; what is equal stays out of
    /// it.
    pub fn from_diff(revision: i64, before: &Writing, after: &Writing) -> Self {
        let text = |before: &String, after: &String| (before != after).then(|| after.clone());
        Self {
            revision,
            title: text(&before.title, &after.title),
            content: text(&before.content, &after.content),
            status: (before.status != after.status).then_some(after.status),
            tags: (before.tags != after.tags).then(|| after.tags.clone()),
        }
    }

    /// The writing with this change made.
    ///
    /// # Errors
    /// What cannot be kept, see [`Writing::checked`].
    pub fn made_on(self, now: Writing) -> Result<Writing, Problem> {
        let changed = Writing {
            title: self.title.unwrap_or(now.title),
            content: self.content.unwrap_or(now.content),
            status: self.status.unwrap_or(now.status),
            tags: self.tags.unwrap_or(now.tags),
        };
        changed.checked()
    }
}

/// A document as it was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedDocument {
    /// The document's id.
    pub id: DocumentId,
    /// The revision that the next change has to name.
    pub revision: i64,
    /// What is kept now; blanks around the title and the tags are gone.
    #[serde(flatten)]
    pub writing: Writing,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a version came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionOrigin {
    /// A workflow wrote it.
    Workflow,
    /// A person wrote it.
    Person,
    /// It repeats an older one.
    Restored,
}

/// Error: the text names no origin of a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not workflow, person or restored")]
pub struct UnknownOrigin(String);

impl std::str::FromStr for VersionOrigin {
    type Err = UnknownOrigin;

    fn from_str(word: &str) -> Result<Self, UnknownOrigin> {
        match word {
            "workflow" => Ok(Self::Workflow),
            "person" => Ok(Self::Person),
            "restored" => Ok(Self::Restored),
            _ => Err(UnknownOrigin(word.to_owned())),
        }
    }
}

/// A version of a document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentVersionRow {
    /// Its number, from 1.
    pub number: i32,
    /// The title it had.
    pub title: String,
    /// How it came to be.
    pub origin: VersionOrigin,
    /// The version it repeats.
    pub restored: Option<i32>,
    /// Who wrote it, while they have an account.
    pub by: Option<String>,
    /// The execution that wrote it.
    pub execution: Option<ExecutionId>,
    /// When it was written.
    pub at: Timestamp,
    /// True for what the document says now.
    pub current: bool,
    /// False while it is still being written: the last one, until the next begins.
    pub kept: bool,
}

/// A version of a document with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentVersion {
    /// What the list of versions says of it: number, origin, author and time.
    #[serde(flatten)]
    pub row: DocumentVersionRow,
    /// Its text, in Markdown.
    pub content: String,
}

/// The script of the page that a document is printed from: all that runs there.
pub const PRINT: &str = "addEventListener(\"load\", () => print());";
/// The source of that script as content security policies name it.
pub const PRINT_HASH: &str = "sha256-WS1i+QpGr+I/HNtS6OfM25xfHoQbJ35KNKzGT+wBvbc=";

/// The format in which a document is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Markdown with its images beside it, in a ZIP.
    Markdown,
    /// One page of HTML with its images in it.
    Html,
    /// The words alone, without marks and images.
    Text,
    /// A document for Word and its like, with its images in it.
    Docx,
    /// The page of HTML as browsers show and print it, to paper or as PDF.
    Print,
}

impl ExportFormat {
    /// The name of the format in the address of the download.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Text => "text",
            Self::Docx => "docx",
            Self::Print => "print",
        }
    }

    /// The media type of the downloaded file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "application/zip",
            Self::Html | Self::Print => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// The ending of the file's name, without a dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "zip",
            Self::Html | Self::Print => "html",
            Self::Text => "txt",
            Self::Docx => "docx",
        }
    }
}

/// Which documents are listed; each that is given narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentFilter {
    /// Words, or their beginnings, that the title or the text must have.
    pub q: String,
    /// Only documents of this project.
    pub project: Option<ProjectId>,
    /// Only documents with this tag.
    pub tag: Option<String>,
    /// Only documents with this status.
    pub status: Option<DocumentStatus>,
    /// Only documents that this execution made.
    pub execution: Option<ExecutionId>,
    /// Only documents that executions of this template made.
    pub template: Option<TemplateId>,
    /// Only what test runs wrote, and earlier attempts; without this neither is listed.
    pub aside: bool,
}

/// Which images are listed; each that is given narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImageFilter {
    /// Words that the description of the image must have.
    pub q: String,
    /// Only images of this project.
    pub project: Option<ProjectId>,
    /// Only images that this execution made.
    pub execution: Option<ExecutionId>,
}

/// What lists of documents can be narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentShelf {
    /// Tags, the most used first.
    pub tags: Vec<String>,
    /// Projects, the oldest first.
    pub projects: Vec<ProjectRow>,
    /// Templates whose executions made documents, by name.
    pub templates: Vec<(TemplateId, String)>,
    /// Executions that made documents, the latest first.
    pub executions: Vec<(ExecutionId, String)>,
    /// How many documents of test runs and earlier attempts the list leaves out.
    #[serde(default)]
    pub aside: i64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_change_holds_what_differs_and_makes_it_again() {
        let before = Writing { title: "Tea".into(), content: "Warm.".into(), ..Writing::default() };
        let after = Writing { status: DocumentStatus::Published, ..before.clone() };

        let change = DocumentChange::from_diff(3, &before, &after);

        assert_eq!((change.title.as_ref(), change.content.as_ref()), (None, None));
        assert_eq!(change.made_on(before).unwrap(), after);
    }
}
