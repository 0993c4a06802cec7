//! Refuses requests that are not meant for this server's host, and requests that change something
//! but come neither from this server's own pages nor from a program with a token.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::problem::{Problem, ProblemKind};
use url::{Origin, Url};

use super::media_type;
use crate::{
    auth::bearer,
    error::Refusal,
    public_origin::{self, Peer, PublicOrigin},
    state::AppState,
};

/// The beginning of the addresses by which review links decide; the link itself is the secret.
const REVIEW_LINKS: &str = "/api/v1/review-links/";
/// The header that says how the page that sent a request relates to the request's address.
const FETCHED_FROM: &str = "sec-fetch-site";

/// Refuses hosts that are not ours with 421: a foreign name that resolves to this machine opens
/// nothing.
pub async fn own_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !origins(&state.public_origin, &request).is_empty() {
        return next.run(request).await;
    }
    let detail = wrong_host(&state.public_origin, &request);
    Refusal(Problem::new(ProblemKind::Misdirected, "unknown_host", detail)).into_response()
}

/// Refuses unsafe requests, and sockets, that are not proven to come from our own pages with 403.
pub async fn own_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = is_safe(request.method()) && !becomes_socket(headers);
    // A review link may be used from anywhere; these routes read no cookie.
    let by_link = request.uri().path().starts_with(REVIEW_LINKS);
    if reads || by_link || bearer::is_present(headers) {
        return next.run(request).await;
    }
    let fits = is_same_origin(headers, &origins(&state.public_origin, &request));
    if fits && !is_plain_form(headers) {
        return next.run(request).await;
    }
    let rewritten = if fits { None } else { wrong_origin(&state.public_origin, &request) };
    let detail = rewritten.unwrap_or_else(|| {
        "This request didn't come from an Atelier page. From a program, send a token in the \
         Authorization header."
            .to_owned()
    });
    Refusal(Problem::new(ProblemKind::Forbidden, "foreign_origin", detail)).into_response()
}

fn origins(public_origin: &PublicOrigin, request: &Request) -> Vec<String> {
    public_origin.origins(peer(request), request.headers(), request.uri())
}

fn peer(request: &Request) -> Option<Peer> {
    request.extensions().get().copied()
}

/// The message for a request to a host that is not ours: what the operator has to set.
fn wrong_host(public_origin: &PublicOrigin, request: &Request) -> String {
    let known = public_origin.public().map_or_else(String::new, |public| {
        format!(" It is configured for {}.", public.ascii_serialization())
    });
    format!(
        "This server doesn't answer for {}.{known} To change that, its operator sets \
         ATELIER_PUBLIC_URL to the address that browsers open{}.",
        describe_host(request),
        and_proxies(public_origin, request)
    )
}

/// The message for a request that, as the browser says, comes from a page of the host it was sent
/// to: then a proxy in between has changed the host. None for a request of a foreign page.
fn wrong_origin(public_origin: &PublicOrigin, request: &Request) -> Option<String> {
    let headers = request.headers();
    let from = headers.get(header::ORIGIN)?.to_str().ok()?;
    let origin = Url::parse(from).ok().map(|url| url.origin()).filter(Origin::is_tuple)?;
    if !is_fetched_from_us(headers) {
        return None;
    }
    let origin = origin.ascii_serialization();
    let now = public_origin.public().map_or_else(String::new, |public| {
        format!(" (now it is {})", public.ascii_serialization())
    });
    Some(format!(
        "This page is at {origin}, but the request was for {}. If both are Atelier, a proxy in \
         between changes the address: its operator sets ATELIER_PUBLIC_URL={origin}{now}{}.",
        describe_host(request),
        and_proxies(public_origin, request)
    ))
}

/// The host that the request names, and the one that a proxy says the browser asked for.
fn describe_host(request: &Request) -> String {
    let host = public_origin::host(request.headers(), request.uri())
        .unwrap_or("a missing or ambiguous host");
    match public_origin::forwarded_host(request.headers()) {
        Some(told) => format!("{host} (forwarded for {told})"),
        None => host.to_owned(),
    }
}

/// The rest of a message: the address to trust in ATELIER_PROXIES, where the peer is not trusted.
fn and_proxies(public_origin: &PublicOrigin, request: &Request) -> String {
    match peer(request) {
        Some(Peer(address)) if !public_origin.believes(peer(request)) => {
            let ip = address.ip().to_canonical();
            format!(
                ", and, where a proxy changes the host, ATELIER_PROXIES to its address (this came \
                 from {ip})"
            )
        }
        Some(_) | None => String::new(),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Any page can open a socket to us, with our cookie, and read it: no browser asks us whether it
/// may.
fn becomes_socket(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

/// One of the two has to say so, and neither may say otherwise.
fn is_same_origin(headers: &HeaderMap, ours: &[String]) -> bool {
    let origin = headers.get(header::ORIGIN);
    let is_ours = |origin: &HeaderValue| ours.iter().any(|ours| origin == ours);
    let is_said = origin.is_some() || headers.contains_key(FETCHED_FROM);
    origin.is_none_or(is_ours) && is_fetched_from_us(headers) && is_said
}

/// Whether the browser says, if it says so at all, that the page lies where its request went.
fn is_fetched_from_us(headers: &HeaderMap) -> bool {
    headers.get(FETCHED_FROM).is_none_or(|from| from.as_bytes() == b"same-origin")
}

/// What a form without a script can send; none of ours does.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let kind = media_type(headers);
    ["application/x-www-form-urlencoded", "text/plain"]
        .iter()
        .any(|plain| kind.eq_ignore_ascii_case(plain))
}
