//! Escaping of text in HTML and XML.

/// The text escaped for HTML and XML, also between quotes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text that [`escaped`] was made from.
pub fn unescaped(text: &str) -> String {
    // The ampersand last: what it begins is text that was escaped.
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&amp;", "&")
}
