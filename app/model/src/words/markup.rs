//! Text in HTML and XML.

/// Text as it may stand in HTML and XML, between quotes too.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What [`escaped`] was made of.
pub fn unescaped(text: &str) -> String {
    // The ampersand last: what it begins is text that was escaped.
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&amp;", "&")
}
