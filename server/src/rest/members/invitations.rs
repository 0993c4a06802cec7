//! Invitations over the API: made by admins, accepted by whoever is invited.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    account::SessionView,
    api::{
        listing::{Page, PageRequest},
        members::{InvitationForm, InvitationRow, InvitationView, JoinForm, NewInvitation},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path, Query},
    rest::{
        listing::List,
        routes::{Access, Routes},
        session::welcome,
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageMembers);
    routes
        .mount(manage.get("/invitations", "Lists open invitations, newest first."), list)
        .mount(
            manage
                .post("/invitations", "Invites people by email; the links are returned only once.")
                .gives::<List<NewInvitation>>(StatusCode::CREATED),
            invite,
        )
        .mount(
            Access::Public.get("/join/{token}", "Shows an invitation without accepting it."),
            show,
        )
        .mount(
            Access::Public
                .post(
                    "/join/{token}",
                    "Accepts an invitation and signs in; sets the session cookie.",
                )
                .gives::<SessionView>(StatusCode::CREATED),
            join,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<InvitationQuery>,
) -> Result<Answer<Page<InvitationRow>>> {
    let page = PageRequest { limit: asked.limit, cursor: asked.cursor };
    Ok(Answer(services.members.invitations(&actor, &page).await?))
}

async fn invite(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<InvitationForm>,
) -> Result<Response> {
    let made = services.members.invite(&actor, form).await?;
    Ok((StatusCode::CREATED, List::answer(made)).into_response())
}

async fn show(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(token): Path<String>,
) -> Result<Answer<InvitationView>> {
    Ok(Answer(services.accounts.find_invitation(&token, ctx.person, &ctx.origin).await?))
}

async fn join(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(token): Path<String>,
    Json(form): Json<JoinForm>,
) -> Result<Response> {
    let old = ctx.session_key.as_deref();
    let signed_in = services.accounts.join(&token, form, ctx.person, &ctx.origin, old).await?;
    welcome(&services.accounts, &ctx, &signed_in).await
}
