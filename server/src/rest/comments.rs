//! Comments over the API: threads about something, and what is said in them.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    comment::{
        CommentFilter, CommentThread, ThreadState,
        subject::{CommentSubject, NO_STEP, SubjectKind},
    },
    id::NodeId,
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;
use uuid::Uuid;

use super::routes::{Access, Routes};
use crate::{auth::caller::Caller, error::Result, http::json::Query};

model::comments_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let routes = routes.mount(
        Access::Needs(Permission::Read).get(
            "/comments",
            "Lists comment threads, newest first; for a template or an execution, also those \
             about its steps, and for an execution, those about its reviews.",
        ),
        list,
    );
    operations(routes)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CommentQuery {
    /// What kind of thing it is.
    kind: SubjectKind,
    /// The id of the thing.
    id: Uuid,
    /// Only threads about this step of it.
    node_id: Option<NodeId>,
    /// Only open threads, or only resolved ones.
    state: Option<ThreadState>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<CommentQuery>,
) -> Result<Answer<Page<CommentThread>>> {
    let CommentQuery { kind, id, node_id, state, limit, cursor } = asked;
    let subject = CommentSubject::from_parts(kind, id, node_id).ok_or_else(|| {
        let wrong = FieldProblem::field("bad_shape", "node_id", NO_STEP);
        Problem::invalid("These comments don't exist.", vec![wrong])
    })?;
    let filter = CommentFilter { subject, state };
    let page = PageRequest { limit, cursor };
    Ok(Answer(services.comments.list(&actor, &filter, &page).await?))
}
