//! Which requests are let in at all: meant for our host, and, when they change something, sent by our
//! own pages or by a program with a token.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::problem::{Problem, ProblemKind};
use url::{Origin, Url};

use crate::{
    auth::bearer,
    error::Refusal,
    site::{self, Peer, Site},
    state::AppState,
};

/// Where links decide reviews: the link is the secret.
const REVIEW_LINKS: &str = "/api/v1/review-links/";
/// Where the page lies that sent a request, seen from where the request went.
const FETCHED_FROM: &str = "sec-fetch-site";

/// Refuses hosts that are not ours with 421: a foreign name that resolves to this machine opens nothing.
pub async fn own_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !origins(&state.site, &request).is_empty() {
        return next.run(request).await;
    }
    let detail = wrong_host(&state.site, &request);
    Refusal(Problem::new(ProblemKind::Misdirected, "unknown_host", detail)).into_response()
}

/// Refuses unsafe requests, and sockets, that are not proven to come from our own pages with 403.
pub async fn own_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = is_safe(request.method()) && !becomes_socket(headers);
    // Whoever has such a link may use it from anywhere; it reads no cookie.
    let by_link = request.uri().path().starts_with(REVIEW_LINKS);
    if reads || by_link || bearer::is_present(headers) {
        return next.run(request).await;
    }
    let fits = is_same_origin(headers, &origins(&state.site, &request));
    if fits && !is_plain_form(headers) {
        return next.run(request).await;
    }
    let rewritten = if fits { None } else { wrong_origin(&state.site, &request) };
    let detail = rewritten.unwrap_or_else(|| {
        "This request did not come from one of Atelier's own pages. Programs send a token in the \
         Authorization header."
            .to_owned()
    });
    Refusal(Problem::new(ProblemKind::Forbidden, "foreign_origin", detail)).into_response()
}

fn origins(site: &Site, request: &Request) -> Vec<String> {
    site.origins(peer(request), request.headers(), request.uri())
}

fn peer(request: &Request) -> Option<Peer> {
    request.extensions().get().copied()
}

/// What an operator needs to know of a request that was meant for no host of ours.
fn wrong_host(site: &Site, request: &Request) -> String {
    let known = site.public().map_or_else(String::new, |public| {
        format!(" It is known as {}.", public.ascii_serialization())
    });
    format!(
        "This server was asked for {}, which is none of its own hosts.{known} Its operator sets \
         ATELIER_PUBLIC_URL to the address that browsers open{}.",
        asked(request),
        and_proxies(site, request)
    )
}

/// The same of one that a browser sent from a page of the very server it addressed, as far as it
/// says: then something in between changed the host. None when it was a foreign page.
fn wrong_origin(site: &Site, request: &Request) -> Option<String> {
    let headers = request.headers();
    let from = headers.get(header::ORIGIN)?.to_str().ok()?;
    let origin = Url::parse(from).ok().map(|url| url.origin()).filter(Origin::is_tuple)?;
    if !is_fetched_from_us(headers) {
        return None;
    }
    let origin = origin.ascii_serialization();
    let now = site.public().map_or_else(String::new, |public| {
        format!(" (now it is {})", public.ascii_serialization())
    });
    Some(format!(
        "The page that sent this is at {origin}, but the server was asked for {}. If both are \
         Atelier, a proxy in between changes the address: its operator sets \
         ATELIER_PUBLIC_URL={origin}{now}{}.",
        asked(request),
        and_proxies(site, request)
    ))
}

/// The host that was asked for, and what a proxy says of it.
fn asked(request: &Request) -> String {
    let host = site::host(request.headers(), request.uri()).unwrap_or("no host, or two");
    match site::told_host(request.headers()) {
        Some(told) => format!("{host} (forwarded for {told})"),
        None => host.to_owned(),
    }
}

/// The other setting, where whoever connected is not believed.
fn and_proxies(site: &Site, request: &Request) -> String {
    match peer(request) {
        Some(Peer(address)) if !site.believes(peer(request)) => {
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

/// Any page can open a socket to us, with our cookie, and read it: no browser asks us whether it may.
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
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "text/plain"]
        .iter()
        .any(|plain| kind.eq_ignore_ascii_case(plain))
}
