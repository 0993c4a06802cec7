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

/// All cookies that scripts may read, as one line.
pub fn recall() -> Option<String> {
    document().dyn_into::<HtmlDocument>().ok()?.cookie().ok()
}
