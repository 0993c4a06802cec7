//! Who is here: the first visit, signing in and out.

#[cfg(feature = "ssr")]
use backend::accounts::SetUpState;
use leptos::{prelude::*, server_fn::codec::Json};
#[cfg(feature = "ssr")]
use model::account::{SetUpForm, SignInForm};
use model::{account::SessionView, oidc::SignInWays, workspace::WorkspaceRow};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use web::routes;

/// Where a visitor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Visitor {
    /// Nobody has an account yet: this is the first visit.
    First {
        /// The one-time code from the server's log is asked for.
        code_needed: bool,
    },
    /// There are accounts, and the visitor is signed in to none.
    SignedOut,
    /// Signed in to a workspace.
    Member(Box<SessionView>),
    /// Signed in, and in no workspace now: they were taken out of it, or it was deleted.
    Outside {
        /// The workspaces that they may go into.
        workspaces: Vec<WorkspaceRow>,
    },
}

/// Where the visitor stands.
#[server(prefix = "/api/fn", endpoint = "visitor", input = Json)]
pub async fn find_visitor() -> Result<Visitor, ApiError> {
    let ctx = Ctx::get()?;
    if let Some(actor) = &ctx.actor {
        let view = ctx.backend.accounts.session_view(actor).await.map_err(into_api_error)?;
        return Ok(Visitor::Member(Box::new(view)));
    }
    if let Some(person) = ctx.person {
        let workspaces = ctx.backend.workspaces.list(person).await.map_err(into_api_error)?;
        return Ok(Visitor::Outside { workspaces });
    }
    let state = ctx.backend.accounts.set_up_state().await.map_err(into_api_error)?;
    Ok(Visitor::from(state))
}

#[cfg(feature = "ssr")]
impl From<SetUpState> for Visitor {
    fn from(state: SetUpState) -> Self {
        match state {
            SetUpState::Done => Self::SignedOut,
            SetUpState::Open => Self::First { code_needed: false },
            SetUpState::CodeNeeded => Self::First { code_needed: true },
        }
    }
}

/// Creates the owner and their workspace, signs them in and leads to the gallery.
#[server(prefix = "/api/fn", endpoint = "set_up", input = Json)]
pub async fn set_up(
    /// The owner's name.
    name: String,
    /// The address to sign in with.
    email: String,
    /// The password in clear.
    password: String,
    /// The name of the workspace.
    workspace: String,
    /// The one-time code, when it is asked for.
    #[server(default)]
    code: Option<String>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let form = SetUpForm { name, email, password, workspace, code };
    let signed_in = ctx.backend.accounts.set_up(form, &ctx.origin).await.map_err(into_api_error)?;
    ctx.set_session_cookie(Some(&signed_in.key));
    leptos_axum::redirect(&routes::gallery(signed_in.actor.workspace));
    Ok(())
}

/// Signs in and leads to `next`, a path of this app, or to the entry.
#[server(prefix = "/api/fn", endpoint = "sign_in", input = Json)]
pub async fn sign_in(
    /// The account's address.
    email: String,
    /// The password in clear.
    password: String,
    /// Where to go afterwards; empty for the entry.
    #[server(default)]
    next: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let form = SignInForm { email, password };
    let signed_in = ctx
        .backend
        .accounts
        .sign_in(form, &ctx.origin, ctx.session_key.as_deref())
        .await
        .map_err(into_api_error)?;
    ctx.set_session_cookie(Some(&signed_in.key));
    leptos_axum::redirect(&routes::safe_next(&next));
    Ok(())
}

/// How people sign in here.
#[server(prefix = "/api/fn", endpoint = "sign_in_ways", input = Json)]
pub async fn find_sign_in_ways() -> Result<SignInWays, ApiError> {
    Ctx::get()?.backend.accounts.sign_in_ways().await.map_err(into_api_error)
}

/// Ends this session and leads to `next`, a path of this app, or to the sign-in page.
#[server(prefix = "/api/fn", endpoint = "sign_out", input = Json)]
pub async fn sign_out(
    /// Where to go afterwards; empty for the sign-in page.
    #[server(default)]
    next: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let there = match &ctx.session_key {
        Some(key) => ctx.backend.accounts.sign_out(key, &next).await.map_err(into_api_error)?,
        None => None,
    };
    ctx.set_session_cookie(None);
    let here = if next.is_empty() { routes::sign_in() } else { routes::safe_next(&next) };
    leptos_axum::redirect(&there.unwrap_or(here));
    Ok(())
}
