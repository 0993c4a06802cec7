//! What a thread is about, as columns.

use model::{
    comment::subject::{CommentSubject, SubjectKind},
    id::NodeId,
};
use uuid::Uuid;

use crate::error::{EngineError, Result};

/// What a thread is about: one of the ids, and the step where it is about one.
pub(super) struct SubjectColumns<N> {
    pub template: Option<Uuid>,
    pub document: Option<Uuid>,
    pub execution: Option<Uuid>,
    pub review: Option<Uuid>,
    pub node: Option<N>,
}

impl<'a> From<&'a CommentSubject> for SubjectColumns<&'a str> {
    fn from(subject: &'a CommentSubject) -> Self {
        let id = |kind: SubjectKind| (subject.kind() == kind).then(|| subject.id());
        Self {
            template: id(SubjectKind::Template),
            document: id(SubjectKind::Document),
            execution: id(SubjectKind::Execution),
            review: id(SubjectKind::Review),
            node: subject.node_id().map(NodeId::as_str),
        }
    }
}

impl SubjectColumns<String> {
    /// The subject that the columns of a row say.
    pub(super) fn subject(self) -> Result<CommentSubject> {
        let Self { template, document, execution, review, node } = self;
        let ids = [
            (SubjectKind::Template, template),
            (SubjectKind::Document, document),
            (SubjectKind::Execution, execution),
            (SubjectKind::Review, review),
        ];
        let found = ids.into_iter().find_map(|(kind, id)| Some((kind, id?)));
        let subject =
            found.and_then(|(kind, id)| CommentSubject::from_parts(kind, id, node.map(NodeId)));
        subject.ok_or_else(|| EngineError::internal("reading a thread", "it is about nothing"))
    }
}
