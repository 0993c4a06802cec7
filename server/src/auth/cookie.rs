//! The cookies of sign-in: out of reach of scripts, sent to this host only.

use axum::http::{HeaderMap, HeaderValue, header};
use backend::key::Key;
use outside::oidc::Flow;

/// The prefix makes browsers insist on Secure, Path=/ and no Domain.
const SECURE_NAME: &str = "__Host-atelier_sid";
const PLAIN_NAME: &str = "atelier_sid";
const MAX_AGE_S: u32 = 30 * 24 * 3600;
/// How the same begins for a sign-in that is on its way to the provider and back; its mark follows, so
/// that several tabs may sign in.
const SECURE_OIDC_NAME: &str = "__Host-atelier_oidc_";
const PLAIN_OIDC_NAME: &str = "atelier_oidc_";
const OIDC_MAX_AGE_S: u32 = 600;
/// The most sign-ins that a browser has on their way: with more its headers would be too long.
const MOST_OIDC: usize = 8;

fn name(is_https: bool) -> &'static str {
    if is_https { SECURE_NAME } else { PLAIN_NAME }
}

fn oidc_name(is_https: bool, mark: &str) -> String {
    let prefix = if is_https { SECURE_OIDC_NAME } else { PLAIN_OIDC_NAME };
    format!("{prefix}{mark}")
}

pub fn read(is_https: bool, headers: &HeaderMap) -> Option<&str> {
    find(name(is_https), headers)
}

/// The key of the sign-in with this state that the browser has begun at the provider.
pub fn read_oidc<'h>(is_https: bool, headers: &'h HeaderMap, state: &str) -> Option<&'h str> {
    find(&oidc_name(is_https, Flow::mark(state)?), headers)
}

fn find<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    all(headers).find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The cookie that carries a key, or, without one, the cookie that removes it.
pub fn write(is_https: bool, key: Option<&Key>) -> HeaderValue {
    let (value, age) = key.map_or(("", 0), |key| (key.reveal(), MAX_AGE_S));
    set(is_https, name(is_https), value, age)
}

/// The cookie of a sign-in that begins at the provider, and before it those that remove the ones that
/// the browser has where these are many. It comes along when the provider leads back, as that is a
/// link that was followed.
pub fn begin_oidc(is_https: bool, headers: &HeaderMap, flow: &Flow) -> Vec<HeaderValue> {
    let prefix = oidc_name(is_https, "");
    let begun: Vec<&str> =
        all(headers).map(|(name, _)| name).filter(|name| name.starts_with(&prefix)).collect();
    let old = if begun.len() < MOST_OIDC { vec![] } else { begun };
    let gone = old.into_iter().map(|name| set(is_https, name, "", 0));
    let state = flow.state();
    let name = oidc_name(is_https, Flow::mark(&state).unwrap_or_default());
    gone.chain([set(is_https, &name, flow.reveal(), OIDC_MAX_AGE_S)]).collect()
}

/// The cookie that removes the one of the sign-in with this state.
pub fn end_oidc(is_https: bool, state: &str) -> HeaderValue {
    set(is_https, &oidc_name(is_https, Flow::mark(state).unwrap_or_default()), "", 0)
}

fn set(is_https: bool, name: &str, value: &str, age: u32) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    // A key is base64url, which is always valid in a header.
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn rel_s5_over_https_the_cookie_is_bound_to_the_host() {
        let key = Key::session();

        let cookie = write(true, Some(&key));

        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with(&format!("__Host-atelier_sid={}; Path=/;", key.reveal())));
        assert!(cookie.ends_with("HttpOnly; SameSite=Lax; Secure") && !cookie.contains("Domain"));
    }

    #[test]
    fn rel_s5_signing_out_removes_the_cookie_as_it_was_set() {
        let gone = write(false, None);

        assert_eq!(gone, "atelier_sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        let value = "theme=dark; atelier_sid=abc; xatelier_sid=no";
        headers.insert(header::COOKIE, HeaderValue::from_static(value));

        assert_eq!(read(false, &headers), Some("abc"));
        assert_eq!(read(true, &headers), None);
    }
}
