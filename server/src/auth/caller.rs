//! Identifies the caller once per request, and the extractors by which handlers get them.

use std::sync::Arc;

use api::server::{Ctx, Loads};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::actor::{Actor, Origin, Person};
use model::{id::WorkspaceId, problem::Problem};
use store::error::Result;

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
        Ok(mut ctx) => {
            ctx.page_workspace = ctx.person.and_then(|_| page_workspace(request.uri(), &headers));
            request.extensions_mut().insert(ctx);
            next.run(request).await
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}

async fn visit(state: &AppState, headers: &HeaderMap, peer: Option<Peer>) -> Result<Ctx> {
    let is_https = state.public_origin.is_https(peer, headers);
    let session_key = cookie::read(is_https, headers).map(str::to_owned);
    let Visitor { person, actor } = visitor(state, headers, session_key.as_deref()).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = Arc::new(Origin {
        ip: state.public_origin.visitor(peer, headers),
        user_agent: user_agent.unwrap_or_default().to_owned(),
    });
    // What the actor does is recorded with where it came from.
    let actor = actor.map(|actor| Actor { origin: Some(origin.clone()), ..actor });
    Ok(Ctx {
        backend: state.backend.clone(),
        actor,
        person,
        page_workspace: None,
        origin,
        session_key,
        cookie: Arc::new(move |key| cookie::write(is_https, key)),
        loads: Loads::default(),
    })
}

#[derive(Default)]
struct Visitor {
    person: Option<Person>,
    actor: Option<Actor>,
}

/// Who sent a request. An invalid token means nobody: the cookie is not tried then.
async fn visitor(
    state: &AppState,
    headers: &HeaderMap,
    session_key: Option<&str>,
) -> Result<Visitor> {
    if bearer::is_present(headers) {
        let actor = match bearer::token(headers) {
            Some(token) => state.services.accounts.actor_of_token(token).await?,
            None => None,
        };
        return Ok(Visitor { person: None, actor });
    }
    let Some(key) = session_key else { return Ok(Visitor::default()) };
    let found = state.services.accounts.visitor_of_session(key).await?;
    Ok(found.map_or_else(Visitor::default, |found| Visitor {
        person: Some(found.person),
        actor: found.actor,
    }))
}

/// The workspace of the page that sent a request to the API, read off its address; none of what is
/// no such request: a page itself is asked for from pages of other workspaces too.
pub fn page_workspace(asked: &Uri, headers: &HeaderMap) -> Option<WorkspaceId> {
    if !asked.path().starts_with("/api/") {
        return None;
    }
    let page: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let rest = page.path().strip_prefix("/workspace/")?;
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_of_a_page_is_read_off_its_address() {
        let id = "01890000-0000-7000-8000-000000000000";
        let from = |asked: &'static str, page: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, page.parse().unwrap());
            page_workspace(&Uri::from_static(asked), &headers).map(|id| id.to_string())
        };

        for page in ["", "/documents?q=a", "/settings/members"] {
            let page = format!("http://127.0.0.1:3000/workspace/{id}{page}");
            assert_eq!(from("/api/fn/load_documents", &page).as_deref(), Some(id), "{page}");
        }
        assert_eq!(from("/workspace/1", &format!("http://a/workspace/{id}")), None);
        for page in ["http://a/", "http://a/workspace/", "http://a/workspace/x", "nonsense"] {
            assert_eq!(from("/api/v1/session", page), None, "{page}");
        }
    }
}
