//! What comments are about.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use uuid::Uuid;

use crate::{
    id::{DocumentId, ExecutionId, NodeId, ReviewId, TemplateId},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// Why a subject is none.
pub const NO_STEP: &str = "node_id names a step, so use it only with templates and executions";
/// The most characters of the id of a step.
const MOST_NODE_CHARS: usize = 200;

string_enum! {
    /// The kind of thing that comments are about.
    SubjectKind ("kind of subject") {
        /// A template, or a step of it.
        Template = "template",
        /// A document.
        Document = "document",
        /// An execution, or a step of it.
        Execution = "execution",
        /// What somebody is asked to decide about.
        Review = "review",
    }
}

/// What comments are about: something as a whole, or one step of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommentSubject {
    /// A template.
    Template {
        /// The template's id.
        id: TemplateId,
        /// The step; none for the whole of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node_id: Option<NodeId>,
    },
    /// A document.
    Document {
        /// The document's id.
        id: DocumentId,
    },
    /// An execution.
    Execution {
        /// The execution's id.
        id: ExecutionId,
        /// The step, without the round of a loop; none for the whole of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node_id: Option<NodeId>,
    },
    /// What a review asks about.
    Review {
        /// The review's id.
        id: ReviewId,
    },
}

impl CommentSubject {
    /// The subject of these parts; a step counts without the round of a loop. None where a step is
    /// named of what has none, or by what is no id.
    pub fn from_parts(kind: SubjectKind, id: Uuid, node_id: Option<NodeId>) -> Option<Self> {
        let node_id = node_id.map(|node| NodeId(node.without_round().to_owned()));
        let is_id = |node: &NodeId| {
            let NodeId(id) = node;
            (1..=MOST_NODE_CHARS).contains(&id.chars().count()) && !id.contains(char::is_control)
        };
        if !node_id.as_ref().is_none_or(is_id) {
            return None;
        }
        match (kind, node_id) {
            (SubjectKind::Template, node_id) => Some(Self::Template { id: id.into(), node_id }),
            (SubjectKind::Execution, node_id) => Some(Self::Execution { id: id.into(), node_id }),
            (SubjectKind::Document, None) => Some(Self::Document { id: id.into() }),
            (SubjectKind::Review, None) => Some(Self::Review { id: id.into() }),
            (SubjectKind::Document | SubjectKind::Review, Some(_)) => None,
        }
    }

    /// The same thing as a whole.
    #[must_use]
    pub fn whole(&self) -> Self {
        match self {
            Self::Template { id, .. } => Self::Template { id: *id, node_id: None },
            Self::Execution { id, .. } => Self::Execution { id: *id, node_id: None },
            Self::Document { .. } | Self::Review { .. } => self.clone(),
        }
    }

    /// The kind of thing that it is.
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Template { .. } => SubjectKind::Template,
            Self::Document { .. } => SubjectKind::Document,
            Self::Execution { .. } => SubjectKind::Execution,
            Self::Review { .. } => SubjectKind::Review,
        }
    }

    /// The id of the thing, whichever kind it is.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Template { id, .. } => id.0,
            Self::Document { id } => id.0,
            Self::Execution { id, .. } => id.0,
            Self::Review { id } => id.0,
        }
    }

    /// The step; none where it is about the whole.
    pub fn node_id(&self) -> Option<&NodeId> {
        match self {
            Self::Template { node_id, .. } | Self::Execution { node_id, .. } => node_id.as_ref(),
            Self::Document { .. } | Self::Review { .. } => None,
        }
    }
}

impl From<ReviewId> for CommentSubject {
    fn from(id: ReviewId) -> Self {
        Self::Review { id }
    }
}

/// A subject as it is sent, read as one object: where serde first looks for a tag it can no longer
/// say which field does not fit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: SubjectKind,
    id: Uuid,
    node_id: Option<NodeId>,
}

impl<'de> Deserialize<'de> for CommentSubject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { kind, id, node_id } = Written::deserialize(deserializer)?;
        Self::from_parts(kind, id, node_id).ok_or_else(|| D::Error::custom(NO_STEP))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_subject_is_written_as_it_is_read_and_only_workflows_have_steps() {
        let id = Uuid::from_u128(7);
        for kind in SubjectKind::ALL {
            let subject = CommentSubject::from_parts(*kind, id, None).unwrap();
            let written = serde_json::to_value(&subject).unwrap();
            assert_eq!(written, json!({ "kind": kind.as_str(), "id": id }));
            assert_eq!(serde_json::from_value::<CommentSubject>(written).unwrap(), subject);
            assert_eq!((subject.kind(), subject.id()), (*kind, id));
        }
        let step = json!({ "kind": "execution", "id": id, "node_id": "copy@each[2]" });
        let step: CommentSubject = serde_json::from_value(step).unwrap();
        assert_eq!(step.node_id().map(NodeId::as_str), Some("copy"));
        assert_eq!(step.whole().node_id(), None);
        for wrong in [
            json!({ "kind": "document", "id": id, "node_id": "copy" }),
            json!({ "kind": "image", "id": id }),
            json!({ "kind": "review", "id": id, "workspace_id": id }),
            json!({ "kind": "template" }),
            json!({ "kind": "template", "id": id, "node_id": "" }),
            json!({ "kind": "template", "id": id, "node_id": "a\u{0}" }),
        ] {
            assert!(serde_json::from_value::<CommentSubject>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
