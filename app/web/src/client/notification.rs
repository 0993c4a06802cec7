//! Notifications of the browser, outside the page. Nothing is asked but on a person's click.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission, js_sys::Reflect};

use super::page::open_anew;

/// Whether the browser shows notifications of this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// The person has not been asked.
    Unasked,
    /// The person has allowed them.
    Yes,
    /// The person has refused them, or the browser has none.
    No,
}

/// The present permission, which the person can change at any time in the browser's settings.
pub fn current_permission() -> Allowed {
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
        // The answer is read from `current_permission` below.
        let _ = JsFuture::from(answer).await;
    }
    current_permission()
}

/// Shows a notification, or nothing where it is not allowed. A press on it goes to `path` of this
/// site. A later one of the same `tag` takes its place.
pub fn show(tag: &str, title: &str, text: &str, path: String) {
    if current_permission() != Allowed::Yes {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(tag);
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let go = Closure::once_into_js(move || {
        // A window that cannot come forward stays where it is.
        let _ = window().focus();
        open_anew(&path);
    });
    notification.set_onclick(Some(go.unchecked_ref()));
}
