//! Setting up, signing in and out, one's own sessions and password.

use api::server::Ctx;
use axum::{
    Json as Answer,
    extract::State,
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use backend::{
    accounts::{OpenedSession, SignedIn},
    actor::no_workspace,
};
use model::{
    access::Permission,
    account::{PasswordForm, SessionView, SetUpForm, SignInForm, SignedInPlace},
};
use services::{Services, accounts::Accounts};
use uuid::Uuid;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::{Refusal, Result},
    http::json::{Json, Path},
};

const OWN: Access = Access::Needs(Permission::ManageOwnAccount);

pub(super) fn mount(routes: Routes) -> Routes {
    routes
        .mount(
            Access::Public
                .post("/set-up", "Creates the owner and the first workspace; only on a new server.")
                .gives::<SessionView>(StatusCode::CREATED),
            set_up,
        )
        .mount(
            Access::Public
                .post("/session", "Signs in; sets the session cookie.")
                .gives::<SessionView>(StatusCode::CREATED),
            sign_in,
        )
        .mount(
            Access::Needs(Permission::Read)
                .get("/session", "Shows who is signed in, and to which workspace.")
                .gives::<SessionView>(StatusCode::OK),
            show,
        )
        .mount(OWN.delete("/session", "Signs out.").gives_nothing(), sign_out)
        .mount(
            OWN.get("/sessions", "Lists your sessions.")
                .gives::<Vec<SignedInPlace>>(StatusCode::OK),
            list,
        )
        .mount(OWN.delete("/sessions", "Ends all your other sessions."), revoke_others)
        .mount(OWN.delete("/sessions/{id}", "Ends one of your sessions."), revoke)
        .mount(
            OWN.put("/password", "Changes your password and ends all your other sessions.")
                .gives_nothing(),
            change_password,
        )
}

async fn set_up(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Json(form): Json<SetUpForm>,
) -> Result<Response> {
    let signed_in = services.accounts.set_up(form, &ctx.origin).await?;
    welcome(&services.accounts, &ctx, &signed_in).await
}

async fn sign_in(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Json(form): Json<SignInForm>,
) -> Result<Response> {
    let old = ctx.session_key.as_deref();
    let OpenedSession { key, actor } = services.accounts.sign_in(form, &ctx.origin, old).await?;
    let Some(actor) = actor else {
        // The session is there: they may make a workspace.
        let cookie = [(SET_COOKIE, (ctx.cookie)(Some(&key)))];
        return Ok((cookie, Refusal(no_workspace())).into_response());
    };
    welcome(&services.accounts, &ctx, &SignedIn { key, actor }).await
}

/// The answer to whoever was signed in: who they are, and the cookie.
pub(super) async fn welcome(
    accounts: &Accounts,
    ctx: &Ctx,
    signed_in: &SignedIn,
) -> Result<Response> {
    let view = accounts.session_view(&signed_in.actor).await?;
    let cookie = [(SET_COOKIE, (ctx.cookie)(Some(&signed_in.key)))];
    Ok((StatusCode::CREATED, cookie, Answer(view)).into_response())
}

async fn show(State(services): State<Services>, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(services.accounts.session_view(&actor).await?).into_response())
}

async fn sign_out(State(services): State<Services>, Visit(ctx): Visit) -> Result<Response> {
    if let Some(key) = &ctx.session_key {
        services.accounts.sign_out(key, "").await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, (ctx.cookie)(None))]).into_response())
}

async fn list(State(services): State<Services>, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(services.accounts.list_sessions(&actor).await?).into_response())
}

async fn revoke(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    services.accounts.revoke_session(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke_others(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<StatusCode> {
    services.accounts.revoke_other_sessions(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_password(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<PasswordForm>,
) -> Result<Response> {
    let signed_in = services.accounts.change_password(&actor, form, &ctx.origin).await?;
    let cookie = [(SET_COOKIE, (ctx.cookie)(Some(&signed_in.key)))];
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}
