//! Notifications of the browser, outside the page. Nothing is asked but on a person's click.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission, js_sys::Reflect};

/// Whether the browser shows notifications of this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// The person has not been asked.
    Unasked,
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// What the browser says now.
pub fn allowed() -> Allowed {
    // Some browsers have none, and would fail at its name.
    if !Reflect::has(&window(), &"Notification".into()).unwrap_or(false) {
        return Allowed::No;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Allowed::Yes,
        NotificationPermission::Denied => Allowed::No,
        _ => Allowed::Unasked,
    }
}

/// Asks the person; call it on a click, or the browser says no by itself.
pub async fn ask() -> Allowed {
    if let Ok(answer) = Notification::request_permission() {
        // What it gives stands in `allowed` as well.
        let _ = JsFuture::from(answer).await;
    }
    allowed()
}

/// Shows a notification, or nothing where it is not allowed. A press on it goes to `path` of this
/// site. A later one of the same `tag` takes its place.
pub fn show(tag: &str, title: &str, text: &str, path: String) {
    if allowed() != Allowed::Yes {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(tag);
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let go = Closure::once_into_js(move || {
        // A window that cannot come forward stays where it is.
        let _ = window().focus();
        let _ = window().location().set_href(&path);
    });
    notification.set_onclick(Some(go.unchecked_ref()));
}
