//! Text as it was formatted. The only place that writes HTML into a page; the type says that the
//! server cleaned it.

use leptos::prelude::*;

use crate::api::html::SafeHtml;

/// Formatted text.
#[component]
pub fn Markdown(
    /// The text.
    html: SafeHtml,
) -> impl IntoView {
    view! { <div class="markdown" dir="auto" inner_html=html.as_str().to_owned()></div> }
}
