//! Text as it was formatted. The only place that writes HTML into a page; the type says that the
//! server cleaned it.

use leptos::prelude::*;

use crate::{api::html::SafeHtml, ui::field::direction_of_html};

/// Formatted text.
#[component]
pub fn Markdown(
    /// The text.
    html: SafeHtml,
) -> impl IntoView {
    let dir = direction_of_html(html.as_str());
    view! { <div class="markdown" dir=dir inner_html=html.as_str().to_owned()></div> }
}
