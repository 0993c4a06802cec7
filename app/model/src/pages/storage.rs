//! What the page of the storage loads.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::{DocumentId, ExecutionId, ImageId, ProjectId},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

string_enum! {
    /// What the bytes of a file are kept for. Bytes that are kept for several things are stored and
    /// counted once, for the first of these.
    StorageKind ("kind of file") {
        /// An image that an execution made.
        MadeImage = "made_image",
        /// An image that somebody added to the library.
        AddedImage = "added_image",
        /// A file of a document.
        DocumentFile = "document_file",
        /// A file that was sent for a launch.
        LaunchFile = "launch_file",
        /// Nothing needs it any more: it is deleted when the server cleans up next.
        Unneeded = "unneeded",
    }
}

impl StorageKind {
    /// The kind in words, for many files of it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::MadeImage => "Images from runs",
            Self::AddedImage => "Uploaded images",
            Self::DocumentFile => "Document files",
            Self::LaunchFile => "Launch files",
            Self::Unneeded => "Will be deleted soon",
        }
    }
}

/// How much the files of one kind take up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageShare {
    /// What they are kept for.
    pub kind: StorageKind,
    /// How many there are.
    pub files: i64,
    /// Their bytes together.
    pub bytes: i64,
}

/// Where a file is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoragePlace {
    /// An execution made this image.
    MadeImage(ImageId),
    /// It is an image of this project.
    Project(ProjectId),
    /// It belongs to a document.
    Document(DocumentId),
    /// It was sent with the launch of an execution.
    Execution(ExecutionId),
}

/// One of the largest files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargeFile {
    /// What an image shows, or the name of the file when it was sent; empty where nobody said.
    pub name: String,
    /// What it is kept for.
    pub kind: StorageKind,
    /// Its media type, by its content.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// Since when it is stored.
    pub stored_at: Timestamp,
    /// Where it is; none while no launch has taken it, and where nothing needs it.
    pub place: Option<StoragePlace>,
}

/// What the files of a workspace take up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageUse {
    /// By kind; a kind without files is left out.
    pub shares: Vec<StorageShare>,
    /// The largest ones, the largest first.
    pub largest: Vec<LargeFile>,
}

impl StorageUse {
    /// How many files there are.
    pub fn files(&self) -> i64 {
        self.shares.iter().map(|share| share.files).sum()
    }

    /// The bytes of all files together.
    pub fn bytes(&self) -> i64 {
        self.shares.iter().map(|share| share.bytes).sum()
    }
}
