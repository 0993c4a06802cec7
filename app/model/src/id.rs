//! Newtype ids. Rows carry UUIDs (v7, made by the caller); nodes and edges carry the author's words.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

uuid_ids! {
    /// A person's account.
    UserId,
    /// A tenant.
    WorkspaceId,
    /// A folder of documents, images and executions inside a workspace.
    ProjectId,
    /// A reusable workflow.
    TemplateId,
    /// One run of a frozen workflow.
    ExecutionId,
    /// One unit of work of one node of one execution.
    JobId,
    /// A named, versioned output of a node in an execution.
    ArtifactId,
    /// A text a team edits.
    DocumentId,
    /// A picture in the library.
    ImageId,
    /// A file brought along for an execution.
    UploadId,
    /// A process that claims jobs; a fresh one per boot.
    WorkerId,
    /// A bearer token of the API.
    TokenId,
    /// A decision a person takes.
    ReviewId,
}

macro_rules! word_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as written in the workflow.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

word_ids! {
    /// A node of a workflow, unique in it.
    NodeId,
    /// An edge of a workflow, unique in it.
    EdgeId,
}
