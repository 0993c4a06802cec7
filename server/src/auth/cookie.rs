//! The cookies of sign-in: out of reach of scripts, sent to this host only.

use axum::http::{HeaderMap, HeaderValue, header};
use backend::key::Key;
use engine::oidc::Flow;

/// The prefix makes browsers insist on Secure, Path=/ and no Domain.
const SECURE_NAME: &str = "__Host-atelier_sid";
const PLAIN_NAME: &str = "atelier_sid";
const MAX_AGE_S: u32 = 30 * 24 * 3600;
/// The same for a sign-in that is on its way to the provider and back.
const SECURE_OIDC_NAME: &str = "__Host-atelier_oidc";
const PLAIN_OIDC_NAME: &str = "atelier_oidc";
const OIDC_MAX_AGE_S: u32 = 600;

fn name(is_https: bool) -> &'static str {
    if is_https { SECURE_NAME } else { PLAIN_NAME }
}

fn oidc_name(is_https: bool) -> &'static str {
    if is_https { SECURE_OIDC_NAME } else { PLAIN_OIDC_NAME }
}

/// The key in the request's cookie.
pub fn read(is_https: bool, headers: &HeaderMap) -> Option<&str> {
    find(name(is_https), headers)
}

/// The key of a sign-in that the browser has begun at the provider.
pub fn read_oidc(is_https: bool, headers: &HeaderMap) -> Option<&str> {
    find(oidc_name(is_https), headers)
}

fn find<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The cookie that carries a key, or, without one, the cookie that removes it.
pub fn write(is_https: bool, key: Option<&Key>) -> HeaderValue {
    let (value, age) = key.map_or(("", 0), |key| (key.reveal(), MAX_AGE_S));
    set(is_https, name(is_https), value, age)
}

/// The cookie of a sign-in that begins at the provider, or, without one, the cookie that removes it.
/// It comes along when the provider leads back, as that is a link that was followed.
pub fn write_oidc(is_https: bool, flow: Option<&Flow>) -> HeaderValue {
    let (value, age) = flow.map_or(("", 0), |flow| (flow.reveal(), OIDC_MAX_AGE_S));
    set(is_https, oidc_name(is_https), value, age)
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
