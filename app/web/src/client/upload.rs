//! Uploading a file with progress. It uses `XMLHttpRequest`: `fetch` does not report how much has
//! left.

use leptos::prelude::{ArcRwSignal, GetUntracked, window};
use model::problem::Problem;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Blob, BlobPropertyBag, File, ProgressEvent, XmlHttpRequest,
    js_sys::{Array, encode_uri_component},
};

/// Sends a file to an address of this server. `on_progress` is called with the percentage that has
/// left, `on_done` once with the answer. The upload is aborted at the next progress once
/// `cancelled` is true.
pub fn send_file<T: DeserializeOwned + 'static>(
    address: &str,
    file: &File,
    cancelled: ArcRwSignal<bool>,
    on_progress: impl Fn(f64) + 'static,
    on_done: impl FnOnce(Result<T, Problem>) + 'static,
) {
    let Ok(request) = XmlHttpRequest::new() else { return on_done(Err(Problem::unreachable())) };
    let progress = watch(&request, cancelled, on_progress);
    let answered = request.clone();
    let done = Closure::once_into_js(move || {
        drop(progress);
        on_done(answer(&answered));
    });
    request.set_onloadend(Some(done.unchecked_ref()));
    // A request that cannot be sent ends at once, and fires `loadend`.
    let _ = send(&request, address, file);
}

fn send(request: &XmlHttpRequest, address: &str, file: &File) -> Result<(), JsValue> {
    let name = String::from(encode_uri_component(&file.name()));
    let joint = if address.contains('?') { '&' } else { '?' };
    request.open_with_async("POST", &format!("{address}{joint}name={name}"), true)?;
    // A foreign form could send the media type of a text: the server refuses such types.
    request.set_request_header("content-type", "application/octet-stream")?;
    request.set_request_header("accept", "application/json")?;
    request.send_with_opt_blob(Some(file))
}

type OnProgress = Closure<dyn FnMut(ProgressEvent)>;

fn watch(
    request: &XmlHttpRequest,
    cancelled: ArcRwSignal<bool>,
    on_progress: impl Fn(f64) + 'static,
) -> OnProgress {
    let sending = request.clone();
    let progress = OnProgress::new(move |event: ProgressEvent| {
        if cancelled.get_untracked() {
            // A request that is already over is not aborted.
            let _ = sending.abort();
        } else if event.total() > 0.0 {
            on_progress(event.loaded() / event.total() * 100.0);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    progress
}

fn answer<T: DeserializeOwned>(request: &XmlHttpRequest) -> Result<T, Problem> {
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        200..300 => serde_json::from_str(&text).map_err(|_| Problem::unreachable()),
        0 => Err(Problem::unreachable()),
        _ => Err(serde_json::from_str(&text).unwrap_or_else(|_| Problem::internal())),
    }
}

/// Sends a DELETE request; the page does not depend on its outcome.
pub fn remove(address: &str) {
    if let Ok(request) = XmlHttpRequest::new() {
        let opened = request.open_with_async("DELETE", address, true);
        let _ = opened.and_then(|()| request.send());
    }
}

/// Sends JSON to an address of this server as a beacon, which arrives even when the page is left;
/// its answer is not read.
pub fn send_at_leaving(address: &str, json: &str) {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = Array::of1(&JsValue::from_str(json));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        // Callers keep the same in the browser's storage, and offer it at the next visit.
        let _ = window().navigator().send_beacon_with_opt_blob(address, Some(&blob));
    }
}
