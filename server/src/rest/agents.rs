//! The library of agents over the API: read, made, changed, published, compared, archived.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    agent::library::{AgentPage, AgentUse, AgentVersionView},
    api::{compare::Change, templates::PublishRequest},
    id::AgentId,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{JsonOrNothing, Path, Query},
};

model::agents_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    operations(routes)
        .mount(
            Access::Needs(Permission::PublishTemplate).post(
                "/agents/{id}/publish",
                "Publishes the draft as the next version; versions never change.",
            ),
            publish,
        )
        .mount(
            read.get(
                "/agents/{id}/versions",
                "Lists the published versions with their definitions, newest first.",
            ),
            versions,
        )
        .mount(
            read.get("/agents/{id}/diff", "Lists every difference between two published versions."),
            diff,
        )
        .mount(
            read.get(
                "/agents/{id}/used-by",
                "Lists the workflows that use the agent, with the version each one uses.",
            ),
            used_by,
        )
}

async fn publish(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    JsonOrNothing(form): JsonOrNothing<PublishRequest>,
) -> Result<Answer<AgentPage>> {
    Ok(Answer(services.agents.publish_agent(&actor, id, form).await?))
}

async fn versions(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
) -> Result<Answer<List<AgentVersionView>>> {
    Ok(List::answer(services.agents.agent_page(&actor, id).await?.versions))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Compared {
    /// The number of the version that comes first.
    from: i32,
    /// The number of the version that it is compared with.
    to: i32,
}

async fn diff(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Query(Compared { from, to }): Query<Compared>,
) -> Result<Answer<List<Change>>> {
    Ok(List::answer(services.agents.agent_diff(&actor, id, from, to).await?))
}

async fn used_by(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
) -> Result<Answer<List<AgentUse>>> {
    Ok(List::answer(services.agents.agent_uses(&actor, id).await?))
}
