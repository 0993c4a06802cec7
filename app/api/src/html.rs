//! HTML that may be shown as it is.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::ApiError;

/// HTML that the server made from Markdown and cleaned; nothing else makes one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Markdown by whomever, cleaned: on a thread on which nothing else waits.
    ///
    /// # Errors
    /// When the server is about to stop.
    #[cfg(feature = "ssr")]
    pub async fn from_markdown(text: String) -> Result<Self, ApiError> {
        let rendered = tokio::task::spawn_blocking(move || safe_html::render_markdown(&text)).await;
        rendered.map(Self).map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "a text could not be rendered");
            ApiError(model::problem::Problem::internal())
        })
    }

    /// A page of the product's own documentation, cleaned, with its headings. `address` says where a
    /// link between its files leads.
    #[cfg(feature = "ssr")]
    pub fn from_docs(
        text: &str,
        address: impl Fn(&str) -> Option<String>,
    ) -> (Self, Vec<safe_html::Heading>) {
        let page = safe_html::render_docs(text, address);
        (Self(page.html), page.headings)
    }

    /// The HTML as text, for the `inner_html` of an element.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}
