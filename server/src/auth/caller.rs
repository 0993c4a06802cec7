//! Identifies the caller once per request, and the extractors by which handlers get them.

use std::sync::Arc;

use api::server::{Ctx, Loads};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::actor::{Actor, Origin};
use engine::error::Result;
use model::problem::Problem;

use super::{bearer, cookie};
use crate::{error::Refusal, public_origin::Peer, state::AppState};

/// The signed-in caller. A handler with this argument is never called for anybody else.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

/// The context of the request, also where nobody is signed in.
#[derive(Debug, Clone)]
pub struct Visit(pub Ctx);

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let ctx = parts.extensions.get::<Ctx>().cloned();
        ctx.map(Self).ok_or_else(|| {
            tracing::error!("a handler was mounted without the layer that identifies callers");
            Refusal(Problem::internal())
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Visit(ctx) = Visit::from_request_parts(parts, state).await?;
        ctx.actor.map(Self).ok_or_else(|| Refusal(Problem::signed_out()))
    }
}

/// Puts the request's `Ctx` into its extensions.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    // A copy: the request's body is not `Sync`, so no reference to it may be held over an await.
    let headers = request.headers().clone();
    match visit(&state, &headers, peer).await {
        Ok(ctx) => {
            request.extensions_mut().insert(ctx);
            next.run(request).await
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}

async fn visit(state: &AppState, headers: &HeaderMap, peer: Option<Peer>) -> Result<Ctx> {
    let is_https = state.public_origin.is_https(peer, headers);
    let session_key = cookie::read(is_https, headers).map(str::to_owned);
    let actor = actor(state, headers, session_key.as_deref()).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = Origin {
        ip: state.public_origin.visitor(peer, headers),
        user_agent: user_agent.unwrap_or_default().to_owned(),
    };
    Ok(Ctx {
        backend: state.backend.clone(),
        actor,
        origin,
        session_key,
        cookie: Arc::new(move |key| cookie::write(is_https, key)),
        loads: Loads::default(),
    })
}

/// The actor of a request. An invalid token means nobody: the cookie is not tried then.
async fn actor(
    state: &AppState,
    headers: &HeaderMap,
    session_key: Option<&str>,
) -> Result<Option<Actor>> {
    if bearer::is_present(headers) {
        return match bearer::token(headers) {
            Some(token) => state.services.accounts.actor_of_token(token).await,
            None => Ok(None),
        };
    }
    match session_key {
        Some(key) => state.services.accounts.actor_of_session(key).await,
        None => Ok(None),
    }
}
