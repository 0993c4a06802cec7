//! What a person is told who is named in a comment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::subject::CommentSubject;
use crate::{
    id::{CommentId, ExecutionId},
    time::Timestamp,
};

/// A comment that names a person who has not seen it yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MentionRow {
    /// The comment.
    pub comment_id: CommentId,
    /// What it is about.
    pub subject: CommentSubject,
    /// The execution that it is about, or whose review.
    pub execution_id: Option<ExecutionId>,
    /// What that is called.
    pub title: String,
    /// The name of who wrote it; none once the account is deleted.
    pub by: Option<String>,
    /// How it begins, without marks.
    pub excerpt: String,
    /// When the person was named.
    pub at: Timestamp,
}
