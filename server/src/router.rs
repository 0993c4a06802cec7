//! Routes and the layers around them, in the order a request passes them.

use app::shell::PreloadFonts;
use axum::{
    Extension, Router,
    middleware::{from_fn, from_fn_with_state},
};

use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    auth::caller::identify,
    error::wrong_method,
    http::{
        assets::{Assets, link_chunks},
        body, compress, guard, headers, health, trace,
    },
    pages, rest,
    state::AppState,
};

/// The whole server, without a socket.
pub fn router(state: AppState, assets: Assets) -> Router {
    // Files and probes are outside of this: they need no caller, and never touch the database.
    let known = Router::new()
        .nest("/api/v1", rest::all().into_router())
        .merge(rest::alias::router(&state))
        .merge(
            pages::router(&state)
                .layer(Extension(PreloadFonts(assets.fonts())))
                .layer(from_fn_with_state(assets.links(), link_chunks)),
        )
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(state.clone(), identify));
    Router::new()
        .merge(known)
        .merge(rest::openapi::router())
        .merge(assets.router())
        // A request passes the layer that was added last first.
        .layer(from_fn(body::answer_in_time))
        .layer(from_fn_with_state(state.clone(), guard::own_pages))
        .layer(from_fn_with_state(state.clone(), guard::own_host))
        .merge(health::router())
        .layer(compress::layer())
        .layer(CatchPanicLayer::custom(trace::answer_panic))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn(trace::name))
        .with_state(state)
}
