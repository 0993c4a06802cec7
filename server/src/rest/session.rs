//! Setting up, signing in and out, one's own sessions and password.

use axum::{
    Json as Answer,
    http::{Method, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use engine::services::sign_in::SignedIn;
use model::{
    access::Permission,
    account::{PasswordForm, SetUpForm, SignInForm},
};
use uuid::Uuid;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T> = std::result::Result<T, Refusal>;

const OWN: Access = Access::Needs(Permission::ManageOwnAccount);

pub(super) fn mount(routes: Routes) -> Routes {
    routes
        .mount(Method::POST, "/set-up", Access::Public, set_up)
        .mount(Method::POST, "/session", Access::Public, sign_in)
        .mount(Method::GET, "/session", Access::Needs(Permission::Read), show)
        .mount(Method::DELETE, "/session", OWN, sign_out)
        .mount(Method::GET, "/sessions", OWN, list)
        .mount(Method::DELETE, "/sessions/{id}", OWN, revoke)
        .mount(Method::PUT, "/password", OWN, change_password)
}

async fn set_up(Visit(ctx): Visit, Json(form): Json<SetUpForm>) -> Result<Response> {
    let signed_in = ctx.services.set_up(form, &ctx.origin).await?;
    welcome(&Visit(ctx), &signed_in).await
}

async fn sign_in(Visit(ctx): Visit, Json(form): Json<SignInForm>) -> Result<Response> {
    let old = ctx.session_key.as_deref();
    let signed_in = ctx.services.sign_in(form, &ctx.origin, old).await?;
    welcome(&Visit(ctx), &signed_in).await
}

async fn welcome(Visit(ctx): &Visit, signed_in: &SignedIn) -> Result<Response> {
    let view = ctx.services.session_view(&signed_in.actor).await?;
    let cookie = [(SET_COOKIE, (ctx.cookie)(Some(&signed_in.key)))];
    Ok((StatusCode::CREATED, cookie, Answer(view)).into_response())
}

async fn show(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(ctx.services.session_view(&actor).await?).into_response())
}

async fn sign_out(Visit(ctx): Visit) -> Result<Response> {
    if let Some(key) = &ctx.session_key {
        ctx.services.sign_out(key).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, (ctx.cookie)(None))]).into_response())
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(ctx.services.list_sessions(&actor).await?).into_response())
}

async fn revoke(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    ctx.services.revoke_session(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_password(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<PasswordForm>,
) -> Result<Response> {
    let signed_in = ctx.services.change_password(&actor, form, &ctx.origin).await?;
    let cookie = [(SET_COOKIE, (ctx.cookie)(Some(&signed_in.key)))];
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}
