//! Comments over the API: threads about something, and what is said in them.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    comment::{
        CommentChange, CommentFilter, CommentThread, NewComment, ThreadState,
        subject::{CommentSubject, NO_STEP, SubjectKind},
    },
    id::{CommentId, NodeId},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let comment = Access::Needs(Permission::Comment);
    let one = "/comments/{id}";
    routes
        .mount(
            read.get(
                "/comments",
                "Lists comment threads, newest first; for a template or an execution, also those \
                 about its steps, and for an execution, those about its reviews.",
            ),
            list,
        )
        .mount(
            comment
                .post("/comments", "Starts a thread or replies to one; returns the thread.")
                .gives::<CommentThread>(StatusCode::CREATED),
            add,
        )
        .mount(comment.put(one, "Changes your own comment; returns its thread."), change)
        .mount(
            comment
                .delete(
                    one,
                    "Deletes your own comment, or, as an admin, any comment; a thread is deleted \
                     with its last comment.",
                )
                .gives_nothing(),
            delete,
        )
        .mount(comment.post("/comments/{id}/resolve", "Resolves the thread of a comment."), resolve)
        .mount(comment.post("/comments/{id}/reopen", "Reopens the thread of a comment."), reopen)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
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
    Query(asked): Query<Asked>,
) -> Result<Answer<Page<CommentThread>>> {
    let Asked { kind, id, node_id, state, limit, cursor } = asked;
    let subject = CommentSubject::from_parts(kind, id, node_id).ok_or_else(|| {
        let wrong = FieldProblem::field("bad_shape", "node_id", NO_STEP);
        Problem::invalid("These comments don't exist.", vec![wrong])
    })?;
    let filter = CommentFilter { subject, state };
    let page = PageRequest { limit, cursor };
    Ok(Answer(services.comments.list(&actor, &filter, &page).await?))
}

async fn add(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(new): Json<NewComment>,
) -> Result<Response> {
    let thread = services.comments.add(&actor, new).await?;
    Ok((StatusCode::CREATED, Answer(thread)).into_response())
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<CommentId>,
    Json(change): Json<CommentChange>,
) -> Result<Answer<CommentThread>> {
    Ok(Answer(services.comments.change(&actor, id, change).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<CommentId>,
) -> Result<StatusCode> {
    services.comments.delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn resolve(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<CommentId>,
) -> Result<Answer<CommentThread>> {
    Ok(Answer(services.comments.resolve(&actor, id).await?))
}

async fn reopen(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<CommentId>,
) -> Result<Answer<CommentThread>> {
    Ok(Answer(services.comments.reopen(&actor, id).await?))
}
