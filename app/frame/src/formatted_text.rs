//! Formatted text. This is the only place that writes HTML into a page; its type guarantees that
//! the server has cleaned it.

use api::html::SafeHtml;
use leptos::prelude::*;
use ui::field::direction_of_html;

/// Shows formatted text, written from the left or the right as its first letters are.
#[component]
pub fn FormattedText(
    /// The text as HTML that the server made from Markdown.
    html: SafeHtml,
) -> impl IntoView {
    let dir = direction_of_html(html.as_str());
    view! { <div class="markdown" dir=dir inner_html=html.as_str().to_owned()></div> }
}
