//! The page as a whole: loaded again, left for another one, or named to others.

use leptos::prelude::window;

/// Loads the page again, so that everything on it is written anew.
pub fn reload() {
    // Where the browser refuses, the page stays as it is.
    let _ = window().location().reload();
}

/// Opens a page of this server anew, with nothing kept of the page before.
pub fn open_anew(path: &str) {
    // Refused only what is no address, and where the page may not navigate.
    let _ = window().location().set_href(path);
}

/// The whole address of a path of this server, to be sent to somebody.
pub fn full_address(path: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{path}")
}
