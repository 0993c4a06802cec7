//! Signing in at the provider: away from here, and back. Both are addresses that a browser is led
//! to; what went wrong is told on the sign-in page.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    oidc::{OidcRefusal, OidcStart},
    problem::{Problem, ProblemKind},
};
use outside::oidc::OidcAnswer;
use store::error::EngineError;
use url::form_urlencoded;

use super::routes::{Access, Routes};
use crate::{
    auth::{caller::Visit, cookie},
    error::{Refusal, Result},
    http::json::Query,
    state::AppState,
};

pub(super) fn mount(routes: Routes) -> Routes {
    routes
        .mount(
            Access::Public
                .get(
                    "/oidc/start",
                    "Starts a sign-in: redirects the browser to the sign-in provider.",
                )
                .leads_on(),
            start,
        )
        .mount(
            Access::Public
                .get(
                    "/oidc/callback",
                    "Completes a sign-in: the provider redirects the browser here; sets the \
                     session cookie.",
                )
                .leads_on(),
            callback,
        )
        .mount(
            Access::Public
                .get(
                    "/oidc/signed-out",
                    "Completes a sign-out: the provider redirects the browser here.",
                )
                .leads_on(),
            signed_out,
        )
}

async fn start(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    headers: HeaderMap,
    Query(start): Query<OidcStart>,
) -> Result<Response> {
    match state.services.accounts.start_oidc(&start.next, &ctx.origin).await {
        Ok(started) => {
            let cookies = cookie::begin_oidc(is_https(&state, &headers), &headers, &started.flow);
            lead_to(started.address.as_str(), cookies)
        }
        Err(error) => tell(error),
    }
}

async fn callback(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let is_https = is_https(&state, &headers);
    let answer = read_answer(query.as_deref().unwrap_or_default());
    let begun = answer.state.clone().unwrap_or_default();
    let key = cookie::read_oidc(is_https, &headers, &begun);
    let old = ctx.session_key.as_deref();
    match state.services.accounts.finish_oidc(answer, key, &ctx.origin, old).await {
        Ok(finished) => {
            let session = (ctx.cookie)(Some(&finished.opened.key));
            let cookies = vec![session, cookie::end_oidc(is_https, &begun)];
            lead_to(&page_after(&finished.next), cookies)
        }
        // Back to an answer by which they have come in.
        Err(EngineError::Refused(problem))
            if ctx.person.is_some() && problem.code == OidcRefusal::OtherBrowser.as_str() =>
        {
            lead_to(&page_after(""), vec![])
        }
        Err(error) => tell(error),
    }
}

/// Back from signing out: to the invitation for which somebody has done it, or to the sign-in page.
async fn signed_out(RawQuery(query): RawQuery) -> Result<Response> {
    let next = read_answer(query.as_deref().unwrap_or_default()).state.unwrap_or_default();
    let is_key = |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let is_invitation = next.strip_prefix("/join/").is_some_and(is_key);
    lead_to(if is_invitation { &next } else { "/sign-in" }, vec![])
}

/// Providers say more than is needed here, and may say more than is known.
pub(super) fn read_answer(query: &str) -> OidcAnswer {
    let mut answer = OidcAnswer::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "code" => &mut answer.code,
            "state" => &mut answer.state,
            "error" => &mut answer.error,
            "iss" => &mut answer.iss,
            _ => continue,
        };
        *place = Some(value.into_owned());
    }
    answer
}

/// The sign-in page leads everybody who is signed in on, and nobody to another site.
fn page_after(next: &str) -> String {
    if next.is_empty() {
        return "/".to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// Leads back to the sign-in page, which says what went wrong. Where there is no provider, there is
/// no such address.
fn tell(error: EngineError) -> Result<Response> {
    let problem = error.into_problem();
    if problem.kind == ProblemKind::NotFound {
        return Err(Refusal(problem));
    }
    let refusal = problem.code.parse().unwrap_or(OidcRefusal::Away);
    lead_to(&format!("/sign-in?refused={refusal}"), vec![])
}

pub(super) fn lead_to(address: &str, cookies: Vec<HeaderValue>) -> Result<Response> {
    let location = HeaderValue::from_str(address).map_err(|_| Problem::internal())?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether browsers come by https: what leads back from the provider has to find the cookie that was
/// set on the way there, so the public address decides.
fn is_https(state: &AppState, headers: &HeaderMap) -> bool {
    state.public_origin.is_https(None, headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_besides_is_left_out() {
        let answer = read_answer("code=a%20b&state=c&session_state=x&iss=https%3A%2F%2Fa.example");

        let text = |text: &str| Some(text.to_owned());
        let iss = text("https://a.example");
        assert_eq!(answer, OidcAnswer { code: text("a b"), state: text("c"), error: None, iss });
    }

    #[test]
    fn the_page_that_was_asked_for_stays_a_path_of_ours() {
        assert_eq!(page_after(""), "/");
        assert_eq!(
            page_after("//evil.example/?a=b"),
            "/sign-in?next=%2F%2Fevil.example%2F%3Fa%3Db"
        );
    }
}
