//! The browser's clipboard. A connection that is not safe, such as plain HTTP in an office, has no
//! `navigator.clipboard`: there a text is copied by the browser's command, and none can be read.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// Puts a text into the clipboard. False where the browser did not take it.
pub async fn copy_text(text: &str) -> bool {
    let window = window();
    if window.is_secure_context() {
        return JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok();
    }
    copy_by_command(text).unwrap_or(false)
}

/// The text in the clipboard; nothing where the browser does not give it.
pub async fn read_text() -> Option<String> {
    let window = window();
    if !window.is_secure_context() {
        return None;
    }
    JsFuture::from(window.navigator().clipboard().read_text()).await.ok()?.as_string()
}

/// Copies a text that is selected in a box of its own for that moment, and gives the focus back;
/// nothing where the page is not as expected.
fn copy_by_command(text: &str) -> Option<bool> {
    let document = document();
    let focused = document.active_element();
    let area: HtmlTextAreaElement =
        document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    area.set_value(text);
    area.set_class_name("unseen");
    // In a modal dialog only what lies in it can have the focus.
    let dialog = focused.as_ref().and_then(|focused| focused.closest("dialog").ok().flatten());
    let around = dialog.or_else(|| document.body().map(Element::from))?;
    around.append_child(&area).ok()?;
    // What cannot have the focus is not copied from, which is told.
    let _ = area.focus();
    area.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    area.remove();
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
        // What cannot have the focus any more has lost it anyway.
        let _ = focused.focus();
    }
    Some(copied)
}
