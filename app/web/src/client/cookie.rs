//! Preferences the server must know before it renders: plain cookies without any secret.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

const ONE_YEAR_S: u32 = 31_536_000;

/// Remembers a preference for a year; `name` and `value` must be plain words.
pub fn remember(name: &str, value: &str) {
    let Ok(document) = document().dyn_into::<HtmlDocument>() else { return };
    let cookie = format!("{name}={value}; Path=/; Max-Age={ONE_YEAR_S}; SameSite=Lax");
    // A browser that refuses cookies only forgets the preference.
    let _ = document.set_cookie(&cookie);
}

/// The value of a preference, while a page is rendered: on the server from the request.
#[cfg(feature = "ssr")]
pub fn preference(name: &str) -> Option<String> {
    let parts = leptos::context::use_context::<axum::http::request::Parts>()?;
    let cookies = parts.headers.get_all(axum::http::header::COOKIE);
    cookies.iter().filter_map(|line| line.to_str().ok()).find_map(|line| find(line, name))
}

/// The value of a preference, while a page is rendered: in the browser from the document.
#[cfg(not(feature = "ssr"))]
pub fn preference(name: &str) -> Option<String> {
    let document = document().dyn_into::<HtmlDocument>().ok()?;
    document.cookie().ok().and_then(|line| find(&line, name))
}

/// The value of a cookie in the line of all that scripts may read.
fn find(line: &str, name: &str) -> Option<String> {
    line.split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_found_among_other_cookies() {
        let line = "atelier_session=abc; theme=dark;rail=wide";

        assert_eq!(find(line, "theme").as_deref(), Some("dark"));
        assert_eq!(find(line, "rail").as_deref(), Some("wide"));
        assert_eq!(find(line, "session"), None);
    }
}
