//! The library of agents over the API: read, made, changed, published, compared, archived.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    agent::library::{AgentForm, AgentPage, AgentSummary, AgentUse, AgentVersionView},
    agent_library::{form::ArchiveChange, listing::ListedAgent},
    api::{compare::Change, templates::PublishRequest},
    id::AgentId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, JsonOrNothing, Path, Query},
};

const ALL: &str = "/agents";
const ONE: &str = "/agents/{id}";

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditTemplate);
    let publishes = Access::Needs(Permission::PublishTemplate);
    routes
        .mount(read.get("/agents/list", "Lists published agents that steps can use by key or id, by name."), list_offered)
        .mount(read.get(ALL, "Lists all agents by name, including archived ones, with the workflows that use them; editors also see drafts."), list)
        .mount(edit.post(ALL, "Creates an agent as a draft.").gives::<AgentPage>(StatusCode::CREATED), create)
        .mount(read.get(ONE, "Shows an agent with its draft, versions and uses; people who can't edit see the published version instead of the draft."), show)
        .mount(edit.put(ONE, "Changes the draft; refused if it changed since the given revision."), save)
        .mount(edit.post("/agents/{id}/duplicate", "Copies an agent, including one that comes with Atelier, into a new draft.").gives::<AgentPage>(StatusCode::CREATED), duplicate)
        .mount(edit.post("/agents/{id}/archive", "Archives or restores an agent; workflows that pinned a version keep it."), archive)
        .mount(publishes.post("/agents/{id}/publish", "Publishes the draft as the next version; versions never change."), publish)
        .mount(read.get("/agents/{id}/versions", "Lists the published versions with their definitions, newest first."), versions)
        .mount(edit.post("/agents/{id}/versions/{version}/restore", "Replaces the draft with an earlier version; the published version stays until you publish."), restore)
        .mount(read.get("/agents/{id}/diff", "Lists every difference between two published versions."), diff)
        .mount(read.get("/agents/{id}/used-by", "Lists the workflows that use the agent, with the version each one uses."), used_by)
}

async fn list_offered(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<AgentSummary>>> {
    Ok(List::answer(services.agents.offered_agents(&actor).await?))
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ListedAgent>>> {
    Ok(List::answer(services.agents.list_agents(&actor).await?))
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<AgentForm>,
) -> Result<Response> {
    let page = services.agents.create_agent(&actor, form).await?;
    Ok((StatusCode::CREATED, Answer(page)).into_response())
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
) -> Result<Answer<AgentPage>> {
    Ok(Answer(services.agents.agent_page(&actor, id).await?))
}

async fn save(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(form): Json<AgentForm>,
) -> Result<Answer<AgentPage>> {
    Ok(Answer(services.agents.save_agent(&actor, id, form).await?))
}

async fn duplicate(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
) -> Result<Response> {
    let page = services.agents.duplicate_agent(&actor, id).await?;
    Ok((StatusCode::CREATED, Answer(page)).into_response())
}

async fn archive(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(change): Json<ArchiveChange>,
) -> Result<Answer<AgentPage>> {
    Ok(Answer(services.agents.archive_agent(&actor, id, change).await?))
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

async fn restore(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, version)): Path<(AgentId, i32)>,
) -> Result<Answer<AgentPage>> {
    Ok(Answer(services.agents.restore_agent_version(&actor, id, version).await?))
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
