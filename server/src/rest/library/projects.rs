//! Projects over the API.

use axum::Json as Answer;
use model::{
    access::Permission,
    id::ProjectId,
    library::{ProjectPage, ProjectRow},
};

use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Path,
    rest::{
        listing::All,
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(
            read.get("/projects", "Lists projects with how much they hold, the oldest first."),
            list,
        )
        .mount(
            read.get(
                "/projects/{id}",
                "Shows a project with its latest executions and the workflows they ran.",
            ),
            show,
        )
}

async fn list(
    Visit(ctx): Visit,
    Caller(actor): Caller,
) -> Result<Answer<All<ProjectRow>>, Refusal> {
    Ok(All::answer(ctx.services.projects(&actor).await?))
}

async fn show(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ProjectId>,
) -> Result<Answer<ProjectPage>, Refusal> {
    Ok(Answer(ctx.services.project(&actor, id).await?))
}
