//! Newtype ids. Rows have UUIDs (v7, made by the caller); nodes and edges have ids of the author.

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
    /// A workspace: the tenant to which everything else belongs.
    WorkspaceId,
    /// A folder of documents, images and executions inside a workspace.
    ProjectId,
    /// A reusable workflow.
    TemplateId,
    /// Values of a launch form that somebody keeps.
    PresetId,
    /// One run of a frozen workflow.
    ExecutionId,
    /// One unit of work of one node of one execution.
    JobId,
    /// A named, versioned output of a node in an execution.
    ArtifactId,
    /// A text a team edits.
    DocumentId,
    /// An image in the library.
    ImageId,
    /// A file brought along for an execution.
    UploadId,
    /// A server of tools that a workspace has registered.
    McpServerId,
    /// One call of a tool.
    ToolCallId,
    /// An agent of the library.
    AgentId,
    /// A process that claims jobs; a fresh one per boot.
    WorkerId,
    /// A bearer token of the API.
    TokenId,
    /// An invitation of an address into a workspace.
    InvitationId,
    /// Something that people or other systems are told of.
    NoticeId,
    /// A notice on its way to one receiver.
    DeliveryId,
    /// Where a workspace has another system told of what happens.
    WebhookId,
    /// A decision a person takes.
    ReviewId,
    /// Comments that belong together.
    CommentThreadId,
    /// One comment of a thread.
    CommentId,
}

/// Separates the id in the workflow from the iteration; not allowed in ids that people write.
pub const ROUND: char = '@';

macro_rules! word_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as it is stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as it stands in the workflow, without the iteration of a loop.
            pub fn without_round(&self) -> &str {
                self.0.split_once(ROUND).map_or(self.0.as_str(), |(id, _)| id)
            }

            /// The iteration of a loop it belongs to, e.g. `outer[2]/inner[0]`; empty outside
            /// loops.
            pub fn round(&self) -> &str {
                self.0.split_once(ROUND).map_or("", |(_, round)| round)
            }

            /// The same node or edge in an iteration of a loop; an empty `round` means outside
            /// loops.
            #[must_use]
            pub fn in_round(&self, round: &str) -> Self {
                match round {
                    "" => Self(self.without_round().to_owned()),
                    round => Self(format!("{}{ROUND}{round}", self.without_round())),
                }
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

impl NodeId {
    /// The name of iteration `number` of this loop, from 0.
    pub fn round_of(&self, number: usize) -> String {
        match self.round() {
            "" => format!("{}[{number}]", self.without_round()),
            outer => format!("{outer}/{}[{number}]", self.without_round()),
        }
    }

    /// The loop in whose iteration the node is; none outside loops.
    pub fn owner(&self) -> Option<Self> {
        let (outer, innermost) = match self.round().rsplit_once('/') {
            Some((outer, innermost)) => (outer, innermost),
            None => ("", self.round()),
        };
        let (owner, _) = innermost.rsplit_once('[')?;
        Some(Self(owner.to_owned()).in_round(outer))
    }

    /// Whether this is `other`, or one of its runs where `other` names no iteration.
    pub fn is_run_of(&self, other: &Self) -> bool {
        self == other || self.without_round() == other.as_str()
    }

    /// The number of the innermost iteration it is in, from 0; none outside loops.
    pub fn round_number(&self) -> Option<usize> {
        let (_, number) = self.round().rsplit_once('[')?;
        number.trim_end_matches(']').parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::NodeId;

    #[test]
    fn a_node_of_an_iteration_knows_its_loop_and_its_id_in_the_workflow() {
        let outer = NodeId::from("outer");
        let inner = NodeId::from("inner").in_round(&outer.round_of(2));
        let copy = NodeId::from("copy").in_round(&inner.round_of(0));

        assert_eq!(copy.as_str(), "copy@outer[2]/inner[0]");
        assert_eq!((copy.without_round(), copy.round()), ("copy", "outer[2]/inner[0]"));
        assert_eq!((copy.owner(), copy.round_number()), (Some(inner.clone()), Some(0)));
        assert_eq!((inner.owner(), inner.round_number()), (Some(outer.clone()), Some(2)));
        assert_eq!((outer.owner(), outer.round_number()), (None, None));
        assert!(copy.is_run_of(&"copy".into()) && copy.is_run_of(&copy));
        assert!(
            !copy.is_run_of(&"copy@outer[1]/inner[0]".into()) && !copy.is_run_of(&"inner".into())
        );
    }
}
