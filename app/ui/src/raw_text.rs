//! Text in elements whose content browsers read as text: titles and text areas.

/// Words for where Leptos puts them into the server's page as they are, in the title and in text
/// areas: what somebody wrote must not end these.
#[cfg(feature = "ssr")]
pub fn escape_raw_text(words: String) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}

/// The same in the browser, where they are text anyhow.
#[cfg(not(feature = "ssr"))]
pub fn escape_raw_text(words: String) -> String {
    words
}
