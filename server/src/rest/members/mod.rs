//! Members of the workspace over the API: who they are, what they are, and how they go.

mod invitations;

use axum::{Json as Answer, extract::State, http::StatusCode};
use model::{
    access::{Permission, Role},
    api::{
        listing::{Page, PageRequest},
        members::{DepartureForm, MemberFilter, MemberRow, OwnershipForm, RoleForm},
    },
    id::UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
};

model::members_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let manage = Access::Needs(Permission::ManageMembers);
    let one = "/members/{user}";
    let routes = operations(routes)
        .mount(
            read.get("/members", "Lists members, newest first; q searches names and emails."),
            list,
        )
        .mount(manage.put(one, "Changes a member's role.").gives_nothing(), change_role)
        .mount(
            manage
                .delete(
                    one,
                    "Removes a member; hand_over_to optionally names who gets their templates.",
                )
                .gives_nothing(),
            remove,
        )
        .mount(
            Access::Needs(Permission::ManageOwnAccount)
                .post("/members/leave", "Leaves the workspace.")
                .gives_nothing(),
            leave,
        )
        .mount(
            Access::Needs(Permission::TransferWorkspace)
                .post("/ownership", "Makes another member the owner, and you an admin.")
                .gives_nothing(),
            transfer,
        );
    invitations::mount(routes)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberQuery {
    /// Words that all must be in the name or the address.
    #[serde(default)]
    q: String,
    /// Only members of this role.
    role: Option<Role>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<MemberQuery>,
) -> Result<Answer<Page<MemberRow>>> {
    let filter = MemberFilter { q: asked.q, role: asked.role };
    let page = PageRequest { limit: asked.limit, cursor: asked.cursor };
    Ok(Answer(services.members.list(&actor, &filter, &page).await?))
}

async fn change_role(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(user): Path<UserId>,
    Json(form): Json<RoleForm>,
) -> Result<StatusCode> {
    services.members.change_role(&actor, user, form.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(user): Path<UserId>,
    Query(form): Query<DepartureForm>,
) -> Result<StatusCode> {
    services.members.remove(&actor, user, form.hand_over_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn leave(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<DepartureForm>,
) -> Result<StatusCode> {
    services.members.leave(&actor, form.hand_over_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn transfer(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<OwnershipForm>,
) -> Result<StatusCode> {
    services.members.transfer_ownership(&actor, form.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
