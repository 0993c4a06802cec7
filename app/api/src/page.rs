//! What a page tells the server about itself while it is rendered; in the browser, nothing.

/// Sets the HTTP status of the page that is being rendered.
#[cfg(feature = "ssr")]
pub fn answer_with(status: u16) {
    let response = leptos::context::use_context::<leptos_axum::ResponseOptions>();
    if let (Some(response), Ok(status)) = (response, axum::http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Sets the HTTP status of the page that is being rendered.
#[cfg(not(feature = "ssr"))]
pub fn answer_with(_status: u16) {}
