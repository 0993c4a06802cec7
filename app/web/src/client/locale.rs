//! The form in which this page writes dates and numbers. A cookie has what the account says, so that
//! the server writes the page as the browser will; the page itself says which form that was, so that
//! both write the same.

use leptos::prelude::*;
use model::locale::Locale;

use super::cookie;

const COOKIE: &str = "locale";
/// The value of the cookie for the form that the browser asks for.
const BROWSER: &str = "browser";

/// Remembers a choice in this browser for the pages that are loaded from now on; none is the form
/// that the browser asks for.
pub fn remember(choice: Option<Locale>) {
    cookie::remember(COOKIE, choice.map_or(BROWSER, Locale::key));
}

/// What this browser remembers, while a page is rendered; none is the form that the browser asks
/// for.
pub fn remembered() -> Option<Locale> {
    match cookie::preference(COOKIE).as_deref() {
        Some(BROWSER) | None => None,
        Some(key) => Some(Locale::from_key(key).unwrap_or_default()),
    }
}

/// The form in which this page writes: on the server by the request, which is read once.
#[cfg(feature = "ssr")]
pub fn current() -> Locale {
    use_context::<Locale>().unwrap_or_else(|| {
        let locale = remembered().unwrap_or_else(asked_for);
        provide_context(locale);
        locale
    })
}

/// The form that the browser asks for.
#[cfg(feature = "ssr")]
fn asked_for() -> Locale {
    let parts = use_context::<axum::http::request::Parts>();
    let languages = parts
        .as_ref()
        .and_then(|parts| parts.headers.get(axum::http::header::ACCEPT_LANGUAGE)?.to_str().ok());
    languages.map(Locale::from_accept_language).unwrap_or_default()
}

/// The form in which this page writes: in the browser as the server has written it.
#[cfg(not(feature = "ssr"))]
pub fn current() -> Locale {
    thread_local! {
        static LOCALE: std::cell::OnceCell<Locale> = const { std::cell::OnceCell::new() };
    }
    // Tests of what is written run without a page.
    if cfg!(not(target_arch = "wasm32")) {
        return Locale::default();
    }
    LOCALE.with(|locale| *locale.get_or_init(written))
}

#[cfg(not(feature = "ssr"))]
fn written() -> Locale {
    let key = document().document_element().and_then(|root| root.get_attribute("data-locale"));
    key.as_deref().and_then(Locale::from_key).unwrap_or_default()
}
