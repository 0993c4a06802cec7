//! What a page tells the server about itself while it is rendered; in the browser, nothing.

/// Sets the HTTP status of the page that is being rendered.
#[cfg(feature = "ssr")]
pub fn answer_with(status: u16) {
    let response = leptos::context::use_context::<leptos_axum::ResponseOptions>();
    if let (Some(response), Ok(status)) = (response, axum::http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Sets the HTTP status of the page that is being rendered.
#[cfg(not(feature = "ssr"))]
pub fn answer_with(_status: u16) {}

/// The value of a cookie that scripts may read: a preference, never a secret.
#[cfg(feature = "ssr")]
pub fn preference(name: &str) -> Option<String> {
    let parts = leptos::context::use_context::<axum::http::request::Parts>()?;
    let cookies = parts.headers.get_all(axum::http::header::COOKIE);
    cookies.iter().filter_map(|line| line.to_str().ok()).find_map(|line| find(line, name))
}

/// The value of a cookie that scripts may read: a preference, never a secret.
#[cfg(not(feature = "ssr"))]
pub fn preference(name: &str) -> Option<String> {
    crate::client::cookie::recall().and_then(|line| find(&line, name))
}

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
